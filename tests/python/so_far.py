"""Computes again what editions of a period that runs say, from the published source tables.

    so_far.py FOLDER     FOLDER is a council with editions such as `fy2026-27-to-2026-09`

Every figure that the tables of such an edition show of money, events and children, this year's up to its last day and those
of the year before up to the same month or day. What the gate hid is passed over. Prints a line for each table, and ends
with 1 where a figure is another one, or none was compared.
"""

import csv
import datetime
import re
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from recompute import NOT_COUNTED, Store, academic_year, daily_use, rounded, school_days

DAY = datetime.timedelta(days=1)


def year_before(year):
    return f"{int(year[:4]) - 1}-{year[2:4]}"


def a_year_before(day):
    return datetime.date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def number(text):
    """The number in a cell; None of a symbol."""
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def rows_of(edition, name):
    file = edition / "tables" / f"{name}.csv"
    return list(csv.reader(file.open(encoding="utf-8-sig")))[1:] if file.exists() else []


def events(store, category, year, last):
    """Events of a kind that stand, of an academic year up to a day."""
    return [
        row for row in store["outcomes.exclusions"]
        if row["category"] == category and row["outcome"] not in NOT_COUNTED
        and academic_year(row["started_on"]) == year and row["started_on"] <= last
    ]


def of_needs(edition, store, year, last):
    before, same_day = year_before(year), a_year_before(last)
    then = {
        kind: (events(store, kind, year, last), events(store, kind, before, same_day)) for kind in ("PERM", "SUSP")
    }
    for row in rows_of(edition, "exclusions_so_far"):
        yield "exclusions_so_far", row, [len(found) for found in then["PERM"]]
    for row in rows_of(edition, "suspensions_so_far"):
        yield "suspensions_so_far", row, [
            figure for found in zip(*(
                (len(some), len({event["pupil_key"] for event in some})) for some in then["SUSP"]
            )) for figure in found
        ]

    def at_home(day):
        return sum(
            row["started_on"] <= day and (row["ended_on"] is None or row["ended_on"] >= day)
            for row in store["outcomes.home_education"]
        )

    for row in rows_of(edition, "home_education_so_far"):
        yield "home_education_so_far", row[1:], [at_home(last), at_home(same_day)]


def of_places(edition, store, year, last):
    """Use of commissioned places: full-time equivalents on an average school day so far."""
    of_year = {(row["academic_year"], row["provider_id"]) for row in store["commissioning.commissioned_places"]}
    known = school_days(store)
    sums = []
    for each, until in ((year, last), (year_before(year), a_year_before(last))):
        days = {day for day in known if academic_year(day) == each and day <= until}
        used = sum(
            fte * len(days.intersection(open_days))
            for row, fte, open_days in daily_use(store, 10) if (each, row["provider_id"]) in of_year
        )
        sums.append(used / len(days))
    for row in rows_of(edition, "places_so_far"):
        yield "places_so_far", [row[0], *row[-2:]], sums


def of_costs(edition, store, year, last):
    from recompute_costs import Costs

    costs = Costs(store)
    months = (last.month - 4) % 12 + 1
    lines = {line[1:] for line in costs.by_line}

    def paid(of_year, line, until):
        return sum((costs.by_month[(of_year, *line), month] for month in range(1, until + 1)), Decimal(0))

    shown = {f"{section} {name}": (section, name) for section, name in lines}
    for row in rows_of(edition, "budget_so_far"):
        line = shown.get(row[0])
        if line is not None:
            yield "budget_so_far", row, [paid(year, line, months), paid(year_before(year), line, months)]
        elif row[0] == "Total":
            both = (year, year_before(year))
            yield "budget_so_far", row, [sum(paid(each, line, months) for line in lines) for each in both]
    # The table of months has payments, without journals.
    def paid_out(of_year, until):
        months_until = range(1, until + 1)
        return sum((costs.paid_by_month[(of_year, *line), month] for line in lines for month in months_until), Decimal(0))

    for until, row in enumerate(rows_of(edition, "months_so_far"), 1):
        total = {each: paid_out(each, until) for each in (year, year_before(year))}
        earlier = paid_out(year, until - 1)
        yield "months_so_far", row, [total[year] - earlier, total[year], total[year_before(year)]]


def main(folder):
    store = Store(folder)
    compared, wrong = {}, 0
    for account in sorted(Path(folder).glob("store/editions/*/*-to-*/*/edition.json")):
        edition = account.parent
        kind, year, cut = re.fullmatch(r"([af]y)(\d{4}-\d\d)-to-(\d{4}-\d\d)", edition.parent.name).groups()
        first = datetime.date(int(cut[:4]), int(cut[5:]), 1)
        last = (first + 31 * DAY).replace(day=1) - DAY
        parts = [of_costs] if kind == "fy" else [of_needs, of_places]
        for table, row, expected in (found for part in parts for found in part(edition, store, year, last)):
            for text, figure in zip(row[1:], expected):
                found = number(text)
                if found is None:
                    continue
                compared[table] = compared.get(table, 0) + 1
                # As it is written: whole, or with one decimal.
                figure = rounded(Fraction(figure), -found.as_tuple().exponent)
                if found != figure:
                    wrong += 1
                    print(f"   {edition.name} {table} {row[0]}: {found} published, {figure} computed")
    for table, figures in compared.items():
        print(f"{table}: {figures} figures compared")
    print(f"{wrong} differ")
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
