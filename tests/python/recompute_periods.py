"""Computes again how far each period of the published tables has come: what `recompute.py` computes with.

Written from the definitions: a year is known to the last day of what its records hold, and over when that day, or something
on record, is after its end.
"""

import datetime

from recompute import FIVE_DAYS, STATE, academic_year, bank_holidays

# The day on which the demo's clock stands, and the end of the academic year that it reports.
AS_OF, REPORTED = datetime.date(2026, 10, 5), datetime.date(2026, 8, 31)

# By which records a table of the needs assessment is known.
SERIES = {
    "absence_by_phase": "ABSENCE", "fair_access": "FAIR_ACCESS",
    **dict.fromkeys(
        ["ap_cohort", "ap_length_of_stay", "ap_outlook", "ap_peak", "ap_pupils", "referral_waits", "repeat_movers"], "ATTENDANCE",
    ),
    **dict.fromkeys(["committee_report_checks", "day_six", "off_rolling_schools", "off_rolling_signals"], "SEVERAL"),
    **dict.fromkeys(
        ["disproportionality", "exclusion_reasons", "exclusions_by_characteristic", "exclusions_by_outcome",
         "permanent_exclusions_by_history", "permanent_exclusions_by_phase", "published_reconciliation", "school_exclusions",
         "school_features", "suspension_repeats", "suspensions_by_phase", "suspensions_by_ward_and_sen"],
        "EXCLUSIONS",
    ),
}
KEYS = ("financial_year", "academic_year", "made_in", "week", "half_term")


def end_of_academic(year):
    return datetime.date(int(year[:4]) + 1, 8, 31)


def newest(store, *columns):
    """The last day in columns of tables, each `table.column`."""
    days = []
    for column in columns:
        table, _, name = column.rpartition(".")
        days += [row[name] for row in store[table] if row[name] is not None]
    return max(days)


class States:
    def __init__(self, store):
        self.store = store
        paid = [row["paid_on"] for row in store["finance.ledger_lines"]]
        self.first_paid, last = min(paid), max(paid)
        self.paid_to = (last.replace(day=1) + datetime.timedelta(days=32)).replace(day=1) - datetime.timedelta(days=1)
        self.holidays = bank_holidays(store)
        taught = newest(store, "placements.attendance.week_start") + FIVE_DAYS
        terms = {"autumn": (9, 12), "spring": (1, 4), "summer": (5, 8)}
        absent = max(
            (int(row["academic_year"][:4]), list(terms).index(row["term"])) for row in store["outcomes.school_absence"]
        )
        month = list(terms.values())[absent[1]][1]
        ends = datetime.date(absent[0] + (month < 9), month, {4: 30, 8: 31, 12: 31}[month])
        self.last = {
            "ABSENCE": ends,
            "ATTENDANCE": taught,
            "EXCLUSIONS": newest(store, "outcomes.exclusions.started_on"),
            "FAIR_ACCESS": newest(store, "outcomes.fair_access.referred_on"),
            "REGISTERS": newest(
                store, "outcomes.home_education.started_on", "outcomes.missing_education.started_on",
                "outcomes.managed_moves.started_on", "placements.part_time_timetables.started_on",
                "placements.referrals.referred_on", "pupils.school_roll.entered_on",
            ),
        }
        self.reached = max(REPORTED, *self.last.values())
        for log in ("EXCLUSIONS", "FAIR_ACCESS"):
            end = end_of_academic(academic_year(self.last[log]))
            if end <= self.reached:
                self.last[log] = end
        self.last["SEVERAL"] = min(self.last[name] for name in ("ATTENDANCE", "EXCLUSIONS", "REGISTERS"))
        self.half_terms = {f"{row['academic_year']}-{row['term']}": row["ends_on"] for row in store["reference.term_dates"]}

    def closed_on(self, year):
        """The eighth working day of the April after a financial year."""
        day, left = datetime.date(int(year[:4]) + 1, 4, 1), 8
        while True:
            left -= day.weekday() < 5 and day not in self.holidays
            if not left:
                return day
            day += datetime.timedelta(days=1)

    def financial(self, year):
        first, last = datetime.date(int(year[:4]), 4, 1), datetime.date(int(year[:4]) + 1, 3, 31)
        if first > self.paid_to:
            return "FUTURE", self.paid_to
        is_over = last < self.first_paid or self.paid_to >= last and AS_OF >= self.closed_on(year)
        return "FINISHED" if is_over else "RUNNING", min(self.paid_to, last)

    def academic(self, year, series, reached):
        end = end_of_academic(year)
        state = "FINISHED" if end <= reached else "RUNNING" if datetime.date(int(year[:4]), 9, 1) <= reached else "FUTURE"
        return state, min(self.last[series], end)

    def of(self, name, row):
        """What a row of a table is to say."""
        pipeline, table = name.split(".")
        key = next(key for key in KEYS if key in row)
        value = row[key]
        if key == "financial_year":
            return self.financial(value)
        if key == "week":
            monday = datetime.date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
            return "FINISHED" if monday + datetime.timedelta(days=6) < AS_OF else "RUNNING", monday
        if key == "half_term":
            return "FINISHED" if self.half_terms[value] < AS_OF else "RUNNING", self.half_terms[value]
        if pipeline == "needs_assessment":
            state = self.academic(value, SERIES.get(table, "REGISTERS"), self.reached)
        else:
            state = self.academic(value, "ATTENDANCE", max(REPORTED, self.last["ATTENDANCE"]))
        is_forecast = key == "made_in" and row.get("basis") != "COUNTED"
        return ("FUTURE" if is_forecast else state[0]), state[1]


def differences(store):
    """Prints how many rows say otherwise of their period than is computed, and returns that."""
    states, tables, rows, wrong = States(store), 0, 0, 0
    for path in sorted(store.folder.glob("*/*.parquet")):
        name = f"{path.parent.name}.{path.stem}"
        published = store[name]
        if not published or any(column not in published[0] for column in STATE):
            continue
        tables += 1
        rows += len(published)
        others = {}
        for row in published:
            there, computed = tuple(row[column] for column in STATE), states.of(name, row)
            if there != computed:
                wrong += 1
                others[there] = computed
        for there, computed in others.items():
            print(f"   {name}: published", *there, "computed", *computed)
    print(f"periods: {rows} rows of {tables} tables, {wrong} of them say otherwise")
    return wrong
