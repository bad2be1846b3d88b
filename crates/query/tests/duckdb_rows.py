"""Runs queries over Parquet files in DuckDB and prints their rows as text, one JSON list a query.

Reads a job from its first argument: {"tables": {name: file}, "queries": [{"sql": ..., "columns": [...]}]}.
"""

import datetime
import decimal
import json
import sys

import duckdb


def text(value):
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        assert value.time() == datetime.time(0), value
        return value.date().isoformat()
    if isinstance(value, (int, decimal.Decimal)):
        plain = format(decimal.Decimal(value), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    assert not isinstance(value, float), "a measure never answers in binary fractions"
    return str(value)


job = json.load(open(sys.argv[1]))
engine = duckdb.connect()
for name, file in job["tables"].items():
    reader = "read_csv" if file.endswith(".csv") else "read_parquet"
    types = ", all_varchar = true" if name.startswith("codes_") else ""
    engine.execute(f"CREATE TABLE {name} AS SELECT * FROM {reader}('{file}'{types})")
for query in job["queries"]:
    answer = engine.execute(query["sql"])
    names = [column[0] for column in answer.description]
    rows = []
    for row in answer.fetchall():
        cells = dict(zip(names, row))
        rows.append("|".join(text(cells.get(column)) for column in query["columns"]))
    print(json.dumps(rows))
