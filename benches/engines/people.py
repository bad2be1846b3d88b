"""Makes people with a band and up to four completed treatments each: the same ones for the same number."""

import csv
import json
import pathlib
import random

BANDS = ["very-low", "low", "medium", "high", "very-high"]
PRICES = [150.00, 300.00, 520.50, 900.00, 1400.00]
CAP = 1500.00


def people(count):
    """The band and the number of outcomes of each person."""
    draw = random.Random(5)
    return [(draw.randrange(5), draw.randrange(5)) for _ in range(count)]


def package(folder, count):
    """The same people as a package of evidence."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stamp = "2013-12-31"
    with (
        open(folder / "people.csv", "w", newline="", encoding="utf-8") as persons,
        open(folder / "assessments.csv", "w", newline="", encoding="utf-8") as assessments,
        open(folder / "spells.csv", "w", newline="", encoding="utf-8") as spells,
    ):
        persons, assessments, spells = map(csv.writer, (persons, assessments, spells))
        persons.writerow(["person", "sent_by", "known_at"])
        assessments.writerow(
            "assessment person assessor assessed_on band effective_from standing sent_by known_at".split()
        )
        spells.writerow("spell person provider kind started_on ended_on end_reason sent_by known_at".split())
        for number, (band, outcomes) in enumerate(people(count)):
            person = f"p{number:08}"
            persons.writerow([person, "riverside", stamp])
            assessments.writerow(
                [f"a{number}", person, "assessor", "2012-01-01", BANDS[band], "2012-01-01", "confirmed", "assessor", stamp]
            )
            for spell in range(outcomes):
                started, ended = f"2012-{2 * spell + 1:02}-10", f"2012-{2 * spell + 2:02}-10"
                spells.writerow(
                    [f"s{number}-{spell}", person, "riverside", "treatment", started, ended, "80", "riverside", stamp]
                )
    resources = [{"name": table, "path": f"{table}.csv"} for table in ("people", "assessments", "spells")]
    (folder / "datapackage.json").write_text(json.dumps({"name": "engines", "resources": resources}), encoding="utf-8")
