"""The sum of each data set."""
import csv
import sys
from collections import defaultdict

sums = defaultdict(float)
with open(sys.argv[1], newline="") as file:
    for row in csv.DictReader(file):
        sums[int(row["set"])] += float("nan") if row["x"] == "NA" else float(row["x"])
for number, value in sums.items():
    print(f"{number},sum,{value!r}")
