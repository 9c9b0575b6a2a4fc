"""The second part of `recompute.py` about places: what children had, when, and what there was to have."""

import datetime
from collections import defaultdict
from fractions import Fraction

from recompute import NOT_COUNTED, academic_year, daily_use, last_days, ratio, rounded

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
        if row["outcome"] in NOT_COUNTED:
            continue
        if row["category"] == "PERM":
            duty, due_on, stricter_on = "EXCLUSION", 6, 5
        elif row["category"] == "SUSP" and (row["sessions"] or 0) > 10:
            duty, due_on, stricter_on = "SUSPENSION", 5, 5
        else:
            continue
        year = academic_year(start)
        begins = datetime.date(int(year[:4]), 9, 1)
        if not (begins <= newest and begins + 31 * DAY >= first_week):
            continue
        after = [day for day in days if day > start][:due_on]
        if start > today or len(after) < due_on or after[-1] > newest:
            continue
        offers = placements[row["pupil_key"]] + [
            (roll["entered_on"], roll["left_on"] or datetime.date.max, 10)
            for roll in rolls[row["pupil_key"]]
            if roll["urn"] != row["urn"] and roll["entered_on"] > start
        ]
        counts[year, duty, state(offers, after[due_on - 1])][0] += 1
        counts[year, duty, state(offers, after[stricter_on - 1])][1] += 1
    for year, duty in sorted({(year, duty) for year, duty, _ in counts}):
        total = sum(counts[year, duty, provision][0] for provision in FIRST_TO_LAST)
        for provision in [*FIRST_TO_LAST, "all"]:
            due, stricter = (total, total) if provision == "all" else counts[year, duty, provision]
            yield (
                year, duty, provision, due, stricter, ratio(due, total, 4, 100), ratio(stricter, total, 4, 100),
            )


