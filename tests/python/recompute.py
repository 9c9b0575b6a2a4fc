"""Computes the main report tables again, with pandas, from the published source tables.

    python3 tests/python/recompute.py path/to/council

Reads `store/tables/<pipeline>/<table>.parquet` as an analyst would. Written from the definitions and not from
the models: it walks through days and rows where the models join and number. Every value must agree to
the last digit. Exits with 1, and says where, when one does not.
"""

import datetime
import math
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd

NOT_COUNTED = {"RESCINDED_BY_HEAD", "GOVERNORS_REINSTATED"}
FIVE_DAYS = datetime.timedelta(days=4)
# What a row says of its period: `recompute_periods.py`.
STATE = ("period_state", "known_to")


class Store:
    """The published tables."""

    def __init__(self, folder):
        self.folder = Path(folder) / "store" / "tables"
        self.read = {}

    def __getitem__(self, name):
        if name not in self.read:
            pipeline, table = name.split(".")
            path = self.folder / pipeline / f"{table}.parquet"
            frame = pd.read_parquet(path, dtype_backend="pyarrow")
            self.read[name] = [
                {key: none(value) for key, value in row.items()} for row in frame.to_dict("records")
            ]
        return self.read[name]


def none(value):
    """The value, or None for what pandas takes for missing."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def rounded(number, places):
    """A fraction as a decimal, half away from zero; None stays."""
    if number is None:
        return None
    number = Fraction(number)
    exact = Decimal(number.numerator * 10 ** (places + 8) // number.denominator).scaleb(-(places + 8))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def to_four_places(number):
    return Decimal(number).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def ratio(part, whole, places, times=1):
    """`times` × part ÷ whole; None of nothing."""
    return rounded(Fraction(times) * Fraction(part) / Fraction(whole), places) if whole else None


def academic_year(day):
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def financial_year(day):
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def census_day(year):
    """The third Thursday of January of the academic year."""
    day = datetime.date(int(year[:4]) + 1, 1, 1)
    thursdays = [day + datetime.timedelta(days=n) for n in range(31)]
    return [day for day in thursdays if day.weekday() == 3][2]


def january_roll(store):
    """Pupils by academic year, phase and national curriculum year."""
    phases = {row["urn"]: row["phase"] for row in store["reference.schools"]}
    born = {row["pupil_key"]: row["birth_academic_year"] for row in store["pupils.pupils"]}
    spells = [row for row in store["pupils.school_roll"] if row["enrol_status"] in ("C", "M")]
    newest = max(row["entered_on"] for row in spells)
    everybody = store["pupils.school_roll"]
    left = [row["left_on"] for row in everybody if row["left_on"] is not None]
    oldest = min(left) if left else min(row["entered_on"] for row in everybody)
    count = defaultdict(int)
    for first in range(2000, newest.year + 1):
        year = f"{first}-{(first + 1) % 100:02d}"
        day = census_day(year)
        if day > newest:
            break
        if day < oldest:
            continue
        for row in spells:
            phase = phases.get(row["urn"])
            if phase not in ("primary", "secondary", "special") or row["pupil_key"] not in born:
                continue
            if row["entered_on"] <= day and (row["left_on"] is None or row["left_on"] >= day):
                count[year, phase, first - born[row["pupil_key"]] - 5] += 1
    return count


def exclusions(store, category):
    """Events that stand, each with its year."""
    for row in store["outcomes.exclusions"]:
        if row["category"] == category and row["outcome"] not in NOT_COUNTED:
            yield academic_year(row["started_on"]), row


def permanent_exclusions_by_phase(store, roll):
    phases = ["primary", "secondary", "special"]
    years = sorted({academic_year(row["started_on"]) for row in store["outcomes.exclusions"]})
    count = defaultdict(int)
    for year, row in exclusions(store, "PERM"):
        count[year, row["phase"]] += 1
    for year in years:
        for phase in [*phases, "all"]:
            parts = phases if phase == "all" else [phase]
            events = sum(count[year, part] for part in parts)
            pupils = sum(n for (y, p, _), n in roll.items() if y == year and p in parts) or None
            yield year, phase, events, pupils, ratio(events, pupils, 4, 100)


def suspensions_by_phase(store, roll):
    phases = ["primary", "secondary", "special"]
    events = sorted(exclusions(store, "SUSP"), key=lambda pair: (pair[1]["started_on"], pair[1]["exclusion_id"]))
    count, sessions, pupils, seen = defaultdict(int), defaultdict(int), defaultdict(int), set()
    for year, row in events:
        count[year, row["phase"]] += 1
        sessions[year, row["phase"]] += row["sessions"] or 0
        if (year, row["pupil_key"]) not in seen:
            seen.add((year, row["pupil_key"]))
            pupils[year, row["phase"]] += 1
    for year in sorted({year for year, _ in events}):
        for phase in [*phases, "all"]:
            parts = phases if phase == "all" else [phase]
            number = sum(count[year, part] for part in parts)
            children = sum(pupils[year, part] for part in parts)
            lost = sum(sessions[year, part] for part in parts)
            on_roll = sum(n for (y, p, _), n in roll.items() if y == year and p in parts) or None
            yield (
                year, phase, number, children, rounded(Fraction(lost, 10), 1), on_roll,
                ratio(number, on_roll, 4, 100), ratio(children, on_roll, 4, 100),
            )


def home_education_stock(store, roll):
    episodes = store["outcomes.home_education"]
    first, last = (pick(row["started_on"] for row in episodes) for pick in (min, max))
    counted = []
    for start in range(first.year, last.year + 1):
        day = datetime.date(start, 9, 1)
        if not first <= day <= last:
            continue
        year = academic_year(day - datetime.timedelta(days=1))
        children = {
            row["pupil_key"]
            for row in episodes
            if row["started_on"] <= day and (row["ended_on"] is None or row["ended_on"] >= day)
        }
        pupils = sum(n for (y, _, group), n in roll.items() if y == year and 1 <= group <= 11) or None
        count = len(children)
        before, growth = counted[0] if counted else None, None
        if before is not None and before[1] >= 5 and count:
            growth = to_four_places(100 * ((count / before[1]) ** (1 / (start - before[0])) - 1))
        counted.append((start, count))
        yield year, day, f"1 September {start}", count, pupils, growth, ratio(count, pupils, 4, 100)


def covered_years(store):
    """Academic years with placement records from their first month, and the last day known."""
    weeks = [row["week_start"] for row in store["placements.attendance"]]
    first, last = min(weeks), max(weeks) + FIVE_DAYS
    for start in range(first.year - 1, last.year + 1):
        opening = datetime.date(start, 9, 1)
        if opening <= last and opening + datetime.timedelta(days=31) >= first:
            yield academic_year(opening), opening, datetime.date(start + 1, 8, 31), last


def bank_holidays(store):
    return {row["day"] for row in store["reference.bank_holidays"]}


def school_days(store):
    """Mondays to Fridays in term, bank holidays out, between the first and the last week with attendance."""
    weeks = [row["week_start"] for row in store["placements.attendance"]]
    first, last = min(weeks), max(weeks) + FIVE_DAYS
    days, holidays = set(), bank_holidays(store)
    for term in store["reference.term_dates"]:
        day = term["starts_on"]
        while day <= term["ends_on"]:
            if day.weekday() < 5 and day not in holidays and first <= day <= last:
                days.add(day)
            day += datetime.timedelta(days=1)
    return sorted(days)


def too_old_after(row, plans):
    """The last Friday of June of year 11; after it 31 August of year 13, or of 14 with a plan."""
    group, start = row["nc_year"], row["started_on"]
    if group is None:
        return None
    summer = (start.year if start.month >= 9 else start.year - 1) + 1
    if group <= 11:
        june = datetime.date(summer + 11 - group, 6, 30)
        return june - datetime.timedelta(days=(june.weekday() - 4) % 7)
    last = datetime.date(summer + max(13 - group, 0), 8, 31)
    planned = any(first <= last and (end is None or end >= last) for first, end in plans.get(row["pupil_key"], []))
    return datetime.date(last.year + 1, 8, 31) if planned and group <= 13 else last


def last_days(store, silent_after=10):
    """The last day that counts of each placement, by its number."""
    terms, holidays = store["reference.term_dates"], bank_holidays(store)

    def is_school_day(day):
        return day.weekday() < 5 and day not in holidays and any(t["starts_on"] <= day <= t["ends_on"] for t in terms)

    calendar = max(term["ends_on"] for term in terms)
    provider_of = {row["placement_id"]: row["provider_id"] for row in store["placements.placements"]}
    own, others = {}, {}
    for row in store["placements.attendance"]:
        week, placement = row["week_start"], row["placement_id"]
        own[placement] = max(own.get(placement, week), week)
        if placement in provider_of:
            provider = provider_of[placement]
            others[provider] = max(others.get(provider, week), week)
    known_to = max(own.values()) + FIVE_DAYS
    plans = defaultdict(list)
    for row in store["pupils.pupil_status"]:
        if row["status"] == "SEN_E":
            plans[row["pupil_key"]].append((row["started_on"], row["ended_on"]))
    last = {}
    for row in store["placements.placements"]:
        placement = row["placement_id"]
        if row["ended_on"] is not None:
            last[placement] = row["ended_on"]
            continue
        days = [known_to, too_old_after(row, plans)]
        seen = own[placement] + FIVE_DAYS if placement in own else row["started_on"] - datetime.timedelta(days=1)
        if others.get(row["provider_id"], datetime.date.min) > seen:
            day, left = seen, silent_after
            while left and day < calendar:
                day += datetime.timedelta(days=1)
                left -= is_school_day(day)
            days.append(None if left else day)
        last[placement] = min(day for day in days if day is not None)
    return last


def daily_use(store, sessions):
    """Placement, share of a full week, and each school day on which it counts."""
    days, last = school_days(store), last_days(store)
    for row in store["placements.placements"]:
        fte = min(Fraction(row["sessions_per_week"]) / sessions, 1)
        yield row, fte, [day for day in days if row["started_on"] <= day <= last[row["placement_id"]]]


def places_by_type_and_key_stage(store, sessions=10):
    providers = {row["provider_id"]: row for row in store["commissioning.providers"]}
    days = school_days(store)
    per_year, months_of = defaultdict(int), defaultdict(lambda: defaultdict(int))
    for day in days:
        per_year[academic_year(day)] += 1
        months_of[academic_year(day)][day.year, day.month] += 1
    commissioned, holders = defaultdict(Fraction), set()
    shares = defaultdict(Fraction)
    for row in store["commissioning.commissioned_places"]:
        year = row["academic_year"]
        first, last = row["valid_from"] or datetime.date.min, row["valid_to"] or datetime.date.max
        share = Fraction(1)
        if per_year.get(year):
            share = Fraction(sum(first <= day <= last and academic_year(day) == year for day in days), per_year[year])
        shares[year, row["provider_id"], row["key_stage"], row["need"]] += Fraction(row["places"]) * share
    for (year, provider_id, stage, _), places in shares.items():
        provider = providers[provider_id]
        cell = year, provider["provision_type"], stage
        places = rounded(places, 1)
        commissioned[cell] += Fraction(places)
        holders.add((year, provider_id))
    used, placements = defaultdict(lambda: defaultdict(Fraction)), defaultdict(set)
    for row, fte, open_days in daily_use(store, sessions):
        kind = providers[row["provider_id"]]["provision_type"]
        for day in open_days:
            year = academic_year(day)
            if (year, row["provider_id"]) in holders:
                cell = year, kind, row["key_stage"]
                used[cell][day.year, day.month] += fte
                placements[cell].add(row["placement_id"])
    cells = {cell for cell in {*commissioned, *used} if per_year.get(cell[0])}

    def months(parts):
        """Average full-time equivalents of each month of the year, highest first."""
        year = next(iter(parts))[0]
        return sorted(
            (sum(used[part].get(month, Fraction(0)) for part in parts) / count
             for month, count in months_of[year].items()),
            reverse=True,
        )

    def fullest(parts):
        """The first of the months that are fullest."""
        year = next(iter(parts))[0]
        use = {
            month: sum(used[part].get(month, Fraction(0)) for part in parts) / count for month, count in months_of[year].items()
        }
        most = max(use.values())
        return min("{}-{:02d}".format(*month) for month in use if use[month] == most) if most else "NO_USE"

    def ninth_decile(parts):
        values = sorted(rounded_down(value, 10) for value in months(parts))
        return values[-(-9 * len(values) // 10) - 1]

    for year in sorted({cell[0] for cell in cells}):
        own = {cell for cell in cells if cell[0] == year}
        for kind in sorted({cell[1] for cell in own}) + ["all"]:
            for stage in sorted({cell[2] for cell in own}) + ["all"]:
                parts = {c for c in own if kind in (c[1], "all") and stage in (c[2], "all")}
                if not parts:
                    continue
                bought = sum(commissioned[part] for part in parts)
                days_used = sum(sum(used[part].values(), Fraction(0)) for part in parts)
                yield (
                    year, kind, stage, rounded(bought, 1),
                    sum(len(placements[part]) for part in parts),
                    rounded(days_used / per_year[year], 4), rounded(ninth_decile(parts), 4),
                    rounded(months(parts)[0], 4), fullest(parts), ratio(days_used, bought * per_year[year], 4, 100),
                    len(months_of[year]),
                    sum(use > bought for use in months(parts)) if bought else None,
                )


def rounded_down(number, places):
    return Fraction(math.floor(number * 10**places), 10**places)


def published(store, name, columns=None, which=None):
    """The model's rows as tuples: of all columns or some, all rows or some. What a column says of the same point of the
    year before is for a year that runs (`so_far.py`); of whole years it must be empty."""
    rows = [row for row in store[name] if which is None or which(row)]
    same_point = {column for row in rows[:1] for column in row if column.endswith("_same_point")}
    assert all(row[column] is None for row in rows for column in same_point), f"{name}: a same point in a whole year"
    left_out = same_point | (set() if columns else set(STATE))
    return [tuple(row[column] for column in columns or row if column not in left_out) for row in rows]


def main():
    # Here, because they build on what this file defines.
    import recompute_children
    import recompute_costs
    import recompute_gap
    import recompute_needs
    import recompute_outcomes
    import recompute_periods
    import recompute_provision

    store = Store(sys.argv[1])
    roll = january_roll(store)
    tables = {
        "needs_assessment.permanent_exclusions_by_phase": permanent_exclusions_by_phase(store, roll),
        "needs_assessment.suspensions_by_phase": suspensions_by_phase(store, roll),
        "needs_assessment.home_education_stock": home_education_stock(store, roll),
        **recompute_children.tables(store, roll),
        **recompute_needs.tables(store),
        **recompute_provision.tables(store),
    }
    tables = {name: (None, None, rows) for name, rows in tables.items()} | recompute_costs.tables(store)
    # A cell that only those waiting need has no place and no use.
    tables["provision_gap.places_by_type_and_key_stage"] = (
        ["academic_year", "provision_type", "key_stage", "commissioned_places", "placements", "average_fte",
         "ninth_decile_fte", "peak_fte", "peak_month", "occupancy", "months", "months_over_places"],
        lambda row: row["placements"] > 0 or row["commissioned_places"] > 0,
        places_by_type_and_key_stage(store),
    )
    tables |= recompute_gap.tables(store)
    tables |= recompute_outcomes.tables(store)
    wrong = 0
    for name, (columns, which, rows) in tables.items():
        computed, found = set(rows), set(published(store, name.partition(" ")[0], columns, which))
        print(f"{name}: {len(found)} rows, {len(computed ^ found)} of them differ")
        for row in sorted(computed ^ found, key=repr)[:20]:
            print("   only", "computed " if row in computed else "published", *row)
        wrong += len(computed ^ found)
    compared, differ = recompute_gap.forecast_differences(store)
    print(f"needs_assessment.ap_forecast: {compared} rows drawn again, {len(differ)} of them differ")
    for row, there in differ[:20]:
        print("   computed", *row, "published", there)
    wrong += len(differ)
    wrong += recompute_periods.differences(store)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
