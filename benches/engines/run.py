"""How does a settlement stand beside rule engines at the one job that they can do: a price by band, and a cap?

The engines are handed the band and the number of outcomes of each person, ready counted; `meed` reads evidence, finds
the outcomes, and writes a line with its reason for each. Fails when the totals differ by a penny.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
from decimal import Decimal

from people import package

HERE = pathlib.Path(__file__).parent


def timed(command):
    """Runs a command to its end; what it printed, and what it cost, as the kernel counts it."""
    began = time.monotonic()
    before = os.times()
    done = subprocess.run(list(map(str, command)), cwd=HERE, stdout=subprocess.PIPE, text=True, check=False)
    after = os.times()
    if done.returncode != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return done.stdout, time.monotonic() - began, cpu


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--meed", required=True)
    arguments.add_argument("--folder", type=pathlib.Path, required=True)
    arguments.add_argument("--people", type=int, required=True)
    given = arguments.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    package(given.folder / "package", given.people)
    known = ["--known-at", "2013-12-31"]
    snapshot, out = given.folder / "snapshot", given.folder / "out"
    timed([given.meed, "evidence", "freeze", given.folder / "package", "--contract", HERE / "contract", "--out", snapshot, *known])

    rows = []
    for name, script in (("OpenFisca, all persons at once", "openfisca_job.py"), ("ZEN, person by person", "zen_job.py")):
        printed, wall, cpu = timed([sys.executable, HERE / script, given.people])
        said = json.loads(printed)
        rows.append((name, wall, cpu, said["wall"], said["cpu"], said["total"]))
    _, wall, cpu = timed(
        [given.meed, "settle", HERE / "contract", "--evidence", snapshot, "--period", "2012-01-01..2014-01-01", *known,
         "--out", out, "--compact"])
    total = json.loads((out / "statement.json").read_text(encoding="utf-8"))["total"]
    rows.append(("meed settle --compact", wall, cpu, None, None, total))

    print(f"\n{given.people:,} people; in brackets the job alone, without starting the engine\n")
    print(f"{'':<32} {'wall s':>16} {'CPU s':>16} {'total':>18}")
    for name, wall, cpu, own_wall, own_cpu, total in rows:
        alone = lambda whole, own: f"{whole:.2f}" + (f" ({own:.3f})" if own is not None else "")
        print(f"{name:<32} {alone(wall, own_wall):>16} {alone(cpu, own_cpu):>16} {total:>18}")
    if len({Decimal(row[-1]) for row in rows}) != 1:
        sys.exit("the totals differ")
    print("\nthe totals are the same to the penny")


main()
