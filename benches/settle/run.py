"""How fast is a settlement with every reason, beside the bare sums in DuckDB and beside merely reading the columns?

Freezes the package, beside a DuckDB that only sorts and copies its rows; then three times, in turn, scans the columns
that are read, adds up the payments with hand-written SQL that keeps no reasons, and settles with `meed`. Prints the
middle run of each. Fails when the two totals differ by a penny.
"""

import argparse
import json
import os
import pathlib
import shutil
import sys
import time
from decimal import Decimal

HERE = pathlib.Path(__file__).parent
PERIOD = "2012-01-01..2017-08-01"
KNOWN_AT = "2017-07-31T12:00:00Z"
# Each is run so often, in turn: a machine that others use too is not always as quick.
ROUNDS = 3


def timed(name, command):
    """Runs a command to its end; what it cost, as the kernel counts it."""
    began = time.monotonic()
    child = os.posix_spawnp(command[0], [str(word) for word in command], os.environ)
    _, status, used = os.wait4(child, 0)
    wall = time.monotonic() - began
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{name} failed: {' '.join(map(str, command))}")
    return {"name": name, "wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024}


def middle(runs):
    """The run that took as long as most; the memory is that of the largest."""
    chosen = sorted(runs, key=lambda run: run["wall"])[len(runs) // 2]
    return {**chosen, "memory": max(run["memory"] for run in runs)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--meed", required=True)
    arguments.add_argument("--package", type=pathlib.Path, required=True)
    arguments.add_argument("--people", type=int, required=True)
    arguments.add_argument("--without-copy", action="store_true", help="where DuckDB cannot sort so much in memory")
    given = arguments.parse_args()
    snapshot, out = given.package.parent / "snapshot", given.package.parent / "out"
    for stale in (snapshot, out):
        shutil.rmtree(stale, ignore_errors=True)

    duck = [sys.executable, HERE / "duck.py", snapshot]
    copied = given.package.parent / "copied"
    shutil.rmtree(copied, ignore_errors=True)
    copied.mkdir()
    sums, scanned = given.package.parent / "sums.json", given.package.parent / "scanned.json"
    copier = [sys.executable, HERE / "copy_sorted.py", given.package, copied]
    copy = None if given.without_copy else timed("DuckDB, rows sorted and copied", copier)
    freeze = timed("meed evidence freeze, checked", [
        given.meed, "evidence", "freeze", given.package, "--contract", HERE / "contract", "--out", snapshot, "--known-at", KNOWN_AT])
    racers = [
        ("bare scan of the columns", [*duck, HERE / "scan.sql", scanned]),
        ("DuckDB, sums without reasons", [*duck, HERE / "payments.sql", sums]),
        ("meed settle, with reasons", [
            given.meed, "settle", HERE / "contract", "--evidence", snapshot, "--period", PERIOD, "--known-at", KNOWN_AT,
            "--out", out, "--compact"]),
    ]
    rounds = []
    for _ in range(ROUNDS):
        shutil.rmtree(out, ignore_errors=True)
        rounds.append([timed(name, command) for name, command in racers])
    scan, plain, settle = (middle(runs) for runs in zip(*rounds))

    report(given.people, out, [freeze, copy], [scan, plain, settle])
    agree(json.loads(sums.read_text()), out / "statement.json")


def report(people, out, packed, raced):
    scan, plain, settle = raced
    freeze, copy = packed
    print(f"\n{people:,} people\n")
    print(f"{'':<32} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9} {'x scan':>8} {'x DuckDB':>9}")
    for row in raced:
        against = "".join(f" {row['wall'] / other['wall']:>{width}.2f}" for other, width in ((scan, 8), (plain, 9)))
        print(f"{row['name']:<32} {row['wall']:>8.2f} {row['cpu']:>8.2f} {row['memory']:>9.0f}{against}")
    for row in filter(None, packed):
        against = f" {'':>8} {row['wall'] / copy['wall']:>9.2f}" if copy else ""
        print(f"{row['name']:<32} {row['wall']:>8.2f} {row['cpu']:>8.2f} {row['memory']:>9.0f}{against}")
    count = json.loads((out / "statement.json").read_text())["lines_in"]["lines"]
    print(f"\n{count:,} lines, {count / settle['cpu']:,.0f} lines per CPU second")


def agree(sums, statement):
    """The two ways of counting must come to the same money, clause by clause."""
    with open(statement, encoding="utf-8") as file:
        head = json.load(file)
    ours = {clause["clause"]: Decimal(clause["amount"]) for clause in head["clauses"]}
    theirs = {clause: Decimal(amount) for clause, amount in sums}
    for clause in sorted(ours.keys() | theirs.keys()):
        print(f"{clause:<32} meed {ours.get(clause, 0):>18} DuckDB {theirs.get(clause, 0):>18}")
    if {c: a for c, a in ours.items() if a} != {c: a for c, a in theirs.items() if a}:
        sys.exit("the totals differ")
    print(f"{'total':<32} {head['total']:>23}, the same to the penny")


main()
