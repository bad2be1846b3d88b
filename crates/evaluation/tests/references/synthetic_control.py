# The nearest mixture by pysyncon with given importances, and by scipy on the outcome alone, on every data set: columns
# set, kind (0 outcome, 1 predictor), index, place (0 the one), value, importance.
import sys

import numpy as np
import pandas as pd
from pysyncon import Synth
from scipy.optimize import minimize

for number, rows in pd.read_csv(sys.argv[1]).groupby("set"):
    wide = rows.pivot(index=["kind", "index"], columns="place", values="value")
    importance = rows[(rows["kind"] == 1) & (rows["place"] == 0)].sort_values("index")["importance"].to_numpy()
    z, x = wide.loc[0], wide.loc[1]
    run = Synth()
    run.fit(X0=x.drop(columns=0), X1=x[0], Z0=z.drop(columns=0), Z1=z[0], custom_V=importance)
    for place, weight in enumerate(run.W):
        print(f"{number},pysyncon {place},{weight:.17g}")
    z0, z1 = z.drop(columns=0).to_numpy(), z[0].to_numpy()
    n = z0.shape[1]
    best = minimize(lambda w: np.sum((z1 - z0 @ w) ** 2), np.full(n, 1 / n), jac=lambda w: -2 * z0.T @ (z1 - z0 @ w),
                    bounds=[(0, 1)] * n, constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
                    method="SLSQP", options={"ftol": 1e-14, "maxiter": 2000})
    print(f"{number},distance,{best.fun:.17g}")
