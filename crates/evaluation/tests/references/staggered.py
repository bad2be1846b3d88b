# Effects by group and period by csdid on every data set: columns set, unit, period, began (0 never), y, x, w, and what
# to do: never, universal, adjust (0 reg, 1 ipw, 2 dr), anticipation, covariate, weighted, over (0 to 3).
import contextlib
import io
import sys
import warnings

import pandas as pd
from csdid.att_gt import ATTgt

warnings.filterwarnings("ignore")
adjusts, kinds = ["reg", "ipw", "dr"], ["simple", "dynamic", "group", "calendar"]
for number, data in pd.read_csv(sys.argv[1]).groupby("set"):
    how = data.iloc[0]
    data = data.reset_index(drop=True).astype({"unit": int, "period": int, "began": int})
    with contextlib.redirect_stdout(io.StringIO()):
        run = ATTgt(yname="y", gname="began", idname="unit", tname="period", data=data,
                    control_group=["nevertreated" if how["never"] else "notyettreated"],
                    xformla="y ~ x" if how["covariate"] else None, weights_name="w" if how["weighted"] else None,
                    anticipation=int(how["anticipation"]))
        run = run.fit(est_method=adjusts[int(how["adjust"])],
                      base_period="universal" if how["universal"] else "varying", bstrap=False)
        kind = kinds[int(how["over"])]
        made = run.aggte(typec=kind, bstrap=False, cband=False).atte
    cells = run.results
    print(f"{number},cells,{len(cells['att'])}")
    for group, period, att, se in zip(cells["group"], cells["year"], cells["att"], cells["se"]):
        print(f"{number},att {int(group)} {int(period)},{att:.17g}")
        print(f"{number},se {int(group)} {int(period)},{se:.17g}")
    wald = run.MP["Wpval"]
    print(f"{number},wald,{'NA' if wald is None else wald}")
    print(f"{number},overall,{float(made['overall_att']):.17g}")
    print(f"{number},overall se,{float(made['overall_se']):.17g}")
    if kind != "simple":
        for at, att, se in zip(made["egt"], made["att_egt"], made["se_egt"]):
            print(f"{number},average {int(at)},{att:.17g}")
            print(f"{number},average se {int(at)},{se:.17g}")
