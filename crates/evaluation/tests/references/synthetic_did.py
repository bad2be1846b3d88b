# Weights of synthetic difference-in-differences by synthdid's own solver, run further than it does by itself, and the
# effect under them, on every data set: columns set, place, period, value, treated (places), began (period).
import sys

import numpy as np
import pandas as pd
from synthdid.solver import sc_weight_fw
from synthdid.utils import sparsify_function

for number, rows in pd.read_csv(sys.argv[1]).groupby("set"):
    y = rows.pivot(index="place", columns="period", values="value").to_numpy()
    treated, began = int(rows["treated"].iloc[0]), int(rows["began"].iloc[0])
    # The package puts places with the programme last; here they come first.
    y = np.vstack([y[treated:], y[:treated]])
    n0, t0 = y.shape[0] - treated, began
    t1 = y.shape[1] - t0
    noise = np.std(np.diff(y[:n0, :t0], axis=1), ddof=1)
    zeta_omega, zeta_lambda = (treated * t1) ** 0.25 * noise, 1e-6 * noise

    def weights(a, b, zeta):
        found = sc_weight_fw(a, b, None, zeta=zeta, min_decrease=1e-5 * noise, max_iter=100)["params"]
        return sc_weight_fw(a, b, sparsify_function(found), zeta=zeta, min_decrease=1e-7 * noise, max_iter=1000)["params"]

    def squares(a, b, x, zeta):
        a, b = a - a.mean(axis=0), b - b.mean()
        return np.mean((a @ x - b) ** 2) + zeta**2 * np.sum(x**2)

    lam = (y[:n0, :t0], y[:n0, t0:].mean(axis=1), zeta_lambda)
    omega = (y[:n0, :t0].T, y[n0:, :t0].mean(axis=0), zeta_omega)
    l, o = weights(*lam), weights(*omega)
    effect = np.r_[-o, np.full(treated, 1 / treated)] @ y @ np.r_[-l, np.full(t1, 1 / t1)]
    print(f"{number},effect,{effect:.17g}")
    print(f"{number},places,{squares(omega[0], omega[1], o, zeta_omega):.17g}")
    print(f"{number},periods,{squares(lam[0], lam[1], l, zeta_lambda):.17g}")
    print(f"{number},noise,{noise:.17g}")
