"""The needs assessment's tables on who is excluded and where, computed again. `recompute.py` compares them with the
published ones.

From the definitions printed under the tables: event by event and pupil by pupil, without the models' SQL. Intervals
are worked out from their textbook formulas, and Fisher's test from binomial coefficients.
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from recompute import NOT_COUNTED, academic_year, census_day, ratio, rounded

OWN_AREA = "336"
NEW_REASONS = {"LG", "DS", "OW", "MT", "PH"}
KINDS = {
    "fsm": ({"FSM": "FSM"}, "NOT_FSM"),
    "pupil_premium": ({"PP": "PP"}, "NOT_PP"),
    "sen_provision": ({"SEN_K": "K", "SEN_E": "E"}, "N"),
    "social_care": ({"CIN": "CIN", "CPP": "CPP", "CLA": "CLA"}, "NO_SOCIAL_CARE"),
}
REFERENCES = {
    "sex": "F",
    "ethnicity": "WBRI",
    "fsm": "NOT_FSM",
    "sen_provision": "N",
    "primary_need": "N",
    "social_care": "NO_SOCIAL_CARE",
}


def decimal(number, places=4):
    """A float as a decimal, half away from zero; None stays."""
    if number is None or isinstance(number, Fraction):
        return rounded(number, places)
    return Decimal(number).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def year_of(first):
    return f"{first}-{(first + 1) % 100:02d}"


def byar(events):
    low = events * (1 - 1 / (9 * events) - 1.96 / (3 * math.sqrt(events))) ** 3 if events else 0.0
    more = events + 1
    return low, more * (1 - 1 / (9 * more) + 1.96 / (3 * math.sqrt(more))) ** 3


def wilson(part, whole):
    share, square = part / whole, 1.96**2
    middle = share + square / (2 * whole)
    reach = 1.96 * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    return (middle - reach) / (1 + square / whole), (middle + reach) / (1 + square / whole)


def fisher(a, b, c, d):
    if 0 in (a + b, c + d, a + c, b + d):
        return None
    ways = {x: math.comb(a + b, x) * math.comb(c + d, a + c - x) for x in range(min(a + b, a + c) + 1) if a + c - x <= c + d}
    return Fraction(sum(way for way in ways.values() if way <= ways[a]), sum(ways.values()))


class Needs:
    """What several tables rest on."""

    def __init__(self, store):
        self.store = store
        self.pupil = {row["pupil_key"]: row for row in store["pupils.pupils"]}
        reported = {row["reporting_ward"] for row in store["reference.wards"]}
        names = {row["ward_code"]: row["ward_name"] for row in store["reference.wards"] if row["ward_code"] in reported}
        shared = {name for name, times in Counter(names.values()).items() if times > 1}
        names = {code: f"{name} ({code})" if name in shared else name for code, name in names.items()}
        self.ward = {row["ward_code"]: names[row["reporting_ward"]] for row in store["reference.wards"]}
        self.spells = defaultdict(list)
        self.whole_from = {}
        for row in store["pupils.pupil_status"]:
            self.spells[row["pupil_key"]].append(row)
            if row["ended_on"] is not None:
                for kind, (codes, _) in KINDS.items():
                    if row["status"] in codes:
                        self.whole_from[kind] = min(self.whole_from.get(kind, row["ended_on"]), row["ended_on"])
        self.roll = self.january()
        self.events = sorted(
            self.described(), key=lambda event: (event["started_on"], event["exclusion_id"])
        )
        self.years = sorted({event["year"] for event in self.events})
        self.confirmed = [event for event in self.events if event["stands"]]
        self.first_of_year()

    def held(self, pupil, day, kind):
        """What a pupil holds of a kind on a day, and the spell."""
        codes, nobody = KINDS[kind]
        if pupil not in self.pupil or kind not in self.whole_from or day < self.whole_from[kind]:
            return "NOT_RECORDED", None
        for row in self.spells[pupil]:
            if row["status"] in codes and row["started_on"] <= day and (row["ended_on"] is None or day <= row["ended_on"]):
                return codes[row["status"]], row
        return nobody, None

    def january(self):
        """Counts of the January roll, by year, characteristic and group."""
        phases = {row["urn"]: row["phase"] for row in self.store["reference.schools"]}
        everybody = self.store["pupils.school_roll"]
        spells = [row for row in everybody if row["enrol_status"] in ("C", "M")]
        left = [row["left_on"] for row in everybody if row["left_on"] is not None]
        oldest = min(left) if left else min(row["entered_on"] for row in everybody)
        newest = max(row["entered_on"] for row in spells)
        days = [(year, census_day(year)) for year in map(year_of, range(2000, newest.year + 1))]
        self.census = {year: day for year, day in days if oldest <= day <= newest}
        order = list(self.census.items())
        dates = [day for _, day in order]
        count = Counter()
        for row in spells:
            phase, pupil = phases.get(row["urn"]), self.pupil.get(row["pupil_key"])
            if phase not in ("primary", "secondary", "special") or pupil is None:
                continue
            for at in range(bisect_left(dates, row["entered_on"]), len(order)):
                year, day = order[at]
                if row["left_on"] is not None and row["left_on"] < day:
                    break
                group = int(year[:4]) - pupil["birth_academic_year"] - 5
                groups = {
                    "phase": phase,
                    "year_group": f"Y{group:02d}",
                    "sex": pupil["sex"],
                    "ethnicity": pupil["ethnicity"] or "NOT_RECORDED",
                    "ward": self.ward.get(pupil["ward_code"], "NOT_RECORDED"),
                    "school": row["urn"],
                }
                for kind in KINDS:
                    groups[kind], spell = self.held(row["pupil_key"], day, kind)
                    if kind == "sen_provision":
                        need = spell["primary_need"] or "NOT_RECORDED" if spell else groups[kind]
                        groups["primary_need"] = need
                count.update((year, characteristic, value) for characteristic, value in groups.items())
        return count

    def described(self):
        """Every event with the child's groups on its first day."""
        for row in self.store["outcomes.exclusions"]:
            pupil, day = self.pupil.get(row["pupil_key"]), row["started_on"]
            year = academic_year(day)
            group = row["nc_year"]
            if group is None and pupil is not None:
                group = int(year[:4]) - pupil["birth_academic_year"] - 5
            sen, spell = self.held(row["pupil_key"], day, "sen_provision")
            if row["sen_at_event"] == "N":
                need = "N"
            elif sen == "NOT_RECORDED":
                need = "NOT_RECORDED"
            elif (row["sen_at_event"] or sen) == "N":
                need = "N"
            else:
                need = spell["primary_need"] if spell and spell["primary_need"] else "NOT_RECORDED"
            yield {
                **row,
                "year": year,
                "stands": row["outcome"] not in NOT_COUNTED,
                "term": "autumn" if day.month >= 9 else "spring" if day.month <= 4 else "summer",
                "year_group": "NOT_RECORDED" if group is None else f"Y{group:02d}",
                "sex": pupil["sex"] if pupil else "NOT_RECORDED",
                "ethnicity": (pupil["ethnicity"] if pupil else None) or "NOT_RECORDED",
                "ward": self.ward.get(pupil["ward_code"] if pupil else None, "NOT_RECORDED"),
                "fsm": self.held(row["pupil_key"], day, "fsm")[0],
                "sen_provision": row["sen_at_event"] or sen,
                "primary_need": need,
                "social_care": self.held(row["pupil_key"], day, "social_care")[0],
            }

    def first_of_year(self):
        seen, ever = set(), set()
        for event in self.confirmed:
            child = event["category"], event["pupil_key"]
            event["first_of_year"] = (*child, event["year"]) not in seen
            event["first_ever"] = child not in ever
            seen.add((*child, event["year"]))
            ever.add(child)


