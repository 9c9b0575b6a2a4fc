"""Looks for hidden figures of a demo's editions that follow from figures shown beside them.

    python tests/python/attack_relations.py PROJECT

Of what each edition hides it reads the audit that is kept for the owners of the data; of what is so, the published tables.
A relation that holds to the penny is one that a reader finds or guesses: a hidden amount that is a shown one less up to
three others of its column, or that stands in another table; a count that is a row of "any" less others; a share whose
numerator is hidden; shares of a whole of which one is hidden. Prints one line for each and ends with 1 if there is one.

It has none of the code of the program, and finds relations that no policy states.
"""

import csv
import itertools
import pathlib
import sys
import tomllib
from decimal import Decimal

import duckdb

# Smaller amounts are equal by chance.
LEAST = Decimal(100)
MOST_TAKEN_OFF = 3


def found(project, name):
    """The settings of a model and its published table, if it has one."""
    for settings in project.glob(f"pipelines/*/models/{name}.toml"):
        path = project / "store" / "tables" / settings.parent.parent.name / f"{name}.parquet"
        if path.exists():
            return settings, path
    return None


class Table:
    def __init__(self, project, name, hidden):
        settings, path = found(project, name)
        self.name = name
        self.model = tomllib.loads(settings.read_text())
        read = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
        self.columns = [column[0] for column in read.description]
        self.rows = [dict(zip(self.columns, row)) for row in read.fetchall()]
        self.grain = self.model["grain"]
        self.hidden = hidden
        self.totals = self.model.get("disclosure", {}).get("hierarchies", {})

    def key(self, row):
        return "|".join(f"{key}={row[key]}" for key in self.grain)

    def is_hidden(self, row, column):
        return (self.name, self.key(row), column) in self.hidden

    def is_total(self, row):
        return any(str(row[key]) == total for key, total in self.totals.items())

    def period(self, row):
        periods = ("financial_year", "academic_year", "month", "week", "half_term", "term")
        return tuple((key, str(row[key])) for key in self.grain if key in periods)


    def is_money(self, column):
        return self.model.get("indicators", {}).get(column, {}).get("unit") == "pounds"

    def adds_up_of_unknown(self, row, column):
        """Whether a row is a total of parts of which several are hidden: then it says nothing of one."""
        for key, total in self.totals.items():
            if str(row[key]) == total:
                others = [at for at in self.grain if at != key]
                parts = [part for part in self.rows if part is not row and all(part[at] == row[at] for at in others)]
                return sum(self.is_hidden(part, column) for part in parts) > 1
        return False


def amounts(tables, shown, newest):
    """Hidden amounts that are a shown figure, or one less others of the same column."""
    public = {}
    for table in tables:
        for row in table.rows:
            for column in filter(table.is_money, shown[table.name]):
                if row[column] and not table.is_hidden(row, column):
                    places = public.setdefault(table.period(row), {}).setdefault(row[column], [])
                    places.append((table, row, column))
    for table in tables:
        for column in filter(table.is_money, shown[table.name]):
            groups = {}
            for row in table.rows:
                groups.setdefault(table.period(row), []).append(row)
            for period, rows in groups.items():
                if any(code > newest for _, code in period):
                    continue
                known = public.get(period, {})
                others = [
                    row[column]
                    for row in rows
                    if not table.is_total(row) and not table.is_hidden(row, column) and row[column]
                ]
                most = 1 if len(others) > 40 else MOST_TAKEN_OFF
                for row in rows:
                    value = row[column]
                    if not table.is_hidden(row, column) or value is None or abs(value) < LEAST:
                        continue
                    # Of a sum whose other part is hidden too, the part that is shown says nothing.
                    own = [row[at] for at in shown[table.name] if not table.is_hidden(row, at)]
                    for count in range(most + 1):
                        for parts in itertools.combinations(others, count):
                            whole = value + sum(parts)
                            if count == 0 and whole in own:
                                continue
                            for other, at, of in known.get(whole, []):
                                if other is table and other.adds_up_of_unknown(at, of):
                                    continue
                                less = " and ".join(str(part) for part in parts) or "nothing"
                                place = f"{table.name}: {table.key(row)}: {column}"
                                yield f"{place} is {other.name} {other.key(at)} {of} less {less}"
                                break


def unions(tables, shown, newest):
    """Small counts that are a row of any less others."""
    for table in tables:
        for key in table.grain:
            for whole in (row for row in table.rows if str(row[key]).lower() == "any"):
                others = [other for other in table.grain if other != key]
                parts = [
                    row for row in table.rows if row is not whole and all(row[at] == whole[at] for at in others)
                ]
                for column in shown[table.name]:
                    is_sum = isinstance(whole[column], int) or table.is_money(column)
                    if table.is_hidden(whole, column) or not is_sum:
                        continue
                    open_ = [row[column] for row in parts if row[column] and not table.is_hidden(row, column)]
                    hidden = {row[column] for row in parts if row[column] and table.is_hidden(row, column)}
                    for count in range(MOST_TAKEN_OFF + 1):
                        for less in itertools.combinations(open_, count):
                            if whole[column] - sum(less) in hidden:
                                yield f"{table.name}: {table.key(whole)}: {column} less {less} is hidden"


def shares(tables, shown, newest):
    """Shares whose numerator is hidden, and the one hidden share of a whole."""
    for table in tables:
        for name, computed in table.model.get("computed", {}).items():
            share = computed.get("share")
            if not share or name not in shown[table.name]:
                continue
            above = share["of"]
            groups = {}
            for row in table.rows:
                if above in table.columns and table.is_hidden(row, above) and row[above]:
                    if row[name] is not None and not table.is_hidden(row, name):
                        yield f"{table.name}: {table.key(row)}: {name} is shown and {above} hidden"
                for key in table.totals:
                    if row[name] is not None and str(row[key]) != table.totals[key]:
                        at = (key, tuple(row[other] for other in table.grain if other != key))
                        groups.setdefault(at, []).append(row)
            for rows in groups.values():
                hidden = [row for row in rows if table.is_hidden(row, name)]
                is_whole = abs(sum(row[name] for row in rows) - 100) < Decimal("0.1")
                if is_whole and len(hidden) == 1 and hidden[0][name] and len(rows) > 1:
                    yield f"{table.name}: {table.key(hidden[0])}: {name} is what the others leave of 100"


def attack(project):
    leaks = []
    for audit in sorted((project / "store" / "restricted" / "disclosure").glob("*/*.csv")):
        report = audit.parent.name
        with audit.open(newline="") as lines:
            hidden = {(line["table"], line["row"], line["column"]) for line in csv.DictReader(lines)}
        newest = audit.stem.removeprefix("fy").removeprefix("ay")[:7]
        settings = tomllib.loads((project / "report-templates" / report / "report.toml").read_text())
        values = {}
        for table in settings["tables"].values():
            values.setdefault(table["model"], []).extend(table.get("values", []))
        tables = [Table(project, name, hidden) for name in sorted(values) if found(project, name)]
        shown = {
            table.name: [column for column in dict.fromkeys(values[table.name]) if column in table.columns]
            for table in tables
        }
        for way in (amounts, unions, shares):
            leaks.extend(f"{report}: {line}" for line in way(tables, shown, newest))
    return leaks


if __name__ == "__main__":
    leaks = attack(pathlib.Path(sys.argv[1]))
    print("\n".join(leaks) or "nothing hidden follows from what is shown")
    sys.exit(bool(leaks))
