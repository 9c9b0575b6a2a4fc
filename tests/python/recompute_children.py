"""The needs assessment's tables on children out of school, in part of it or in alternative provision, and on what
is published of them, computed again. `recompute.py` compares them with the published ones.

From the definitions printed under the tables: row by row and day by day, without the models' SQL.
"""

import datetime
import math
from collections import Counter, defaultdict
from fractions import Fraction

from recompute import (
    academic_year, bank_holidays, census_day, exclusions, last_days, ratio, rounded, to_four_places,
)

DAY = datetime.timedelta(days=1)
PHASES = ["primary", "secondary", "special"]
STAND = {"RESCINDED_BY_HEAD", "GOVERNORS_REINSTATED"}


def year_of(first):
    return f"{first}-{(first + 1) % 100:02d}"


def first_day(year):
    return datetime.date(int(year[:4]), 9, 1)


def last_day(year):
    return datetime.date(int(year[:4]) + 1, 8, 31)


def year_before(year):
    return year_of(int(year[:4]) - 1)


def plus_months(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return datetime.date(year, month, min(day.day, last))
        except ValueError:
            pass
    raise ValueError(day)


def nearest_rank(values):
    """The value that half of them do not exceed; None of none."""
    return sorted(values)[(len(values) + 1) // 2 - 1] if values else None


def by_phase(store):
    return {row["urn"]: row["phase"] for row in store["reference.schools"]}


def on_january_roll(roll, year, phases=PHASES, years=range(-30, 40)):
    return sum(n for (y, p, nc), n in roll.items() if y == year and p in phases and nc in years) or None


def stock(store, day):
    rows = store["outcomes.home_education"]
    return {
        row["pupil_key"] for row in rows
        if row["started_on"] <= day and (row["ended_on"] is None or row["ended_on"] >= day)
    }


def counted_septembers(store):
    """The years whose closing 1 September the register covers."""
    starts = [row["started_on"] for row in store["outcomes.home_education"]]
    for first in range(1999, 2099):
        if min(starts) <= datetime.date(first + 1, 9, 1) <= max(starts):
            yield year_of(first)


def home_education_flows(store, window=60):
    third, events = set(), defaultdict(list)
    seen = Counter()
    rows = [row for row in store["outcomes.exclusions"] if row["outcome"] not in STAND]
    for row in sorted(rows, key=lambda row: (row["started_on"], row["exclusion_id"])):
        events[row["pupil_key"]].append(row)
        if row["category"] == "SUSP":
            seen[row["pupil_key"], academic_year(row["started_on"])] += 1
            if seen[row["pupil_key"], academic_year(row["started_on"])] >= 3:
                third.add(row["exclusion_id"])
    years = list(counted_septembers(store))
    for year in years:
        if year_before(year) not in years:
            continue
        opening, closing = first_day(year), last_day(year) + DAY
        starts = [r for r in store["outcomes.home_education"] if opening < r["started_on"] <= closing]
        ends = [r for r in store["outcomes.home_education"] if r["ended_on"] and opening <= r["ended_on"] < closing]
        after, after_third = 0, 0
        for row in starts:
            recent = [
                event for event in events[row["pupil_key"]]
                if 0 <= (row["started_on"] - event["started_on"]).days <= window
            ]
            after += bool(recent)
            after_third += any(event["exclusion_id"] in third for event in recent)
        old = [
            r for r in starts
            if 9 <= int(academic_year(r["started_on"] - DAY)[:4]) - r["birth_academic_year"] - 5 <= 11
        ]
        before = len(stock(store, opening))
        yield (
            year, academic_year(opening - DAY), before, len(starts), len(ends), len(stock(store, closing)), ratio(len(ends), before, 4, 100),
            sum(r["prior_setting"] is not None and r["prior_setting"] != "NONE" for r in starts), len(old), after,
            after_third, ratio(after, len(starts), 4, 100),
        )


def home_education_by_reason(store):
    rows = store["outcomes.home_education"]
    reasons = sorted({row["reason"] for row in rows})
    for year, *_ in home_education_flows(store):
        count = Counter(
            row["reason"] for row in rows if first_day(year) < row["started_on"] <= last_day(year) + DAY
        )
        known = sum(n for reason, n in count.items() if reason != "UNKNOWN")
        for reason in reasons:
            yield year, reason, count[reason], ratio(count[reason], known, 4, 100) if reason != "UNKNOWN" else None
        yield year, "all", sum(count.values()), None


def missing_years(store):
    starts = [row["started_on"] for row in store["outcomes.missing_education"]]
    for first in range(1999, 2099):
        year = year_of(first)
        if first_day(year) + 31 * DAY >= min(starts) and last_day(year) <= max(starts):
            yield year


def missing_education_flows(store):
    rows = store["outcomes.missing_education"]
    for year in missing_years(store):
        begun = [row for row in rows if academic_year(row["started_on"]) == year]
        closed = [row for row in rows if row["ended_on"] and academic_year(row["ended_on"]) == year]
        open_before = [
            row for row in rows
            if row["started_on"] < first_day(year) and (row["ended_on"] is None or row["ended_on"] >= first_day(year))
        ]
        open_at_end = [
            row for row in rows
            if row["started_on"] <= last_day(year) and (row["ended_on"] is None or row["ended_on"] > last_day(year))
        ]
        days = nearest_rank([(row["ended_on"] - row["started_on"]).days for row in closed])
        yield (
            year, year_before(year), len(open_before), len(begun), len({row["pupil_key"] for row in begun}), len(closed),
            sum(row["outcome"] == "NOT_TRACED" for row in closed), len(open_at_end),
            None if days is None else rounded(Fraction(days, 7), 6),
        )


def missing_education_by_reason(store):
    reasons = [
        "NEW_ARRIVAL_NO_PLACE", "AWAITING_SPECIALIST_PLACE", "MOVED_WHEREABOUTS_UNKNOWN", "REMOVED_FROM_ROLL",
        "UNSUITABLE_HOME_EDUCATION", "OTHER",
    ]
    for year in missing_years(store):
        count = Counter(
            row["reason"] for row in store["outcomes.missing_education"] if academic_year(row["started_on"]) == year
        )
        for reason in reasons:
            yield year, reason, count[reason]
        yield year, "all", sum(count[reason] for reason in reasons)


def timetable_years(store):
    starts = [row["started_on"] for row in store["placements.part_time_timetables"]]
    for first in range(1999, 2099):
        year = year_of(first)
        if first_day(year) + 31 * DAY >= min(starts) and first_day(year) <= max(starts):
            yield year


def part_time_by_phase(store, roll, weeks=6):
    phases = by_phase(store)
    rows = store["placements.part_time_timetables"]
    # The stock day of the published tables: the end of the last school year that is over.
    newest = max(row["started_on"] for row in rows)
    as_at = max(last_day(year_of(first)) for first in range(2000, 2099) if last_day(year_of(first)) <= newest)
    for year in timetable_years(store):
        census = census_day(year)
        for phase in [*PHASES, "all"]:
            parts = PHASES if phase == "all" else [phase]
            own = [
                row for row in rows if academic_year(row["started_on"]) == year and phases.get(row["urn"]) in parts
            ]
            count = Counter()
            for row in own:
                seen = min(row["ended_on"] or as_at, last_day(year), as_at)
                count["open"] += row["started_on"] <= census and (row["ended_on"] is None or row["ended_on"] >= census)
                count["long"] += (seen - row["started_on"]).days + 1 > 7 * weeks
                count["agreed"] += not row["parent_agreed"]
                count["end"] += row["planned_end_on"] is None
                due, reviewed = row["review_due_on"], row["reviewed_on"]
                count["review"] += due is not None and due < seen and (reviewed is None or reviewed > due)
                count["no review"] += due is None
                notified = row["notified_on"]
                count["notified late"] += notified is None or (notified - row["started_on"]).days > 14
            lost = sum((Fraction(row["hours_full"]) - Fraction(row["hours_offered"]) for row in own), Fraction(0))
            pupils = on_january_roll(roll, year, parts)
            open_on_day = count["open"] if census <= as_at else None
            yield (
                year, phase, len(own), open_on_day, pupils,
                None if open_on_day is None or not pupils else ratio(open_on_day, pupils, 4, 1000),
                count["long"], count["agreed"], count["end"], count["review"],
                count["no review"], count["notified late"],
                ratio(lost, len(own), 1),
            )


def part_time_by_reason(store):
    for year in timetable_years(store):
        count = Counter(
            row["reason"] for row in store["placements.part_time_timetables"]
            if academic_year(row["started_on"]) == year
        )
        for reason in ["REINTEGRATION", "ANXIETY", "MEDICAL", "BEHAVIOUR", "NEW_TO_SCHOOL", "OTHER"]:
            yield year, reason, count[reason]
        yield year, "all", sum(count.values())


def absence_by_phase(store):
    phases, order = by_phase(store), {"autumn": 1, "spring": 2, "summer": 3}
    sums, newest = defaultdict(Counter), Counter()
    coded = defaultdict(set)
    for row in store["outcomes.school_absence"]:
        newest[row["academic_year"]] = max(newest[row["academic_year"]], order[row["term"]])
    for row in store["outcomes.school_absence"]:
        year, phase = row["academic_year"], phases.get(row["urn"])
        if phase not in PHASES:
            continue
        for key in (phase, "all"):
            count = sums[year, key]
            count["possible"] += row["sessions_possible"]
            count["missed"] += row["sessions_authorised"] + row["sessions_unauthorised"]
            count["unauthorised"] += row["sessions_unauthorised"]
            for code in "b", "c2", "k":
                if row[f"sessions_{code}"] is not None:
                    coded[year, key].add(code)
                    count[code] += row[f"sessions_{code}"]
            if order[row["term"]] == newest[year]:
                for name in "enrolments", "persistent_absentees", "severe_absentees":
                    count[name] += row[name]
    for (year, phase), count in sums.items():
        enrolled, possible = count["enrolments"], count["possible"]
        codes = [
            ratio(count[code], possible, 4, 1000) if code in coded[year, phase] else None for code in ("b", "c2", "k")
        ]
        yield (
            year, phase, newest[year], enrolled, ratio(count["missed"], possible, 4, 100),
            ratio(count["unauthorised"], possible, 4, 100), count["persistent_absentees"],
            ratio(count["persistent_absentees"], enrolled, 4, 100), count["severe_absentees"],
            ratio(count["severe_absentees"], enrolled, 4, 100), *codes,
        )


def spells_of(store):
    spells = defaultdict(list)
    for row in store["pupils.school_roll"]:
        spells[row["pupil_key"]].append(row)
    return spells


def managed_moves_by_phase(store):
    phases, spells = by_phase(store), spells_of(store)
    counts = defaultdict(Counter)
    for row in store["outcomes.managed_moves"]:
        phase = phases.get(row["from_urn"])
        if phase is None:
            continue
        ended = row["ended_on"]
        landed = ended is not None and any(
            spell["urn"] == row["to_urn"] and spell["enrol_status"] in ("C", "M")
            and spell["entered_on"] <= ended + 10 * DAY and (spell["left_on"] is None or spell["left_on"] > ended)
            for spell in spells[row["pupil_key"]]
        )
        year = academic_year(row["started_on"])
        for key in ((year, phase), (year, "all")):
            counts[key]["begun"] += 1
            counts[key]["ended"] += ended is not None
            counts[key]["landed"] += landed
            counts[key]["paper"] += row["outcome"] == "SUCCESSFUL" and not landed
    for year in {year for year, _ in counts}:
        for phase in [*PHASES, "all"]:
            count = counts[year, phase]
            yield (
                year, phase, count["begun"], count["ended"], count["landed"],
                ratio(count["landed"], count["ended"], 4, 100), count["paper"],
            )


FAIR_ACCESS = [
    "IN_NEED", "REFUGE", "CRIMINAL_JUSTICE", "AP_OR_EXCLUDED", "SEN_OR_MEDICAL", "CARER", "HOMELESS", "KINSHIP_CARE",
    "TRAVELLER_OR_REFUGEE", "REFUSED_FOR_BEHAVIOUR", "NO_PLACE_SOUGHT", "FOUR_WEEKS_OUT", "PREVIOUSLY_LOOKED_AFTER",
]


def fair_access(store):
    terms, holidays = [(row["starts_on"], row["ends_on"]) for row in store["reference.term_dates"]], bank_holidays(store)
    spells, rows = spells_of(store), store["outcomes.fair_access"]
    # The day of the published tables: the end of the last school year that is over, by the newest attendance.
    newest = max(row["week_start"] for row in store["placements.attendance"])
    as_at = max(last_day(year_of(first)) for first in range(2000, 2099) if last_day(year_of(first)) <= newest)

    def school_days_after(day, last):
        """School days after `day`, up to and including `last`."""
        days = [day + n * DAY for n in range(1, (last - day).days + 1)]
        return sum(
            d.weekday() < 5 and d not in holidays and any(first <= d <= end for first, end in terms) for d in days
        )

    def known(day):
        return day if day is not None and day <= as_at else None

    counts, seen = defaultdict(Counter), set()
    for row in sorted(rows, key=lambda row: (row["referred_on"], row["case_id"])):
        agreed = row["referred_on"]
        if agreed > as_at:
            continue
        year = academic_year(agreed)
        allocated, started, closed = known(row["allocated_on"]), known(row["started_on"]), known(row["closed_on"])
        is_first = (year, row["pupil_key"]) not in seen
        seen.add((year, row["pupil_key"]))
        open_until = as_at if closed is None else closed - DAY
        landed = started is not None and any(
            spell["urn"] == row["to_urn"] and spell["enrol_status"] in ("C", "M")
            and spell["entered_on"] <= started + 10 * DAY and (spell["left_on"] is None or spell["left_on"] > started)
            for spell in spells[row["pupil_key"]]
        )
        end = last_day(year)
        for key in ((year, row["category"]), (year, "all")):
            count = counts[key]
            count["cases"] += 1
            count["children"] += is_first
            count["due"] += allocated is not None or school_days_after(agreed, open_until) >= 20
            count["allocated"] += allocated is not None
            count["in_time"] += allocated is not None and school_days_after(agreed, allocated) <= 20
            count["landed"] += landed
            count["withdrawn"] += closed is not None and row["outcome"] == "WITHDRAWN"
            count["waiting"] += (allocated is None or allocated > end) and (closed is None or closed > end)
    first = min(year for year, _ in counts)
    for year in map(year_of, range(int(first[:4]), int(academic_year(as_at)[:4]) + 1)):
        for category in [*FAIR_ACCESS, "all"]:
            count = counts[year, category]
            yield (
                year, category, count["cases"], count["children"], count["due"], count["allocated"],
                count["in_time"], ratio(count["in_time"], count["due"], 4, 100), count["landed"],
                count["withdrawn"], count["waiting"] if last_day(year) <= as_at else None,
            )


def covered_years(store):
    """Years whose first month has attendance, with the Friday of the newest week."""
    weeks = [row["week_start"] for row in store["placements.attendance"]]
    last = max(weeks) + 4 * DAY
    for first in range(1999, 2099):
        year = year_of(first)
        if first_day(year) <= last and first_day(year) + 31 * DAY >= min(weeks):
            yield year, last


def repeat_movers(store):
    moves = defaultdict(list)
    for row in store["outcomes.managed_moves"]:
        moves[row["pupil_key"]].append((row["started_on"], "MANAGED_MOVE"))
    for row in store["placements.placements"]:
        moves[row["pupil_key"]].append((row["started_on"], "PLACEMENT"))
    for year, _ in covered_years(store):
        pupils, repeats, both = 0, 0, 0
        for of_pupil in moves.values():
            of_pupil.sort()
            own = [place for place, (day, _) in enumerate(of_pupil) if academic_year(day) == year]
            near = [
                place for place in own
                if place > 0 and plus_months(of_pupil[place - 1][0], 24) >= of_pupil[place][0]
            ]
            pupils += bool(own)
            repeats += bool(near)
            both += any(
                len({kind for day, kind in of_pupil if day <= of_pupil[place][0] <= plus_months(day, 24)}) == 2
                for place in own
            )
        if pupils:
            yield year, pupils, repeats, both, ratio(repeats, pupils, 4, 100)


def open_until(store):
    """The last day that counts of each placement, by its number; None of one that is open as far as is known."""
    newest = max(row["week_start"] for row in store["placements.attendance"]) + 4 * DAY
    recorded = {row["placement_id"]: row["ended_on"] for row in store["placements.placements"]}
    return {
        placement: None if recorded[placement] is None and day == newest else day
        for placement, day in last_days(store).items()
    }


def ap_children(store):
    """Each child in alternative provision with its newest placement, by year, basis and population."""
    newest, until = {}, open_until(store)
    for year, last in covered_years(store):
        census = census_day(year)
        for row in store["placements.placements"]:
            ended = until[row["placement_id"]]
            if ended is not None and ended < row["started_on"]:
                continue
            if row["started_on"] <= last_day(year) and (ended is None or ended >= first_day(year)):
                keep(newest, (year, "in_year", row["ap_population"], row["pupil_key"]), row)
            if census <= last and row["started_on"] <= census and (ended is None or ended >= census):
                keep(newest, (year, "census_day", row["ap_population"], row["pupil_key"]), row)
    return newest


def keep(newest, key, row):
    found = newest.get(key)
    if found is None or (row["started_on"], row["placement_id"]) > (found["started_on"], found["placement_id"]):
        newest[key] = row


def ap_cohort(store):
    newest = ap_children(store)
    pupils = {row["pupil_key"]: row for row in store["pupils.pupils"]}
    held, first_ended = defaultdict(list), {}
    groups = {"FSM": "fsm", "SEN_K": "sen", "SEN_E": "sen", "CIN": "care", "CPP": "care", "CLA": "care"}
    for row in store["pupils.pupil_status"]:
        held[row["pupil_key"]].append(row)
        group = groups.get(row["status"])
        if group and row["ended_on"]:
            first_ended[group] = min(first_ended.get(group, row["ended_on"]), row["ended_on"])
    suspended = defaultdict(list)
    for _, row in exclusions(store, "SUSP"):
        suspended[row["pupil_key"]].append(row["started_on"])
    routes = {}
    for row in store["placements.referrals"]:
        if row["placement_id"] is not None:
            routes[row["placement_id"]] = min(routes.get(row["placement_id"], row["route"]), row["route"])

    def known(group, row, statuses, none_held):
        """The status on the placement's first day; the register says "no" only for days that it knows."""
        on = row["started_on"]
        found = [
            status["status"] for status in held[row["pupil_key"]]
            if status["status"] in statuses and status["started_on"] <= on
            and (status["ended_on"] is None or status["ended_on"] >= on)
        ]
        if found:
            return max(found)
        recorded = row["pupil_key"] in pupils and group in first_ended and on >= first_ended[group]
        return none_held if recorded else "NOT_RECORDED"

    def describe(row):
        pupil = pupils.get(row["pupil_key"], {})
        ethnicity = pupil.get("ethnicity")
        on = row["started_on"]
        recent = sum(plus_months(on, -12) <= day < on for day in suspended[row["pupil_key"]])
        route = routes.get(row["placement_id"]) or ("SCHOOL" if row["commissioner"] == "SCHOOL" else "NOT_RECORDED")
        needs = known("sen", row, ("SEN_K", "SEN_E"), "N")
        return {
            "key_stage": row["key_stage"],
            "primary_need": row["primary_need"] or "NOT_RECORDED",
            "reason": row["reason_group"],
            "route": route,
            "sex": pupil.get("sex") or "NOT_RECORDED",
            "ethnicity": ethnicity or "NOT_RECORDED",
            "fsm": known("fsm", row, ("FSM",), "NOT_FSM"),
            "sen_provision": needs.removeprefix("SEN_"),
            "social_care": known("care", row, ("CIN", "CPP", "CLA"), "NO_SOCIAL_CARE"),
            "suspensions_before": (
                ["NO_SUSPENSIONS", "ONE_SUSPENSION", "TWO_SUSPENSIONS"][recent]
                if recent < 3 else "THREE_OR_MORE_SUSPENSIONS"
            ),
        }

    counts, values = defaultdict(Counter), defaultdict(set)
    for (year, basis, population, _), row in newest.items():
        for characteristic, value in describe(row).items():
            values[characteristic].add(value)
            counts[year, basis][population, characteristic, value] += 1
            counts[year, basis][population, characteristic, "all"] += 1
    for year in {year for year, _, _, _ in newest}:
        has_census = bool(counts.get((year, "census_day")))
        for population in "STATE_AP", "SCHOOL_ARRANGED", "LA_FUNDED":
            for characteristic, found in values.items():
                for value in [*found, "all"]:
                    cell = population, characteristic, value
                    yield (
                        year, *cell, counts[year, "census_day"][cell] if has_census else None,
                        counts[year, "in_year"][cell],
                    )


def ap_length_of_stay(store):
    rows, until = store["placements.placements"], open_until(store)
    for year, last in covered_years(store):
        if (last_day(year) - last).days > 62:
            continue
        stays = defaultdict(list)
        for row in rows:
            ended = until[row["placement_id"]]
            if ended and ended < row["started_on"]:
                continue
            if ended and academic_year(ended) == year:
                stays[row["ap_population"], "ENDED"].append((ended - row["started_on"]).days + 1)
            if row["started_on"] <= last_day(year) and (ended is None or ended > last_day(year)):
                stays[row["ap_population"], "OPEN"].append((last_day(year) - row["started_on"]).days + 1)
        for (population, stay), days in stays.items():
            yield (
                year, population, stay, len(days), rounded(Fraction(nearest_rank(days), 7), 6),
                rounded(Fraction(sum(days), 7 * len(days)), 6),
            )


def off_rolling_signals(store, roll):
    spells, phases = spells_of(store), by_phase(store)
    years = sorted({year for year, _, _ in roll})
    born = {row["pupil_key"]: row["birth_academic_year"] for row in store["pupils.pupils"]}

    def there(pupil, day, of):
        return any(
            spell["enrol_status"] in ("C", "M") and spell["entered_on"] <= day
            and (spell["left_on"] is None or spell["left_on"] >= day)
            and (of is None or phases.get(spell["urn"]) in of)
            for spell in spells[pupil]
        )

    for year in years:
        if year_before(year) not in years:
            continue
        tens = [pupil for pupil, cohort in born.items() if cohort + 15 == int(year[:4]) - 1]
        base = [pupil for pupil in tens if there(pupil, census_day(year_before(year)), PHASES)]
        gone = sum(not there(pupil, census_day(year), None) for pupil in base)
        if base:
            yield year, "YEAR_10_NOT_IN_YEAR_11", gone, len(base), ratio(gone, len(base), 4, 100)
    for year, _, _, starts, _, _, _, _, old, after, after_third, _ in home_education_flows(store):
        back = set()
        for row in store["outcomes.home_education"]:
            start = row["started_on"]
            if not first_day(year) < start <= last_day(year) + DAY:
                continue
            left = {
                spell["urn"] for spell in spells[row["pupil_key"]]
                if spell["left_on"] and start - 60 * DAY <= spell["left_on"] <= start
            }
            if any(
                spell["urn"] in left and start < spell["entered_on"] <= start + 120 * DAY
                for spell in spells[row["pupil_key"]]
            ):
                back.add(row["episode_id"])
        older = on_january_roll(roll, year, PHASES, range(9, 12))
        for signal, events, base in (
            ("HOME_AFTER_EXCLUSION", after, starts),
            ("HOME_AFTER_THIRD_SUSPENSION", after_third, starts),
            ("HOME_IN_YEARS_9_TO_11", old, older),
            ("BACK_WITHIN_A_TERM", len(back), starts),
        ):
            if base is not None:
                yield year, signal, events, base, ratio(events, base, 4, 100)


def off_rolling_schools(store, roll):
    phases, spells = by_phase(store), spells_of(store)
    born = {row["pupil_key"]: row["birth_academic_year"] for row in store["pupils.pupils"]}
    counted = {year for year, _, _ in roll} & {year for year, *_ in home_education_flows(store)}
    own = {
        pupil: [
            spell for spell in rows
            if spell["enrol_status"] in ("C", "M") and phases.get(spell["urn"]) == "secondary"
        ]
        for pupil, rows in spells.items()
    }

    def there(spell, day):
        return spell["entered_on"] <= day and (spell["left_on"] is None or spell["left_on"] >= day)

    # Events and base of each signal by year and school.
    cells = {signal: defaultdict(lambda: [0, 0]) for signal in ("year ten", "home", "nowhere")}
    for year in counted:
        day, before = census_day(year), census_day(year_before(year))
        for pupil, rows in own.items():
            for spell in rows:
                if there(spell, day):
                    cells["home"][year, spell["urn"]][1] += 1
                    cells["nowhere"][year, spell["urn"]][1] += 1
            if year_before(year) in counted and born.get(pupil) == int(year[:4]) - 16:
                later = any(there(s, day) for s in spells[pupil] if s["enrol_status"] in ("C", "M"))
                for urn in {spell["urn"] for spell in rows if there(spell, before)}:
                    cells["year ten"][year, urn][0] += not later
                    cells["year ten"][year, urn][1] += 1
    homes, placed, excluded = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in store["outcomes.home_education"]:
        homes[row["pupil_key"]].append(row)
        year = academic_year(row["started_on"] - DAY)
        for urn in {
            spell["urn"] for spell in own.get(row["pupil_key"], ())
            if spell["left_on"] and 0 <= (row["started_on"] - spell["left_on"]).days <= 60
        }:
            cells["home"][year, urn][0] += 1
    for row in store["placements.placements"]:
        placed[row["pupil_key"]].append(row)
    for row in store["outcomes.exclusions"]:
        if row["category"] == "PERM":
            excluded[row["pupil_key"]].append(row["started_on"])
    for pupil, rows in own.items():
        for spell in rows:
            left = spell["left_on"]
            if left is None or left.month in (7, 8) or pupil not in born:
                continue
            year = academic_year(left)
            nc_year = int(year[:4]) - born[pupil] - 5
            if nc_year > 11 or (nc_year == 11 and left.month == 6):
                continue

            def goes_on(row, first, last):
                return (row[first] - left).days <= 14 and (row[last] is None or row[last] > left)

            known = (
                any(s["enrol_status"] in ("C", "M") and goes_on(s, "entered_on", "left_on") for s in spells[pupil])
                or any(goes_on(row, "started_on", "ended_on") for row in homes[pupil] + placed[pupil])
                or any(0 <= (left - day).days <= 60 for day in excluded[pupil])
            )
            cells["nowhere"][year, spell["urn"]][0] += not known
    outlying = defaultdict(int)
    for of_signal in cells.values():
        for year in counted:
            schools = {urn: cell for (y, urn), cell in of_signal.items() if y == year and cell[1]}
            events, base = (sum(cell[place] for cell in schools.values()) for place in (0, 1))
            for urn, (x, n) in schools.items():
                # Above p + 1.96 √(p(1 − p) / n), in whole numbers.
                beyond = x * base - n * events
                outlying[year, urn] += beyond > 0 and beyond**2 * 10_000 > 38_416 * n * events * (base - events)
    for year in counted:
        own_year = [urn for y, urn in outlying if y == year]
        many = [urn for urn in own_year if outlying[year, urn] >= 2]
        yield (
            year, len(own_year), sum(outlying[year, urn] == 1 for urn in own_year), len(many),
            sum(outlying.get((year_before(year), urn), 0) >= 2 for urn in many),
        )


def published_reconciliation(store, council="336"):
    published = {
        (row["academic_year"], row["phase"]): row for row in store["reference.published_exclusions"]
        if row["level"] == "la" and row["area_name"] in own_names(store, council)
    }
    logged, missing, known = Counter(), Counter(), set()
    for year, row in exclusions(store, "PERM"):
        for key in ((year, row["phase"]), (year, "all")):
            logged[key] += 1
            missing[key] += row["in_school_census"] is not None and not row["in_school_census"]
        if row["in_school_census"] is not None:
            known.add(year)
    logged_years = {year for year, _ in logged}
    for year in known | {year for year, phase in published if phase == "all" and year in logged_years}:
        for phase in [*PHASES, "all"]:
            row = published.get((year, phase))
            value = None if row is None or row["permanent_exclusions"] is None else int(row["permanent_exclusions"])
            symbol = None
            if value is None:
                symbol = "c" if row and row["permanent_exclusions_as_published"] in ("x", "c") else "x"
            local = logged[year, phase]
            outside = missing[year, phase] if year in known else None
            yield (
                year, phase, local, outside, value, symbol,
                None if value is None or outside is None else value - (local - outside),
                None if not value else ratio(local, value, 4),
            )


def own_names(store, council):
    return {row["area_name"] for row in store["reference.neighbour_lists"] if str(row["area_code"]) == council}


def published_rates(store):
    """Each measure's rates by year, phase, kind of area and name, and the symbols where there is none."""
    columns = {
        "permanent_exclusion_rate": "permanent_exclusions",
        "suspension_rate": "suspensions",
        "one_plus_suspension_rate": "pupils_suspended",
    }
    rates, symbols = defaultdict(dict), defaultdict(dict)
    for measure, column in columns.items():
        for row in store["reference.published_exclusions"]:
            key = row["academic_year"], row["phase"], row["level"], row["area_name"]
            if row[column] is None:
                symbols[measure][key] = "c" if row[f"{column}_as_published"] in ("x", "c") else "x"
            rates[measure][key] = None if row[column] is None else ratio(row[column], row["headcount"], 6, 100)
    exact = {measure: {key[:2] for key in found} for measure, found in rates.items()}
    exact = defaultdict(set, exact)
    measures = {row["indicator"]: row["measure"] for row in store["reference.published_measures"]}
    for row in store["reference.published_indicators"]:
        measure, years = measures.get(row["indicator"]), row["years"]
        year = f"{years[:4]}-{years[5:]}" if "/" in years else year_of(int(years) - 1)
        code = row["area_code"]
        level = "england" if code == 970 else "region" if code > 970 else "la"
        key = year, "all", level, row["area_name"]
        # Areas are compared within one publication: the exclusions file, where it has the year.
        if measure and (year, "all") not in exact[measure]:
            value = row["value_as_published"]
            rates[measure][key] = None if value in (None, "-") else rounded(Fraction(value), 6)
            if rates[measure][key] is None:
                symbols[measure][key] = "x"
    return rates, symbols


def rank_interval(store, measure, year, phase, own):
    """The ranks that the limits of all authorities' rates leave open, by Byar at 95%."""
    column = {
        "permanent_exclusion_rate": "permanent_exclusions", "suspension_rate": "suspensions",
        "one_plus_suspension_rate": "pupils_suspended",
    }.get(measure)
    limits = {}
    for row in store["reference.published_exclusions"] if column else []:
        if (row["academic_year"], row["phase"], row["level"]) != (year, phase, "la"):
            continue
        if row[column] is None or not row["headcount"]:
            continue
        events, pupils = float(row[column]), float(row["headcount"])
        more = events + 1
        low = events * (1 - 1 / (9 * events) - 1.96 / (3 * math.sqrt(events))) ** 3 if events else 0.0
        high = more * (1 - 1 / (9 * more) + 1.96 / (3 * math.sqrt(more))) ** 3
        limits[row["area_name"]] = low / pupils, high / pupils
    if own not in limits:
        return None, None
    low, high = limits[own]
    return (
        1 + sum(other > high for other, _ in limits.values()),
        len(limits) - sum(other < low for _, other in limits.values()),
    )


def comparators(store, council="336"):
    lists = {str(row["area_code"]): row for row in store["reference.neighbour_lists"]}
    own, region = lists[council]["area_name"], lists[council]["region_name"]
    names = {code: row["area_name"] for code, row in lists.items()}
    near = [names[str(lists[council][f"neighbour_{rank}"])] for rank in range(1, 11)]
    published, symbols = published_rates(store)
    for measure, rates in published.items():
        for year, phase, level, name in [key for key in rates if key[2:] == ("la", own)]:
            others = sorted(
                rate for other in near if (rate := rates.get((year, phase, "la", other))) is not None
            )
            middle = others[(len(others) - 1) // 2: len(others) // 2 + 1]
            ranked = [r for (y, p, lv, _), r in rates.items() if (y, p, lv) == (year, phase, "la") and r is not None]
            value = rates[year, phase, level, name]
            is_ranked = value is not None and len(ranked) >= 100
            best, worst = rank_interval(store, measure, year, phase, own) if is_ranked else (None, None)
            since = min((y for (y, p, lv, n), r in rates.items() if (p, lv, n) == (phase, level, name) and r), default=year)
            growth = None
            if value and year > since:
                times = float(value) / float(rates[since, phase, level, name])
                growth = to_four_places(100 * (times ** (1 / (int(year[:4]) - int(since[:4]))) - 1))
            yield (
                measure, phase, year, value, symbols[measure].get((year, phase, level, name)),
                rates.get((year_before(year), phase, "la", own)), rates.get((year, phase, "region", region)),
                rounded(sum(map(Fraction, middle)) / len(middle), 6) if middle else None,
                len(others) or None, rates.get((year, phase, "england", "England")),
                1 + sum(rate > value for rate in ranked) if is_ranked else None,
                len(ranked) if is_ranked else None, best, worst, growth,
            )


def tables(store, roll):
    """The published tables by name, with the rows that they must have."""
    return {
        "needs_assessment.home_education_flows": home_education_flows(store),
        "needs_assessment.home_education_by_reason": home_education_by_reason(store),
        "needs_assessment.missing_education_flows": missing_education_flows(store),
        "needs_assessment.missing_education_by_reason": missing_education_by_reason(store),
        "needs_assessment.part_time_by_phase": part_time_by_phase(store, roll),
        "needs_assessment.part_time_by_reason": part_time_by_reason(store),
        "needs_assessment.absence_by_phase": absence_by_phase(store),
        "needs_assessment.managed_moves_by_phase": managed_moves_by_phase(store),
        "needs_assessment.fair_access": fair_access(store),
        "needs_assessment.repeat_movers": repeat_movers(store),
        "needs_assessment.ap_cohort": ap_cohort(store),
        "needs_assessment.ap_length_of_stay": ap_length_of_stay(store),
        "needs_assessment.off_rolling_signals": off_rolling_signals(store, roll),
        "needs_assessment.off_rolling_schools": off_rolling_schools(store, roll),
        "needs_assessment.published_reconciliation": published_reconciliation(store),
        "needs_assessment.comparators": comparators(store),
    }