def roll_by_deprivation(needs):
    fifths = {
        needs.ward[row["ward_code"]]: row["idaci_fifth"]
        for row in needs.store["reference.wards"]
        if row["ward_code"] == row["reporting_ward"]
    }
    for year in needs.census:
        count, wards = Counter(), []
        for (y, kind, ward), pupils in needs.roll.items():
            if (y, kind) == (year, "ward"):
                fifth = fifths.get(ward)
                fifth = "NOT_RECORDED" if fifth is None else f"FIFTH_{int(fifth)}"
                count[fifth] += pupils
                wards.append((fifth, ward, pupils))
        whole = sum(count.values())
        every = [*(f"FIFTH_{at}" for at in range(1, 6)), "NOT_RECORDED"]
        for fifth, ward, pupils in [*wards, *((fifth, "all", count[fifth]) for fifth in every), ("all", "all", whole)]:
            yield year, fifth, ward, pupils, ratio(pupils, whole, 4, 100)


BANDS = {"A00_04": range(5), "A05_10": range(5, 11), "A11_15": range(11, 16), "A16_17": range(16, 18), "all": range(18)}


def residents(needs):
    """Residents by mid-year and band, with whether an age of it was projected."""
    people, basis = defaultdict(dict), {}
    for row in needs.store["reference.population"]:
        if row["area_code"] == OWN_AREA:
            people[row["year"]][row["age"], row["sex"]] = row["population"]
            basis[row["year"]] = max(basis.get(row["year"], ""), row["basis"])
    for year, of in people.items():
        counted = {
            band: sum(of[age, sex] for age in ages for sex in "FM")
            for band, ages in BANDS.items()
            if all((age, sex) in of for age in ages for sex in "FM")
        }
        yield year, basis[year], counted


