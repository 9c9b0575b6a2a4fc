"""Computes again the results and destinations after key stage 4: what `recompute.py` computes with.

Written from the definitions: each young person of year 11 is looked up on the census day, one by one.
"""

import datetime
from collections import Counter, defaultdict
from fractions import Fraction

from recompute import census_day, ratio, rounded

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


def key_stage_4(store, known):
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
        yield (year, roll, len(rows), len(there), *counts, rounded(mean, 6), *shares)


def destinations_ap(store, known):
    went = {(row["leaving_year"], row["pupil_key"]): row["destination"] for row in store["outcomes.destinations"]}
    years = {year for year, _ in went}
    counts = defaultdict(Counter)
    for (year, person), alone in known.items():
        if alone and year in years:
            counts[year][went.get((year, person), "NOT_CAPTURED")] += 1
    for year, count in counts.items():
        total = sum(count.values())
        for destination in DESTINATIONS:
            yield year, destination, count[destination], ratio(count[destination], total, 4, 100)
        yield year, "all", total, ratio(total, total, 4, 100)


def tables(store):
    """The first year of the placements is not covered from its beginning, and no model reports it."""
    reported = {row["academic_year"] for row in store["quality_outcomes.breakdown"]}
    known = {key: alone for key, alone in rolls(store).items() if key[0] in reported}
    return {
        "quality_outcomes.key_stage_4": (
            ["academic_year", "roll", "young_people", "with_results", *COUNTED, "attainment_8", "share_entered",
             "share_any_pass", "share_em_9_4", "share_em_9_5"],
            None,
            key_stage_4(store, known),
        ),
        "quality_outcomes.destinations_ap": (
            ["academic_year", "destination", "leavers", "share_of_leavers"], None, destinations_ap(store, known),
        ),
    }
