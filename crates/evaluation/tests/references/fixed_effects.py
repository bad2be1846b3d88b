# Two-way fixed effects by pyfixest, and a wild cluster bootstrap by dummies and every way of turning signs, on every data
# set: columns set, unit, period, area, y, d, x, w.
import itertools
import sys

import numpy as np
import pandas as pd
import pyfixest as pf


def wild(data, column, others):
    """The p-value with the effect of nothing imposed, and the squared t without a factor, from regressions on dummies."""
    w = np.sqrt(data["w"].to_numpy())
    dummies = [pd.get_dummies(data[name], dtype=float).to_numpy() for name in ("unit", "period")]
    rest = np.column_stack([data[name].to_numpy() for name in others] + dummies)
    x = np.column_stack([data[column].to_numpy(), rest]) * w[:, None]
    z = rest * w[:, None]
    y = data["y"].to_numpy() * w
    cluster = data["area"].to_numpy()
    groups = np.unique(cluster)
    solve = np.linalg.pinv(x)
    fitted = z @ (np.linalg.pinv(z) @ y)
    left = y - fitted
    bread = solve @ solve.T

    def t(outcomes):
        beta = solve @ outcomes
        errors = outcomes - x @ beta
        first = (bread @ x.T)[0]
        squares = sum((first[cluster == g] @ errors[cluster == g]) ** 2 for g in groups)
        return beta[0] / np.sqrt(squares)

    signs = np.array(list(itertools.product([1.0, -1.0], repeat=len(groups)))).T
    turned = fitted[:, None] + left[:, None] * signs[np.searchsorted(groups, cluster)]
    observed = abs(t(y[:, None])[0])
    return float(np.mean(np.abs(t(turned)) >= observed * (1 - 1e-9))), float(observed)


for number, data in pd.read_csv(sys.argv[1]).groupby("set"):
    fit = pf.feols("y ~ d + x | unit + period", data=data, weights="w", vcov={"CRV1": "area"})
    found = {"beta": fit.coef().tolist(), "area": fit.se().tolist(), "area p": fit.pvalue().tolist()}
    for name, vcov in (("unit", {"CRV1": "unit"}), ("both", {"CRV1": "area + period"}), ("robust", "HC1"), ("alike", "iid")):
        fit.vcov(vcov)
        found[name] = fit.se().tolist()
    found["wild"] = wild(data, "d", ["x"])
    for name, values in found.items():
        for place, value in enumerate(values):
            print(f"{number},{name} {place},{value:.17g}")