def population_by_age(needs):
    known = list(residents(needs))
    for edition in sorted(year for year, _, _ in known):
        for year, basis, counted in known:
            if edition - 4 <= year <= edition + 5:
                for band in BANDS:
                    yield year_of(edition), str(year), basis, band, counted.get(band)


def population_outlook(needs):
    known = {year: counted for year, _, counted in residents(needs)}
    for edition in sorted(known):
        for band in BANDS:
            now, then = known[edition].get(band), known.get(edition + 5, {}).get(band)
            more = None if now is None or then is None else then - now
            yield year_of(edition), band, now, then, more, None if more is None else ratio(more, now, 4, 100)


def roll_by_characteristic(needs):
    for year in needs.census:
        whole = sum(n for (y, kind, _), n in needs.roll.items() if (y, kind) == (year, "phase"))
        found = defaultdict(dict)
        for (y, kind, value), pupils in needs.roll.items():
            if y == year and kind != "school":
                found[kind][value] = pupils
        for kind in [*KINDS, "primary_need"]:
            # A register that is whole has a row for those who are not on it.
            nobody = KINDS["sen_provision" if kind == "primary_need" else kind][1]
            whole_from = needs.whole_from.get("sen_provision" if kind == "primary_need" else kind)
            known = whole_from is not None and whole_from <= needs.census[year]
            found[kind].setdefault(nobody if known else "NOT_RECORDED", 0)
        for kind, groups in found.items():
            for value, pupils in [*groups.items(), ("all", sum(groups.values()))]:
                yield year, kind, value, pupils, ratio(pupils, whole, 4, 100)


def counts_by_characteristic(needs):
    """Permanent exclusions, suspensions, children suspended, sessions and roll."""
    kinds = ["phase", "year_group", "sex", "ethnicity", "fsm", "sen_provision", "primary_need", "social_care", "ward"]
    known = {(kind, value) for _, kind, value, _, _ in roll_by_characteristic(needs) if kind in kinds and value != "all"}
    known |= {(kind, event[kind]) for event in needs.confirmed for kind in kinds}
    recorded = {(year, kind) for year, kind, value in needs.roll if value != "NOT_RECORDED"}
    recorded |= {(event["year"], kind) for event in needs.confirmed for kind in kinds if event[kind] != "NOT_RECORDED"}
    found = {}
    for year in needs.years:
        for kind, value in known | {(kind, "all") for kind in kinds}:
            # Of what nobody recorded in a year, nothing is none.
            if value not in ("NOT_RECORDED", "all") and (year, kind) not in recorded:
                continue
            whole = sum(n for (y, k, _), n in needs.roll.items() if (y, k) == (year, kind))
            pupils = None if year not in needs.census else whole if value == "all" else needs.roll[year, kind, value]
            found[year, kind, value] = [0, 0, 0, 0, pupils]
    for event in needs.confirmed:
        for kind in kinds:
            for value in (event[kind], "all"):
                cell = found[event["year"], kind, value]
                if event["category"] == "PERM":
                    cell[0] += 1
                else:
                    cell[1] += 1
                    cell[2] += event["first_of_year"]
                    cell[3] += event["sessions"] or 0
    return found


def exclusions_by_characteristic(counts):
    for key, (permanent, suspensions, children, sessions, roll) in counts.items():
        low, high = byar(permanent)
        limits = [None, None]
        if roll and children <= roll:
            limits = [decimal(100 * limit) for limit in wilson(children, roll)]
        yield (
            *key, permanent, roll, ratio(permanent, roll, 4, 100),
            decimal(100 * low / roll) if roll else None, decimal(100 * high / roll) if roll else None,
            suspensions, children, rounded(Fraction(sessions, 2), 1), ratio(sessions, 2 * suspensions, 4),
            ratio(suspensions, children, 4), ratio(suspensions, roll, 4, 100), ratio(children, roll, 4, 100), *limits,
        )


