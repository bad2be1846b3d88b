# Quasi-Poisson series with an offset by statsmodels, with errors for neighbours and the test of what is left, on every
# data set: columns set, y, at_risk, time, step, slope, sine, cosine, lag, with_slope.
import sys

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.stats.diagnostic import acorr_ljungbox

for number, rows in pd.read_csv(sys.argv[1]).groupby("set"):
    names = ["time", "step"] + (["slope"] if rows["with_slope"].iloc[0] else []) + ["sine", "cosine"]
    model = sm.GLM(rows["y"], sm.add_constant(rows[names]), family=sm.families.Poisson(), offset=np.log(rows["at_risk"]))
    plain = model.fit(scale="X2", tol=1e-12, maxiter=200)
    near = model.fit(cov_type="HAC", cov_kwds={"maxlags": int(rows["lag"].iloc[0])}, tol=1e-12, maxiter=200)
    for name in names:
        print(f"{number},{name},{plain.params[name]:.17g}")
        print(f"{number},se {name},{plain.bse[name]:.17g}")
    print(f"{number},near step,{near.bse['step']:.17g}")
    print(f"{number},dispersion,{plain.scale:.17g}")
    left = acorr_ljungbox(plain.resid_pearson, lags=[12])
    print(f"{number},left,{left['lb_stat'].iloc[0]:.17g}")
    print(f"{number},left p,{left['lb_pvalue'].iloc[0]:.17g}")