def nearest_rank(values, tenths):
    """The smallest value that so many tenths of them do not exceed; None of none."""
    return sorted(values)[-(-tenths * len(values) // 10) - 1] if values else None


def a_year_before(day):
    return datetime.date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def waiting(store):
    """Days of the count by year, and each referral without a placement on one of them: year, referral, state, days, reason,
    days after which the council must provide, full-time equivalents."""
    days = calendar(store)
    newest = max(row["week_start"] for row in store["placements.attendance"]) + 4 * DAY
    placed = {row["placement_id"]: row for row in store["placements.placements"]}
    started = {number: row["started_on"] for number, row in placed.items()}
    first = min(row["referred_on"] for row in store["placements.referrals"])
    counted_on = {}
    for day in days:
        if day <= newest:
            counted_on[academic_year(day)] = day
    counted_on = {year: day for year, day in counted_on.items() if day >= first + 365 * DAY}
    rows = []
    for year, day in counted_on.items():
        for row in store["placements.referrals"]:
            panel, outcome = row["panel_on"], row["referral_outcome"]
            start = started.get(row["placement_id"])
            if row["referred_on"] > day or (start is not None and start <= day):
                continue
            if panel is None:
                state = "undecided" if outcome in ("AGREED", "AGREED_WAITING", "DEFERRED_INFO") else None
            elif panel > day:
                state = "undecided"
            elif outcome not in ("AGREED", "AGREED_WAITING"):
                state = None
            else:
                state = "expired" if start is None and panel <= a_year_before(day) else "waiting"
            if state is None:
                continue
            waited = sum(row["referred_on"] < d <= day for d in days)
            after = placed.get(row["placement_id"], {})
            reason = row["reason_group"] or after.get("reason_group")
            basis = row["legal_basis"] or after.get("legal_basis")
            duty = 6 if reason == "PEX" else 15 if basis == "S19_HEALTH" else None
            fte = Fraction(1) if row["sessions_wanted"] is None else Fraction(row["sessions_wanted"]) / 10
            rows.append((year, row, state, waited, reason or "NOT_RECORDED", duty, fte))
    return counted_on, rows


def waiting_by_reason(store):
    counted_on, rows = waiting(store)
    reasons = {row[4] for row in rows} | {"all"}
    for year, day in counted_on.items():
        for reason in reasons:
            own = [row for row in rows if row[0] == year and reason in (row[4], "all")]
            there = [row for row in own if row[2] == "waiting"]
            waits = [row[3] for row in there]
            under = [row for row in there if row[5] is not None]
            over = sum(row[3] > row[5] for row in under)
            yield (
                year, reason, day, len(there), rounded(sum((row[6] for row in there), Fraction(0)), 2), len(under), over,
                nearest_rank(waits, 5) if len(waits) >= 5 else None, nearest_rank(waits, 9) if len(waits) >= 5 else None,
                sum(row[2] == "expired" for row in own), sum(row[2] == "undecided" for row in own),
                ratio(over, len(under), 4, 100),
            )


def waiting_list(store):
    counted_on, rows = waiting(store)
    found, parts = defaultdict(list), defaultdict(Fraction)
    for year, row, state, waited, _, _, fte in rows:
        for stage in (row["key_stage"], "all"):
            for part in (row["primary_need"] or "NOT_RECORDED", "all"):
                found[year, stage, part, state].append(waited)
                if state == "waiting":
                    parts[year, stage, part] += fte
    stages, needs = {key[1] for key in found}, {key[2] for key in found}
    for year, day in counted_on.items():
        for stage in stages:
            for need in needs:
                waits = found[year, stage, need, "waiting"]
                six, fifteen = sum(wait > 6 for wait in waits), sum(wait > 15 for wait in waits)
                yield (
                    year, stage, need, day, len(waits), rounded(parts[year, stage, need], 2), nearest_rank(waits, 5), nearest_rank(waits, 9), six, fifteen,
                    len(found[year, stage, need, "expired"]), len(found[year, stage, need, "undecided"]),
                    ratio(six, len(waits), 4, 100), ratio(fifteen, len(waits), 4, 100),
                )


def usabilities(store, day):
    """What stands against sending a child to each provider on the day, the first that fits."""
    ends = {row["contract_id"]: row for row in store["commissioning.contracts"]}
    held = defaultdict(set)
    for row in store["commissioning.rate_cards"]:
        if row["contract_id"] is not None:
            held[row["provider_id"]].add(row["contract_id"])
    critical = [row for row in store["reference.required_checks"] if row["critical"] in ("yes", True)]
    by_check = defaultdict(list)
    for row in store["commissioning.provider_checks"]:
        if row["issued_on"] <= day:
            by_check[row["provider_id"], row["check_type"]].append(row)
    monday, last = day - 4 * DAY, last_days(store)
    born = {row["pupil_key"]: row["birth_academic_year"] for row in store["pupils.pupils"]}
    vulnerable = {
        row["pupil_key"]
        for row in store["pupils.pupil_status"]
        if row["status"] in ("SEN_E", "CLA")
        and row["started_on"] <= monday
        and (row["ended_on"] is None or row["ended_on"] >= monday)
    }
    hours = defaultdict(lambda: defaultdict(Fraction))
    for row in store["placements.placements"]:
        if not (row["started_on"] <= day and last[row["placement_id"]] >= monday):
            continue
        birth, group = born.get(row["pupil_key"]), row["nc_year"]
        if birth is not None:
            group = int(academic_year(monday)[:4]) - birth - 5
        if (group or 0) <= 11:
            sessions = 10 if row["attendance_pattern"] == "FT" else Fraction(row["sessions_per_week"])
            hours[row["provider_id"]][row["pupil_key"]] += sessions * Fraction(5, 2)
    found = {}
    for row in store["commissioning.providers"]:
        provider = row["provider_id"]

        def ended(contract):
            known = ends.get(contract, {})
            end = known.get("expires_on") or known.get("ends_on")
            return end is not None and end < day

        begun = [
            contract for contract in held[provider]
            if ends.get(contract, {}).get("starts_on") is None or ends[contract]["starts_on"] <= day
        ]
        wanting = False
        for check in critical:
            if check["applies_to"] != "ALL" and (check["applies_to"] == "REGISTERED") != row["registered"]:
                continue
            seen = by_check[provider, check["check_type"]]
            newest = max(
                seen, key=lambda c: (c["issued_on"], c["expires_on"] or datetime.date.max, c["outcome"] or ""), default=None
            )
            wanting |= newest is None or newest["outcome"] == "RED" or (
                newest["expires_on"] is not None and newest["expires_on"] < day
            )
        full = [child for child, week in hours[provider].items() if week >= 18]
        if row["provider_status"] not in ("APPROVED", "APPROVED_CONDITIONS"):
            found[provider] = "NOT_APPROVED"
        elif row["framework_lot"] is not None and begun and all(map(ended, begun)):
            found[provider] = "CLOSED_LOT"
        elif wanting:
            found[provider] = "CHECK_EXPIRED"
        elif not row["registered"] and (len(full) >= 5 or vulnerable & set(full)):
            found[provider] = "REGISTRATION"
        else:
            found[provider] = "USABLE"
    return found


def non_school_use(store, sessions=10):
    providers = {row["provider_id"]: row for row in store["commissioning.providers"]}
    found, last = defaultdict(list), last_days(store)
    plans = defaultdict(list)
    for row in store["pupils.pupil_status"]:
        if row["status"] == "SEN_E":
            plans[row["pupil_key"]].append((row["started_on"], row["ended_on"] or datetime.date.max))
    for row, _, open_days in daily_use(store, sessions):
        provider = providers.get(row["provider_id"], {"urn": None, "registered": False})
        outside = provider["urn"] is None
        hours = Fraction(row["hours_per_week"] or Fraction(row["sessions_per_week"]) * Fraction(5, 2))
        for year in {academic_year(day) for day in open_days}:
            first, end = datetime.date(int(year[:4]), 9, 1), datetime.date(int(year[:4]) + 1, 8, 31)
            first, end = max(first, row["started_on"]), min(end, last[row["placement_id"]])
            has_plan = any(began <= end and ended >= first for began, ended in plans[row["pupil_key"]])
            for stage in (row["key_stage"], "all"):
                for group in ("PLAN" if has_plan else "OTHER", "all"):
                    cell = year, row["ap_population"], stage, group
                    found[cell].append((outside, outside and not provider["registered"], hours))
    for cell, rows in found.items():
        outside = sum(row[0] for row in rows)
        hours = sum((row[2] for row in rows if row[0]), Fraction(0))
        yield (
            *cell, len(rows), len(rows) - outside, outside, sum(row[1] for row in rows), rounded(hours, 2),
            ratio(outside, len(rows), 4, 100), ratio(hours, outside, 4),
        )


def tables(store):
    """The rows of each table, by its name."""
    return {
        "needs_assessment.day_six": day_six(store),
        "provision_gap.waiting_list": waiting_list(store),
        "provision_gap.waiting_by_reason": waiting_by_reason(store),
        "provision_gap.non_school_use": non_school_use(store),
    }