def disproportionality(needs, counts):
    for outcome, at in (("PERMANENTLY_EXCLUDED", 0), ("SUSPENDED", 2)):

        def of(year, kind, value, at=at):
            cell = counts[year, kind, value]
            return cell[at], cell[4]

        def pooled(year, kind, value):
            three = [year_of(int(year[:4]) - back) for back in range(3)]
            cells = [of(y, kind, value) for y in three if (y, kind, value) in counts]
            if len(cells) < 3 or any(roll is None for _, roll in cells):
                return None, None
            return sum(cases for cases, _ in cells), sum(roll for _, roll in cells)

        def compared(group, reference, everybody, is_other):
            """Ratio with its interval, and whether the numbers are large enough for it."""
            (a, n), (c, m), (cases, roll) = group, reference, everybody
            found = None if a is None else a >= 5
            expected = None if None in (n, cases, roll) else n * cases >= 5 * roll
            # False where either is, and not known where that cannot be said.
            steady = False if False in (found, expected) else None if None in (found, expected) else True
            if a is None or n is None:
                return [None] * 3, steady
            if not is_other or not (0 < a <= n) or not c or not m:
                return [None] * 3, steady
            exact = Fraction(a * m, n * c)
            risk, error = float(exact), math.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
            # The risk itself is exact: the middle between two decimals is one of them.
            return [exact, risk * math.exp(-1.96 * error), risk * math.exp(1.96 * error)], steady

        for year, kind, value in counts:
            if kind not in REFERENCES:
                continue
            named = REFERENCES[kind]
            if (year, kind, named) not in counts:
                continue
            is_other = value not in (named, "all")
            group, reference, whole = (of(year, kind, code) for code in (value, named, "all"))
            group_3, reference_3, whole_3 = (pooled(year, kind, code) for code in (value, named, "all"))
            risks, steady = compared(group, reference, whole, is_other)
            risks_3, steady_3 = compared(group_3, reference_3, whole_3, is_other)
            (a, n), (c, m), (cases, roll) = group, reference, whole
            symbols = [
                "z" if not is_other else "u" if of is False or beside[0] == 0 else None if of and found[0] else "x"
                for of, beside, found in ((steady, reference, risks), (steady_3, reference_3, risks_3))
            ]
            difference = None
            if steady and is_other and m:
                difference = decimal(1000 * (a / n - c / m))
            yield (
                year, outcome, kind, value, named, a, n, c, ratio(a, n, 4, 1000),
                *map(decimal, risks), *(decimal(risk) if steady else None for risk in risks), difference, *symbols,
                None if n is None else rounded(a - Fraction(n * cases, roll), 4),
                None if n is None else ratio(a * roll, cases * n, 4),
                *group_3, reference_3[0], *(decimal(risk) if steady_3 else None for risk in risks_3),
            )


def school_exclusions(needs, counts):
    names = {row["urn"]: (row["phase"], row["school_name"]) for row in needs.store["reference.schools"]}
    cases = {"PERMANENTLY_EXCLUDED": Counter(), "SUSPENDED": Counter()}
    seen = set()
    for event in needs.confirmed:
        key = event["year"], event["urn"]
        if event["category"] == "PERM":
            cases["PERMANENTLY_EXCLUDED"][key] += 1
        elif (*key, event["pupil_key"]) not in seen:
            seen.add((*key, event["pupil_key"]))
            cases["SUSPENDED"][key] += 1
    for outcome, at in (("PERMANENTLY_EXCLUDED", 0), ("SUSPENDED", 2)):
        for (year, kind, phase), cell in counts.items():
            if kind == "phase" and cell[4] is not None:
                rate = ratio(cell[at], cell[4], 4, 100)
                yield year, outcome, phase, "all", None, cell[at], cell[4], rate, cell[at], "all", rate, *[None] * 4
        for (year, kind, urn), pupils in needs.roll.items():
            if kind != "school" or year not in needs.years:
                continue
            phase, name = names[urn]
            whole = counts[year, "phase", phase]
            share = whole[at] / whole[4]
            error = math.sqrt(share * (1 - share) / pupils)
            limits = [max(share - 3.09 * error, 0), max(share - 1.96 * error, 0), share + 1.96 * error, share + 3.09 * error]
            own = cases[outcome][year, urn]
            yield (
                year, outcome, phase, urn, name, own, pupils, ratio(own, pupils, 4, 100), whole[at], "all",
                decimal(100 * share), *(decimal(100 * limit) for limit in limits),
            )


