"""Runs the same models in DuckDB over the same published tables, each written to Parquet as a table would be, and
prints what they took. A model whose SQL DuckDB does not take is named and left out of both sums.

    python tests/bench/models_peer.py COUNCIL TIMES.json PIPELINE
"""

import datetime
import glob
import json
import os
import re
import resource
import sys
import tempfile
import time
import tomllib

import duckdb

council, ours, pipeline = sys.argv[1], json.load(open(sys.argv[2])), sys.argv[3]
# The last day of the newest year, academic or financial, of which there is an edition.
kind, first = max(
    re.search(r"/(ay|fy)(\d{4})-\d\d(?:/|$)", path).groups()
    for path in glob.glob(f"{council}/store/editions/{pipeline}/[af]y*")
    if re.search(r"/(ay|fy)\d{4}-\d\d$", path)
)
end = (8, 31) if kind == "ay" else (3, 31)
with open(f"{council}/sufficiency.toml", "rb") as file:
    project = tomllib.load(file)
# The program's own defaults stand where the project says nothing.
values = {
    "home_education_window": 60,
    "part_time_weeks": 6,
    "open_without_return_days": 10,
    "match_window": 31,
    "rate_tolerance": 0.01,
    "duplicate_days": 60,
    "credit_days": 180,
    **project["parameters"],
    "la_code": project["council"]["la_code"],
    "recoupment_offset": 6,
    "as_at": datetime.date(int(first) + 1, *end),
    "as_of": datetime.date(2026, 10, 5),
    "known_to": datetime.date(2099, 12, 31),
}

connection = duckdb.connect()
connection.execute("SET threads = 2")
# By the newest commit, because internal tables have no copy in `tables/`.
with open(max(glob.glob(f"{council}/store/commits/*.json"))) as file:
    published = json.load(file)["pipelines"]
for name, tables in published.items():
    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{name}"')
    for table, there in tables["tables"].items():
        files = [f"{council}/store/{part['name']}" for part in there["files"]]
        connection.execute(f'CREATE VIEW "{name}"."{table}" AS SELECT * FROM read_parquet({files})')

theirs, left_out = {}, []
with tempfile.TemporaryDirectory() as folder:
    for path in sorted(glob.glob(f"{council}/pipelines/{pipeline}/models/*.sql")):
        name = os.path.basename(path).removesuffix(".sql")
        sql = open(path).read()
        used = {key: value for key, value in values.items() if f"${key}" in sql}
        begun = time.monotonic()
        try:
            connection.execute(
                f"COPY (SELECT * FROM ({sql}) ORDER BY ALL) TO '{folder}/{name}.parquet' (FORMAT parquet, COMPRESSION zstd)",
                used,
            )
        except duckdb.Error as error:
            left_out.append(f"{name}: {str(error).splitlines()[0][:90]}")
            continue
        theirs[name] = time.monotonic() - begun

both = sorted(set(theirs) & set(ours))
mine, peer = sum(ours[name] for name in both), sum(theirs[name] for name in both)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{len(both)} models in both: sufficiency {mine:.1f} s, DuckDB {peer:.1f} s and {peak:.0f} MiB: ratio {mine / peer:.2f}")
for name in sorted(both, key=lambda name: -ours[name])[:5]:
    print(f"    {ours[name]:7.2f} s  {theirs[name]:7.2f} s  {name}")
for reason in left_out:
    print(f"    not taken by DuckDB: {reason}")
