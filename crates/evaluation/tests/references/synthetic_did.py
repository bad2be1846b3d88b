# Weights of synthetic difference-in-differences by synthdid's own steps, taken further than it does by itself, and the
# effect under them, on every data set: columns set, place, period, value, treated (places), began (period).
import sys

import numpy as np
import pandas as pd
from synthdid.solver import fw_step
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

    # As its `sc_weight_fw`, which keeps every value on the way and looks after each step: here after each fifty.
    def steps(a, b, x, zeta, most):
        a, b = a - a.mean(axis=0), b - b.mean()
        eta, before = len(a) * zeta**2, np.inf
        for step in range(most):
            x = fw_step(a, b, x, eta=eta)
            if step % 50 == 49:
                now = zeta**2 * np.sum(x**2) + np.mean((a @ x - b) ** 2)
                if before - now <= (1e-7 * noise) ** 2:
                    break
                before = now
        return x

    def weights(a, b, zeta):
        k = a.shape[1]
        return steps(a, b, sparsify_function(steps(a, b, np.full(k, 1 / k), zeta, 100)), zeta, 1000)

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
