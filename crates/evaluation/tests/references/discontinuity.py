# rdrobust on every data set: columns set, cutoff, x, y, took.
import contextlib
import sys

import pandas as pd
from rdrobust import rdrobust

for number, rows in pd.read_csv(sys.argv[1]).groupby("set"):
    # What it has to say beside its answers goes where no answer is read.
    with contextlib.redirect_stdout(sys.stderr):
        ran = rdrobust(y=rows["y"].to_numpy(), x=rows["x"].to_numpy(), c=rows["cutoff"].iloc[0])
    for name, value in {
        "h": ran.bws.iloc[0, 0], "b": ran.bws.iloc[1, 0], "conventional": ran.coef.iloc[0, 0], "robust": ran.coef.iloc[2, 0],
        "conventional se": ran.se.iloc[0, 0], "robust se": ran.se.iloc[2, 0], "robust p": ran.pv.iloc[2, 0],
        "low": ran.ci.iloc[2, 0], "high": ran.ci.iloc[2, 1],
    }.items():
        print(f"{number},{name},{float(value):.17g}")
    with contextlib.redirect_stdout(sys.stderr):
        ran = rdrobust(
            y=rows["y"].to_numpy(), x=rows["x"].to_numpy(), c=rows["cutoff"].iloc[0], fuzzy=rows["took"].to_numpy(), sharpbw=True
        )
    for name, value in {
        "fuzzy h": ran.bws.iloc[0, 0], "fuzzy conventional": ran.coef.iloc[0, 0], "fuzzy robust": ran.coef.iloc[2, 0],
        "fuzzy conventional se": ran.se.iloc[0, 0], "fuzzy robust se": ran.se.iloc[2, 0],
    }.items():
        print(f"{number},{name},{float(value):.17g}")