def school_features(needs, schools):
    asked = [
        ("FSM_OVER_20", "fsm_percent", lambda percent: percent > 20),
        ("PUPIL_PREMIUM_OVER_33", "pupil_premium_percent", lambda percent: percent > 33),
        ("FLOOR_UNDER_50", "floor_percent", lambda percent: percent < 50),
        ("SEN_OVER_15", "sen_percent", lambda percent: percent > 15),
    ]
    characteristics = {
        (row["academic_year"], row["urn"]): row for row in needs.store["reference.school_characteristics"]
    }
    rates, of_phase = defaultdict(dict), {}
    for year, outcome, phase, urn, _, _, _, rate, _, _, phase_rate, *_ in schools:
        if outcome == "PERMANENTLY_EXCLUDED" and phase == "secondary" and urn != "all":
            if (year, urn) in characteristics:
                rates[year][urn] = rate
                of_phase[year] = phase_rate
    for year, own in rates.items():
        ordered = sorted(own.values())
        middle = len(ordered) // 2
        median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
        averages = {
            "RATE_OF_ALL": of_phase[year],
            "MEAN_OF_SCHOOLS": rounded(Fraction(sum(ordered)) / len(ordered), 4),
            "MEDIAN_SCHOOL": rounded(Fraction(median), 4),
        }
        for feature, column, has in asked:
            known = [urn for urn in own if characteristics[year, urn][column] is not None]
            sizes = Counter(has(characteristics[year, urn][column]) for urn in known)
            if min(sizes[True], sizes[False]) < 5:
                continue
            for average, level in averages.items():
                cells = Counter((has(characteristics[year, urn][column]), own[urn] > level) for urn in known)
                row, limits = [], []
                for group in (True, False):
                    above, others = cells[group, True], cells[group, False]
                    n = above + others
                    limits = [decimal(100 * limit) for limit in wilson(above, n)] if n else [None, None]
                    row += [above, others, n, ratio(above, n, 4, 100), *limits]
                p = fisher(cells[True, True], cells[True, False], cells[False, True], cells[False, False])
                yield year, feature, average, *row, None if p is None else rounded(p, 4)


def suspension_repeats(needs):
    times, sessions, terms, new = Counter(), Counter(), Counter(), set()
    for event in needs.confirmed:
        if event["category"] == "SUSP":
            child = event["year"], event["pupil_key"]
            times[child] += 1
            sessions[child] += event["sessions"] or 0
            terms[*child, event["term"]] += event["sessions"] or 0
            if event["first_ever"]:
                new.add(child)
    most = Counter()
    for (year, pupil, _), lost in terms.items():
        most[year, pupil] = max(most[year, pupil], lost)
    bands = {
        "TIMES": lambda child: {1: "ONCE", 2: "TWICE"}.get(times[child], "THREE_OR_MORE"),
        "DAYS_IN_YEAR": lambda child: next(
            band for days, band in ((5, "DAYS_TO_5"), (10, "DAYS_TO_10"), (45, "DAYS_TO_45"), (999, "DAYS_OVER_45"))
            if sessions[child] <= 2 * days
        ),
        "DAYS_IN_A_TERM": lambda child: next(
            band for days, band in ((5, "DAYS_TO_5"), (15, "DAYS_TO_15"), (999, "DAYS_OVER_15"))
            if most[child] <= 2 * days
        ),
        "HISTORY": lambda child: "FIRST_TIME" if child in new else "EARLIER_YEAR",
    }
    named = {
        "TIMES": ["ONCE", "TWICE", "THREE_OR_MORE"],
        "DAYS_IN_YEAR": ["DAYS_TO_5", "DAYS_TO_10", "DAYS_TO_45", "DAYS_OVER_45"],
        "DAYS_IN_A_TERM": ["DAYS_TO_5", "DAYS_TO_15", "DAYS_OVER_15"],
        "HISTORY": ["FIRST_TIME", "EARLIER_YEAR"],
    }
    for year in sorted({year for year, _ in times}):
        children = [child for child in times if child[0] == year]
        for measure, band_of in bands.items():
            if measure == "HISTORY" and year == needs.years[0]:
                continue
            count = Counter(map(band_of, children))
            for band in [*named[measure], "all"]:
                n = len(children) if band == "all" else count[band]
                yield year, measure, band, n, ratio(n, len(children), 4, 100)


