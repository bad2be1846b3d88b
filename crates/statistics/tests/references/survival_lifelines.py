"""Survival curves, log-rank and Cox models of the library lifelines."""
import sys
try:
    import pandas as pd
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import logrank_test
except ImportError as why:
    print(why, file=sys.stderr)
    sys.exit(77)
import warnings
warnings.filterwarnings("ignore")

d = pd.read_csv(sys.stdin)
for number, one in d.groupby("set"):
    def say(name, value):
        print(f"{number},{name},{float(value)!r}")
    km = KaplanMeierFitter().fit(one.time, one.event)
    say("at20", km.predict(20.0))
    band = km.confidence_interval_
    say("at20low", band.iloc[:, 0].asof(20.0))
    say("at20high", band.iloc[:, 1].asof(20.0))
    a, b = one[one.arm == 1], one[one.arm == 0]
    say("logrank", logrank_test(a.time, b.time, a.event, b.event).test_statistic)
    cox = CoxPHFitter().fit(one[["time", "event", "arm", "age"]], "time", "event", fit_options={"precision": 1e-14, "r_precision": 1e-16})
    for k, name in enumerate(["arm", "age"], 1):
        say(f"b{k}", cox.params_[name])
        say(f"se{k}", cox.standard_errors_[name])
