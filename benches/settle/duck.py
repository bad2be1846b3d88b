"""Runs one SQL file in DuckDB over the tables of a snapshot and writes the rows it returns as JSON."""

import json
import pathlib
import sys

import duckdb

snapshot, query, out = map(pathlib.Path, sys.argv[1:])
engine = duckdb.connect()
for table in snapshot.rglob("*.parquet"):
    engine.execute(f"CREATE VIEW {table.stem.replace('-', '_')} AS SELECT * FROM read_parquet('{table}')")
rows = engine.execute(query.read_text(encoding="utf-8")).fetchall()
out.write_text(json.dumps([[str(value) for value in row] for row in rows]), encoding="utf-8")
