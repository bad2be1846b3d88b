# Times the wild cluster bootstrap of wildboottest, with the effect of nothing imposed, after a first call that compiles it:
# columns set, cluster, treated, other, outcome. With few clusters every way of turning is gone through.
import sys
import time

import pandas as pd
import statsmodels.api as sm
from wildboottest.wildboottest import wildboottest

rows = pd.read_csv(sys.argv[1])
few = rows["cluster"].nunique() < 12
model = sm.OLS(rows["outcome"], sm.add_constant(rows[["treated", "other"]]))


def ask():
    settings = dict(B=2049 if few else 1999, bootstrap_type="11", seed=1, show=False, adj=False, cluster_adj=False)
    return wildboottest(model, param="treated", cluster=rows["cluster"].astype(int), **settings)


ask()
begun = time.perf_counter()
answer = ask()
took = time.perf_counter() - begun
print(f"0,seconds,{took:.17g}")
print(f"0,p,{float(answer['p-value'].iloc[0]):.17g}")
