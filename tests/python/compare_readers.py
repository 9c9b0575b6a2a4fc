"""Published ledgers, read by default as an analyst would read them first: how many come to the pennies that they hold.

    SUFFICIENCY_REAL_DATA=… python3 tests/python/compare_readers.py

Six months of payments that one English council published in 2023, as it published them. Each is read by a library with
no option set, and by pandas a second time with where the header is and how thousands are written; its column `Amount` is
added up. The right total is that of the rows that are payments, counted here
cell by cell: neither a subtotal, nor a footer, nor a trailing row. Prints one JSON document; no supplier is named in it.
"""
import csv
import json
import os
import pathlib
import warnings
from decimal import Decimal

import duckdb
import pandas
import polars

warnings.simplefilter("ignore")


def right(path):
    """Adds the payments of a file, cell by cell."""
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True)))
    head = next(at for at, row in enumerate(rows) if "Amount" in row and "Supplier ID" in row)
    amount, supplier = rows[head].index("Amount"), rows[head].index("Supplier ID")
    payments = [row for row in rows[head + 1:] if len(row) > amount and row[supplier].strip() and row[amount].strip()]
    return sum(Decimal(row[amount].replace(",", "")) for row in payments)


def by_pandas(path):
    return pandas.read_csv(path)["Amount"].sum()


def by_pandas_with_options(path):
    """Reads as somebody does who has looked at the top of the file."""
    lines = path.read_text("utf-8-sig").splitlines()
    head = next(at for at, line in enumerate(lines) if "Supplier ID(T)" in line)
    return pandas.read_csv(path, skiprows=head, thousands=",")["Amount"].sum()


def by_polars(path):
    return polars.read_csv(path)["Amount"].sum()


def by_duckdb(path):
    return duckdb.sql(f"SELECT sum(Amount) FROM read_csv('{path}')").fetchone()[0]


def outcome(read, path, total):
    """Says what became of reading a file with no option set."""
    try:
        found = read(path)
    except Exception as error:
        return f"stops: {type(error).__name__}"
    if isinstance(found, str):
        return "wrong: text, not a number"
    if found is None:
        return "wrong: no number"
    return "right" if abs(Decimal(str(found)) - total) < Decimal("0.005") else f"wrong: {found:.2f}"


def main():
    folder = pathlib.Path(os.environ["SUFFICIENCY_REAL_DATA"]) / "finance"
    files = sorted(folder.glob("*_20[0-9][0-9].csv"))
    assert files, f"no ledger in {folder}"
    readers = {"pandas": by_pandas, "pandas with options": by_pandas_with_options, "polars": by_polars, "duckdb": by_duckdb}
    totals = {path.stem: right(path) for path in files}
    table = {path.stem: {name: outcome(read, path, totals[path.stem]) for name, read in readers.items()} for path in files}
    count = {name: sum(row[name] == "right" for row in table.values()) for name in readers}
    versions = {"pandas": pandas.__version__, "polars": polars.__version__, "duckdb": duckdb.__version__}
    answer = {"files": len(files), "right": count, "versions": versions, "outcomes": table,
              "totals": {name: str(total) for name, total in totals.items()}}
    print(json.dumps(answer, indent=2))


main()