def exclusions_by_outcome(needs):
    count = Counter()
    for event in needs.events:
        outcome = "STANDS" if event["stands"] else event["outcome"]
        count[event["year"], event["category"], outcome] += 1
        if event["outcome"] == "IRP_QUASHED":
            count[event["year"], event["category"], "IRP_QUASHED"] += 1
    for year in needs.years:
        for category in ("PERM", "SUSP"):
            # A panel sits for permanent exclusions alone.
            panel = ["IRP_QUASHED"] if category == "PERM" else []
            for outcome in ("STANDS", *panel, "RESCINDED_BY_HEAD", "GOVERNORS_REINSTATED"):
                yield year, category, outcome, count[year, category, outcome]


def exclusion_reasons(needs):
    count = Counter()
    for event in needs.confirmed:
        for reason in (event["reason_1"], event["reason_2"], event["reason_3"]):
            if reason is not None:
                count[event["year"], event["category"], reason] += 1
    codes = {(category, reason) for _, category, reason in count}
    for year in needs.years:
        for category in sorted({category for category, _ in codes}):
            own = {
                reason: count[year, category, reason]
                for other, reason in codes
                if other == category and (reason not in NEW_REASONS or year >= "2020-21")
            }
            whole = sum(own.values())
            for reason, n in [*own.items(), ("all", whole)]:
                yield year, category, reason, n, ratio(n, whole, 4, 100)


def permanent_exclusions_by_history(needs):
    earlier, count = Counter(), Counter()
    by_day = defaultdict(list)
    for event in needs.confirmed:
        by_day[event["started_on"]].append(event)
    for day in sorted(by_day):
        for event in by_day[day]:
            if event["category"] == "PERM" and event["year"] != needs.years[0]:
                n = earlier[event["pupil_key"]]
                count[event["year"], "NONE" if n == 0 else "ONE_OR_TWO" if n <= 2 else "THREE_OR_MORE"] += 1
        for event in by_day[day]:
            earlier[event["pupil_key"]] += event["category"] == "SUSP"
    bands = ["NONE", "ONE_OR_TWO", "THREE_OR_MORE"]
    for year in sorted({year for year, _ in count}):
        for band in [*bands, "all"]:
            yield year, band, sum(count[year, part] for part in bands if band in (part, "all"))


def suspensions_by_ward_and_sen(needs):
    count = Counter()
    for event in needs.confirmed:
        if event["category"] == "SUSP" and event["first_of_year"]:
            count[event["year"], event["ward"], event["sen_provision"]] += 1
    years = {year for year, _, _ in count}
    wards, provisions = ({key[at] for key in count} for at in (1, 2))
    for year in years:
        three = [year_of(int(year[:4]) - back) for back in range(3)]
        if not years.issuperset(three):
            continue
        for ward in [*wards, "all"]:
            for provision in [*provisions, "all"]:
                yield year, ward, provision, sum(
                    count[y, w, p]
                    for y in three
                    for w in (wards if ward == "all" else [ward])
                    for p in (provisions if provision == "all" else [provision])
                )


def tables(store):
    """The rows of each table, by its name."""
    needs = Needs(store)
    counts = counts_by_characteristic(needs)
    schools = list(school_exclusions(needs, counts))
    return {
        "needs_assessment.roll_by_characteristic": roll_by_characteristic(needs),
        "needs_assessment.roll_by_deprivation": roll_by_deprivation(needs),
        "needs_assessment.population_by_age": population_by_age(needs),
        "needs_assessment.population_outlook": population_outlook(needs),
        "needs_assessment.exclusions_by_characteristic": exclusions_by_characteristic(counts),
        "needs_assessment.disproportionality": disproportionality(needs, counts),
        "needs_assessment.school_exclusions": schools,
        "needs_assessment.school_features": school_features(needs, schools),
        "needs_assessment.suspension_repeats": suspension_repeats(needs),
        "needs_assessment.exclusions_by_outcome": exclusions_by_outcome(needs),
        "needs_assessment.exclusion_reasons": exclusion_reasons(needs),
        "needs_assessment.permanent_exclusions_by_history": permanent_exclusions_by_history(needs),
        "needs_assessment.suspensions_by_ward_and_sen": suspensions_by_ward_and_sen(needs),
    }
