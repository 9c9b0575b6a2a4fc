"""Computes again the results and destinations after key stage 4: what `recompute.py` computes with.

Written from the definitions: each young person of year 11 is looked up on the census day, one by one.
"""

import datetime
from collections import Counter, defaultdict
from fractions import Fraction

from recompute import academic_year, census_day, ratio, rounded

COUNTED = ("entered", "any_pass", "em_9_4", "em_9_5")
DESTINATIONS = ("EDUCATION", "APPRENTICESHIP", "EMPLOYMENT", "NOT_SUSTAINED", "NOT_CAPTURED")


def rolls(store):
    """Whether each young person of year 11 is of alternative provision alone, by year and person."""
    ap = {row["urn"] for row in store["reference.schools"] if row["phase"] == "AP"}
    of_person = defaultdict(list)
    for row in store["pupils.school_roll"]:
        if row["urn"] in ap and row["enrol_status"] in ("C", "M", "S"):
            last = row["left_on"] or datetime.date.max
            of_person[row["pupil_key"]].append((row["entered_on"], last, row["enrol_status"] != "S"))
    for row in store["placements.placements"]:
        # An open placement of somebody of year 11 counts at least to the census day where attendance was returned; the
        # demo has none that was not, of a year that is over.
        last = row["ended_on"] or datetime.date.max
        of_person[row["pupil_key"]].append((row["started_on"], last, row["association"] != "DUAL"))
    born = {row["pupil_key"]: row["birth_academic_year"] for row in store["pupils.pupils"]}
    first = min(row["started_on"] for row in store["placements.placements"]).year
    found = {}
    for start in range(first, 2027):
        year = f"{start}-{(start + 1) % 100:02d}"
        day = census_day(year)
        for person, spells in of_person.items():
            if person in born and start - born[person] - 5 == 11:
                there = [alone for began, ended, alone in spells if began <= day <= ended]
                if there:
                    found[year, person] = any(there)
    return found


def year_before(year, back):
    first = int(year[:4]) - back
    return f"{first}-{(first + 1) % 100:02d}"


def key_stage_4(store, known):
    england = {row["academic_year"]: row for row in store["reference.published_key_stage_4"] if row["level"] == "england"}
    results = {(row["academic_year"], row["pupil_key"]): row for row in store["outcomes.attainment"]}
    groups = defaultdict(list)
    for (year, person), alone in known.items():
        groups[year, "AP" if alone else "DUAL"].append(results.get((year, person)))
    years = {year for year, _ in results}
    for (year, roll), rows in groups.items():
        if year not in years:
            continue
        there = [row for row in rows if row]
        counts = [sum(row[name] for row in there) for name in COUNTED]
        mean = Fraction(sum(Fraction(row["attainment_8"]) for row in there), len(there)) if there else None
        shares = [ratio(count, len(there), 4, 100) for count in counts]
        pooled = [row for back in range(3) for row in groups.get((year_before(year, back), roll), []) if row and year_before(year, back) in years]
        held = sum((year_before(year, back), roll) in groups and year_before(year, back) in years for back in range(3))
        together = sum(row["em_9_4"] for row in pooled)
        three = (held, len(pooled), together, ratio(together, len(pooled), 4, 100)) if len(there) < 30 else (None,) * 4
        theirs = england.get(year, {}) if roll == "AP" else {}
        yield (
            year, roll, len(rows), len(there), *counts, rounded(mean, 6), *shares, *three,
            theirs.get("em_9_4_share"), theirs.get("attainment_8"),
        )


def destinations_ap(store, known):
    went = {(row["leaving_year"], row["pupil_key"]): row["destination"] for row in store["outcomes.destinations"]}
    years = {year for year, _ in went}
    counts = defaultdict(Counter)
    for (year, person), alone in known.items():
        if alone and year in years:
            counts[year][went.get((year, person), "NOT_CAPTURED")] += 1
    for year, count in counts.items():
        total = sum(count.values())
        three = [counts[year_before(year, back)] for back in range(3) if year_before(year, back) in counts]
        whole = sum(sum(one.values()) for one in three)
        for destination in (*DESTINATIONS, "all"):
            own, pooled = (
                (total, whole) if destination == "all" else (count[destination], sum(one[destination] for one in three))
            )
            shown = (len(three), pooled, ratio(pooled, whole, 4, 100)) if total < 30 else (None,) * 3
            yield year, destination, own, ratio(own, total, 4, 100), *shown


