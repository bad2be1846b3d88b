# rddensity on every data set: columns set, cutoff, order, kernel (0 triangular, 1 uniform, 2 epanechnikov),
# bandwidth (0 comb, 1 each, 2 diff), value.
import sys

import pandas as pd
from rddensity import rddensity

kernels, choices = ["triangular", "uniform", "epanechnikov"], ["comb", "each", "diff"]
for number, rows in pd.read_csv(sys.argv[1]).groupby("set"):
    first = rows.iloc[0]
    order = int(first["order"])
    ran = rddensity(rows["value"].to_numpy(), c=first["cutoff"], p=order, q=order + 1,
                    kernel=kernels[int(first["kernel"])], bwselect=choices[int(first["bandwidth"])])
    for name, value in {
        "h left": ran.h["left"], "h right": ran.h["right"], "f left": ran.hat["left"], "f right": ran.hat["right"],
        "se left": ran.sd_jk["left"], "se right": ran.sd_jk["right"], "se": ran.sd_jk["diff"],
        "t": ran.test["t_jk"], "p": ran.test["p_jk"],
    }.items():
        print(f"{number},{name},{float(value):.17g}")
