"""Nearest neighbours by going through everyone: no sorting, no skipping, only the rules as they are stated."""

import csv
import sys

try:
    import numpy as np
except ImportError:
    sys.exit(77)

rows = list(csv.DictReader(open(sys.argv[1])))


def rounds(queue, ratio, apart, allowed, replace):
    """Each treated person in turn takes the nearest of those left; of equals the first in input order."""
    left = allowed.copy()
    own = {t: [] for t in queue}
    stopped = set()
    for _ in range(ratio):
        for t in queue:
            if t in stopped:
                continue
            if not left[t].any():
                stopped.add(t)
                continue
            best = int(np.argmin(np.where(left[t], apart[t], np.inf)))
            own[t].append(best)
            if replace:
                left[t, best] = False
            else:
                left[:, best] = False
    return own


for number in dict.fromkeys(row["set"] for row in rows):
    own = [row for row in rows if row["set"] == number]
    column = lambda name: np.array([float(row[name]) for row in own])
    t, s, g = column("treat") == 1, column("s"), [row["g"] for row in own]
    coarse = np.round(s * 16) / 16
    x = np.column_stack([column("x1"), column("x2"), column("x3")])
    within = x - np.where(t[:, None], x[t].mean(0), x[~t].mean(0))
    inverse = np.linalg.inv(within.T @ within / (len(own) - 2))
    treated, pool = np.flatnonzero(t), np.flatnonzero(~t)
    rows_of = {place: at for at, place in enumerate(treated)}
    down = lambda v: [rows_of[i] for i in sorted(treated, key=lambda i: (-v[i], i))]
    line = lambda v: np.abs(v[treated][:, None] - v[pool][None, :])
    near = lambda v, width: line(v) <= width * v.std(ddof=1)
    anyone = np.ones((len(treated), len(pool)), dtype=bool)
    same = np.array([[g[a] == g[b] for b in pool] for a in treated])
    apart = x[treated][:, None, :] - x[pool][None, :, :]
    space = np.einsum("abi,ij,abj->ab", apart, inverse, apart)
    logit = np.log(s / (1 - s))
    given = list(range(len(treated)))
    cases = {
        "one": (down(s), 1, line(s), anyone, False),
        "near": (down(s), 1, line(s), near(s, 0.2), False),
        "three": (down(s), 3, line(s), near(s, 0.3), False),
        "logit": (down(s), 2, line(logit), near(logit, 0.2), False),
        "input": (given, 1, line(s), anyone, False),
        "again": (down(s), 3, line(s), near(s, 0.2), True),
        "ties": (down(coarse), 2, line(coarse), anyone, False),
        "ties-again": (down(coarse), 3, line(coarse), near(coarse, 0.5), True),
        "within": (down(s), 2, line(s), same, False),
        "space": (given, 2, space, anyone, False),
        "space-near": (down(s), 2, space, near(s, 0.3), False),
        "space-again": (down(s), 3, space, near(s, 0.3), True),
    }
    for what, case in cases.items():
        found = rounds(*case)
        words = [" ".join(str(place + 1) for place in [treated[a], *pool[others]]) for a, others in found.items() if others]
        print(number, what, " ".join(words), sep=",")