def breakdown(store, years):
    """Placements by the year of their recorded end, those that ended for a reason that is not planned, and three years of them."""
    planned = {"PLANNED_REINTEGRATED_MAINSTREAM", "PLANNED_TO_SPECIAL", "PLANNED_TO_OTHER_AP", "Y11_LEAVER"}
    type_of = {row["provider_id"]: row["provision_type"] for row in store["commissioning.providers"]}
    cells = defaultdict(lambda: [0, 0])
    for row in store["placements.placements"]:
        if row["ended_on"] is None or academic_year(row["ended_on"]) not in years:
            continue
        for asked in (row["commissioner"], "all"):
            for kind in (type_of.get(row["provider_id"], "NOT_RECORDED"), "all"):
                cell = cells[academic_year(row["ended_on"]), asked, kind]
                cell[0] += 1
                cell[1] += row["end_reason"] is not None and row["end_reason"] not in planned
    for (year, asked, kind), (ended, broken) in cells.items():
        three = [cells[key] for back in range(3) if (key := (year_before(year, back), asked, kind)) in cells]
        whole, part = (sum(one[at] for one in three) for at in (0, 1))
        shown = (len(three), whole, part, ratio(part, whole, 4, 100)) if ended < 30 and asked == "all" else (None,) * 4
        yield year, asked, kind, ended, broken, ratio(broken, ended, 4, 100), *shown


def half_term_lengths(store, as_of=datetime.date(2026, 10, 5)):
    """Days after which half of the timetables of a year had ended, those that ran still at its end among them."""
    schools = {row["urn"] for row in store["reference.schools"] if row["phase"] in ("primary", "secondary", "special")}
    timetables = [row for row in store["placements.part_time_timetables"] if row["urn"] in schools]
    terms = sorted(store["reference.term_dates"], key=lambda row: row["starts_on"])
    for term, later in zip(terms, [*terms[1:], None]):
        last = later["starts_on"] - datetime.timedelta(days=1) if later else term["ends_on"]
        if last >= as_of:
            continue
        lengths = []
        for row in timetables:
            if last - datetime.timedelta(days=365) < row["started_on"] <= last:
                ended = row["ended_on"] is not None and row["ended_on"] <= last
                lengths.append((((row["ended_on"] if ended else last) - row["started_on"]).days + 1, ended))
        if not lengths:
            continue
        still, median = Fraction(1), None
        for days in sorted({days for days, ended in lengths if ended}):
            there = sum(one >= days for one, _ in lengths)
            still *= Fraction(there - sum(one == days and ended for one, ended in lengths), there)
            if still <= Fraction(1, 2):
                median = days
                break
        yield (
            f"{term['academic_year']}-{term['term']}", len(lengths), sum(not ended for _, ended in lengths),
            median if len(lengths) >= 5 else None,
        )


def tables(store):
    """The first year of the placements is not covered from its beginning, and no model reports it."""
    reported = {row["academic_year"] for row in store["quality_outcomes.breakdown"]}
    known = {key: alone for key, alone in rolls(store).items() if key[0] in reported}
    return {
        "part_time_half_term.half_term_lengths": (None, None, half_term_lengths(store)),
        "quality_outcomes.key_stage_4": (
            ["academic_year", "roll", "young_people", "with_results", *COUNTED, "attainment_8", "share_entered",
             "share_any_pass", "share_em_9_4", "share_em_9_5", "years_pooled", "with_results_three_years",
             "em_9_4_three_years", "share_em_9_4_three_years", "england_em_9_4", "england_attainment_8"],
            None,
            key_stage_4(store, known),
        ),
        "quality_outcomes.destinations_ap": (
            ["academic_year", "destination", "leavers", "share_of_leavers", "years_pooled", "leavers_three_years",
             "share_of_leavers_three_years"],
            None,
            destinations_ap(store, known),
        ),
        "quality_outcomes.breakdown": (
            ["academic_year", "commissioner", "provision_type", "ended", "broke_down", "share_broke_down", "years_pooled",
             "ended_three_years", "broke_down_three_years", "share_broke_down_three_years"],
            None,
            breakdown(store, reported),
        ),
    }
