"""The second part of `recompute.py` about places: what children had, when, and what there was to have."""

import datetime
from collections import defaultdict
from fractions import Fraction

from recompute import NOT_COUNTED, academic_year, last_days, ratio

DAY = datetime.timedelta(days=1)
FIRST_TO_LAST = ["FULL_TIME", "PART_TIME", "FULL_TIME_LATER", "PART_TIME_LATER", "NONE"]


def calendar(store):
    """Every school day of the terms, in order, whether or not anything is known of it."""
    holidays = {row["day"] for row in store["reference.bank_holidays"]}
    days = set()
    for term in store["reference.term_dates"]:
        day = term["starts_on"]
        while day <= term["ends_on"]:
            if day.weekday() < 5 and day not in holidays:
                days.add(day)
            day += DAY
    return sorted(days)


def as_at(store):
    """The day of the published tables: the end of the last school year that is over, by the newest attendance."""
    newest = max(row["week_start"] for row in store["placements.attendance"])
    return max(day for day in (datetime.date(year, 8, 31) for year in range(2000, 2099)) if day <= newest)


def day_six(store):
    days, last, today = calendar(store), last_days(store), as_at(store)
    newest = max(row["week_start"] for row in store["placements.attendance"]) + 4 * DAY
    first_week = min(row["week_start"] for row in store["placements.attendance"])
    phases = {row["urn"]: row["phase"] for row in store["reference.schools"]}
    placements, rolls = defaultdict(list), defaultdict(list)
    for row in store["placements.placements"]:
        until = last[row["placement_id"]]
        if row["ended_on"] is None and until == newest:
            until = datetime.date.max
        sessions = 10 if row["attendance_pattern"] == "FT" else Fraction(row["sessions_per_week"])
        placements[row["pupil_key"]].append((row["started_on"], until, sessions))
    for row in store["pupils.school_roll"]:
        if row["enrol_status"] in ("C", "M") and phases.get(row["urn"]) != "AP":
            rolls[row["pupil_key"]].append(row)

    def had(offers, day):
        """Sessions a week on the day; nothing where nothing is open."""
        open_then = [sessions for first, end, sessions in offers if first <= day <= end]
        return sum(open_then) if open_then else None

    def state(offers, due):
        now = had(offers, due)
        if now is not None:
            return "FULL_TIME" if now >= 10 else "PART_TIME"
        later = [had(offers, first) for first, _, _ in offers if due < first <= newest]
        later = [sessions for sessions in later if sessions is not None]
        if not later:
            return "NONE"
        return "FULL_TIME_LATER" if max(later) >= 10 else "PART_TIME_LATER"

    counts = defaultdict(lambda: [0, 0])
    for row in store["outcomes.exclusions"]:
        start = row["started_on"]
        if row["category"] != "PERM" or row["outcome"] in NOT_COUNTED:
            continue
        year = academic_year(start)
        begins = datetime.date(int(year[:4]), 9, 1)
        if not (begins <= newest and begins + 31 * DAY >= first_week):
            continue
        after = [day for day in days if day > start][:6]
        if start > today or len(after) < 6 or after[5] > newest:
            continue
        offers = placements[row["pupil_key"]] + [
            (roll["entered_on"], roll["left_on"] or datetime.date.max, 10)
            for roll in rolls[row["pupil_key"]]
            if roll["urn"] != row["urn"] and roll["entered_on"] > start
        ]
        counts[year, state(offers, after[5])][0] += 1
        counts[year, state(offers, after[4])][1] += 1
    for year in sorted({year for year, _ in counts}):
        total = sum(counts[year, provision][0] for provision in FIRST_TO_LAST)
        for provision in [*FIRST_TO_LAST, "all"]:
            due, stricter = (total, total) if provision == "all" else counts[year, provision]
            yield (
                year, provision, due, stricter, ratio(due, total, 4, 100), ratio(stricter, total, 4, 100),
            )


def tables(store):
    """The rows of each table, by its name."""
    return {
        "needs_assessment.day_six": day_six(store),
    }
