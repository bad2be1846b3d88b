# Times rddensity on every data set: columns set, value.
import sys
import time

import pandas as pd
from rddensity import rddensity

sets = [rows["value"].to_numpy() for _, rows in pd.read_csv(sys.argv[1]).groupby("set")]
rddensity(sets[0], c=0.2)
begun = time.perf_counter()
found = [float(rddensity(values, c=0.2).test["p_jk"]) for values in sets]
print(f"0,seconds,{time.perf_counter() - begun:.17g}")
for number, p in enumerate(found):
    print(f"{number},p,{p:.17g}")
