# Times a wild cluster bootstrap, with the effect of nothing imposed, that fits every way of turning anew with statsmodels:
# columns set, cluster, treated, other, outcome.
import itertools
import sys
import time

import numpy as np
import pandas as pd
import statsmodels.api as sm

rows = pd.read_csv(sys.argv[1])
cluster = rows["cluster"].to_numpy().astype(int)
groups = cluster.max() + 1
whole, rest = sm.add_constant(rows[["treated", "other"]]).to_numpy(), sm.add_constant(rows[["other"]]).to_numpy()


def t(outcome):
    fit = sm.OLS(outcome, whole).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
    return abs(fit.params[1] / fit.bse[1])


begun = time.perf_counter()
imposed = sm.OLS(rows["outcome"].to_numpy(), rest).fit()
observed = t(rows["outcome"].to_numpy())
ways = itertools.product([1.0, -1.0], repeat=groups)
turned = [t(imposed.fittedvalues + imposed.resid * np.array(signs)[cluster]) for signs in ways]
p = np.mean(np.array(turned) >= observed * (1 - 1e-9))
print(f"0,seconds,{time.perf_counter() - begun:.17g}")
print(f"0,p,{p:.17g}")
