"""Optimal sets by linear assignment, weights and doubly robust effects, worked out with numpy, scipy and statsmodels."""

import csv
import sys

try:
    import numpy as np
    import statsmodels.api as sm
    from scipy.optimize import linear_sum_assignment
except ImportError:
    sys.exit(77)

rows = list(csv.DictReader(open(sys.argv[1])))
for number in dict.fromkeys(row["set"] for row in rows):
    own = [row for row in rows if row["set"] == number]
    column = lambda name: np.array([float(row[name]) for row in own])
    t, y, s = column("treat") == 1, column("y"), column("s")
    x = np.column_stack([np.ones(len(own)), column("x1"), column("x2"), column("x3")])
    apart = np.abs(s[t][:, None] - s[~t][None, :])
    for ratio in (1, 2):
        wide = np.repeat(apart, ratio, axis=0)
        i, j = linear_sum_assignment(wide)
        print(number, f"sum{ratio}", repr(float(wide[i, j].sum())), sep=",")
    width = 0.1 * s.std(ddof=1)
    wide = np.where(apart <= width, apart, 1e6)
    i, j = linear_sum_assignment(wide)
    kept = wide[i, j] < 1e5
    print(number, "near", f"{kept.sum()} {float(wide[i, j][kept].sum())!r}", sep=",")
    fit = sm.Logit(t.astype(float), x).fit(disp=0, tol=1e-12, maxiter=100)
    p = fit.predict()

    def least_squares(arm):
        return x @ np.linalg.lstsq(x[arm], y[arm], rcond=None)[0]

    m0, m1 = least_squares(~t), least_squares(t)
    n = len(own)
    odds = p / (1 - p)
    a = (y - m0)[t].mean()
    b = (odds * (y - m0))[~t].sum() / odds[~t].sum()
    pull = np.where(t, (y - m0 - a) / t.sum(), -odds * (y - m0 - b) / odds[~t].sum())
    print(number, "robust-treated", f"{float(a - b)!r} {float(np.sqrt((pull**2).sum()))!r}", sep=",")
    each = m1 - m0 + np.where(t, (y - m1) / p, 0) - np.where(t, 0, (y - m0) / (1 - p))
    print(number, "robust-everyone", f"{float(each.mean())!r} {float(each.std() / np.sqrt(n))!r}", sep=",")

    # Weights: the whole system of equations, score and means, by the sandwich with a numerical derivative.
    def sandwich(weights_of):
        def equations(theta):
            beta, mu1, mu0 = theta[:-2], theta[-2], theta[-1]
            q = 1 / (1 + np.exp(-x @ beta))
            w1, w0 = weights_of(q)
            return np.column_stack([x * (t - q)[:, None], w1 * t * (y - mu1), w0 * ~t * (y - mu0)])

        w1, w0 = weights_of(p)
        mu1, mu0 = (w1 * t * y).sum() / (w1 * t).sum(), (w0 * ~t * y).sum() / (w0 * ~t).sum()
        theta = np.concatenate([fit.params, [mu1, mu0]])
        slope = np.empty((len(theta), len(theta)))
        for k in range(len(theta)):
            step = np.zeros(len(theta))
            step[k] = 1e-5 * max(1, abs(theta[k]))
            slope[:, k] = (equations(theta + step).sum(0) - equations(theta - step).sum(0)) / (2 * step[k])
        bread = np.linalg.inv(slope)
        pieces = equations(theta)
        covariance = bread @ (pieces.T @ pieces) @ bread.T
        c = np.zeros(len(theta))
        c[-2], c[-1] = 1, -1
        return mu1 - mu0, np.sqrt(c @ covariance @ c)

    for name, weights_of in [
        ("odds", lambda q: (np.ones(n), q / (1 - q))),
        ("inverse", lambda q: (1 / q, 1 / (1 - q))),
        ("overlap", lambda q: (1 - q, q)),
    ]:
        value, error = sandwich(weights_of)
        print(number, name, f"{float(value)!r} {float(error)!r}", sep=",")
