"""The part of `recompute.py` about the provision gap and the forecast: each table from what was landed, and the forecast
drawn again by a ChaCha8 of its own."""

import csv
import datetime
import hashlib
import io
import math
import struct
from collections import defaultdict
from fractions import Fraction

from recompute import academic_year, census_day, covered_years, daily_use, last_days, rounded, rounded_down, ratio, school_days
from recompute_provision import calendar, nearest_rank, usabilities

DAY = datetime.timedelta(days=1)
DAY_SITES_NOT = {"TUITION_1TO1", "ONLINE", "EOTAS_PACKAGE"}


def newest(store):
    return max(row["week_start"] for row in store["placements.attendance"]) + 4 * DAY


def kinds_of(store):
    return {row["provider_id"]: row["provision_type"] for row in store["commissioning.providers"]}


def twelve_months_before(day):
    return datetime.date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def full_time(row, sessions=10):
    return min(Fraction(row["sessions_per_week"]) / sessions, 1)


def usual_types(store, last_day):
    """The type that most placements of a key stage, and of a key stage and need, took in twelve months."""
    kinds = kinds_of(store)
    order = {row["code"]: int(row["sort"]) for row in store["reference.provision_types"]}
    taken = defaultdict(lambda: defaultdict(int))
    for row in store["placements.placements"]:
        if row["commissioner"] == "LA" and twelve_months_before(last_day) < row["started_on"] <= last_day:
            kind = kinds.get(row["provider_id"], "NOT_RECORDED")
            taken[row["key_stage"], row["primary_need"] or "NOT_RECORDED"][kind] += 1
            taken[row["key_stage"], None][kind] += 1
    return {cell: min(counts, key=lambda kind: (-counts[kind], order.get(kind, 999))) for cell, counts in taken.items()}


def demand(store):
    kinds, days = kinds_of(store), school_days(store)
    months = defaultdict(list)
    for day in days:
        months[academic_year(day), f"{day:%Y-%m}"].append(day)
    first = min(row["referred_on"] for row in store["placements.referrals"]) + 365 * DAY
    months = {month: span for month, span in months.items() if max(span) >= first}
    lasts, started = last_days(store), {row["placement_id"]: row["started_on"] for row in store["placements.placements"]}
    sums = defaultdict(lambda: [0, 0, 0, Fraction(0), Fraction(0), Fraction(0)])

    def add(month, kind, stage, at, fte):
        for a in (kind, "all"):
            for b in (stage, "all"):
                cell = sums[month, a, b]
                cell[at] += 1
                cell[3 + at] += fte

    spells = [row for row in store["placements.placements"] if row["commissioner"] == "LA"]
    for row, fte, open_days in daily_use(store, 10):
        if row["commissioner"] != "LA":
            continue
        per_month = defaultdict(int)
        for day in open_days:
            per_month[academic_year(day), f"{day:%Y-%m}"] += 1
        kind = kinds.get(row["provider_id"], "NOT_RECORDED")
        wanted = row["wanted_provision_type"]
        for month, count in per_month.items():
            if month in months:
                elsewhere = wanted is not None and wanted != kind
                add(month, wanted if elsewhere else kind, row["key_stage"], 2 if elsewhere else 0, rounded_part(fte * count / len(months[month])))
    for month, span in months.items():
        end, usual = max(span), usual_types(store, max(span))
        has_place = {row["pupil_key"] for row in spells if row["started_on"] <= end <= lasts[row["placement_id"]]}
        waiting = {}
        for row in store["placements.referrals"]:
            start = started.get(row["placement_id"])
            if row["referral_outcome"] not in ("AGREED", "AGREED_WAITING") or row["panel_on"] is None:
                continue
            if not twelve_months_before(end) < row["panel_on"] <= end or (start is not None and start <= end):
                continue
            if row["pupil_key"] in has_place:
                continue
            key = (row["panel_on"], row["referral_id"])
            if row["pupil_key"] not in waiting or key > waiting[row["pupil_key"]][0]:
                waiting[row["pupil_key"]] = key, row
        for _, row in waiting.values():
            stage, need = row["key_stage"], row["primary_need"] or "NOT_RECORDED"
            kind = row["wanted_provision_type"] or usual.get((stage, need)) or usual.get((stage, None)) or "NOT_RECORDED"
            asked = row["sessions_wanted"]
            add(month, kind, stage, 1, min(Fraction(asked) / 10, 1) if asked is not None else Fraction(1))
    return months, sums


def rounded_part(number):
    """Each placement's part of a month has six places, so that parts add up."""
    return Fraction(rounded(rounded_down(number, 10), 6))


def demand_rows(months, sums):
    for ((year, month), kind, stage), (occupied, waiting, elsewhere, a, b, c) in sums.items():
        yield year, month, kind, stage, occupied, waiting, elsewhere, rounded(b, 6)


def supply_sums(store):
    day = newest(store)
    usability, kinds = usabilities(store, day), kinds_of(store)
    opens = {row["provider_id"]: row["opens_on"] for row in store["commissioning.providers"]}
    for row in store["commissioning.commissioned_places"]:
        if row["academic_year"] != academic_year(day) or (row["valid_to"] is not None and row["valid_to"] < day):
            continue
        stands = usability.get(row["provider_id"], "NOT_APPROVED")
        later = [d for d in (row["valid_from"], opens.get(row["provider_id"])) if d is not None and d > day]
        if stands == "USABLE" and later:
            stands = "NOT_OPEN"
        yield kinds.get(row["provider_id"], "NOT_RECORDED"), row, stands


def supply(store):
    classes = ["NOT_APPROVED", "CLOSED_LOT", "CHECK_EXPIRED", "REGISTRATION", "NOT_OPEN", "USABLE"]
    sums = defaultdict(lambda: defaultdict(Fraction))
    for kind, row, stands in supply_sums(store):
        for a in (kind, "all"):
            for b in (row["key_stage"], "all"):
                for c in (row["need"], "all"):
                    sums[a, b, c][stands] += Fraction(row["places"])
    for cell, places in sums.items():
        yield (
            *cell, newest(store), rounded(sum(places.values()), 1), *(rounded(places[stands], 1) for stands in classes),
        )


def gap_now(store, found, target=Fraction(9, 10)):
    months, sums = found
    effective = defaultdict(Fraction)
    for kind, row, stands in supply_sums(store):
        for a in (kind, "all"):
            for b in (row["key_stage"], "all"):
                effective[a, b] += Fraction(row["places"]) if stands == "USABLE" else 0
    every_month = defaultdict(set)
    for day in school_days(store):
        every_month[academic_year(day)].add(f"{day:%Y-%m}")
    known = defaultdict(list)
    for year, month in months:
        known[year].append(month)
    cells = {key[1:] for key in sums} | set(effective)
    last_year = int(academic_year(newest(store))[:4]) - 1
    none = [0, 0, 0, Fraction(0), Fraction(0), Fraction(0)]
    covered = {year for year, *_ in covered_years(store)}
    for year, names in known.items():
        if year not in covered or set(names) != every_month[year]:
            continue
        decile, required, places = {}, {}, {}
        for cell in cells:
            ranked = sorted((rounded_total(sums.get(((year, month), *cell), none)), month) for month in names)
            value, month = ranked[-(-9 * len(ranked) // 10) - 1]
            decile[cell] = value, sums.get(((year, month), *cell), none)
            required[cell] = math.ceil(Fraction(value) / target)
            places[cell] = round_half_up(effective[cell]) if int(year[:4]) >= last_year else None
        for cell in cells:
            parts = [c for c in cells if "all" not in c and cell[0] in (c[0], "all") and cell[1] in (c[1], "all")]
            gaps = [required[part] - places[part] for part in parts] if places[cell] is not None else None
            value, (occupied, waiting, elsewhere, *_) = decile[cell]
            yield (
                year, *cell, len(names), occupied, *((waiting, elsewhere) if cell == ("all", "all") else (None, None)),
                rounded(value, 4),
                sum(required[part] for part in parts),
                sum(places[part] for part in parts) if gaps is not None else None,
                sum(gaps) if gaps is not None else None,
                sum(max(gap, 0) for gap in gaps) if gaps is not None else None,
            )


def rounded_total(cell):
    return Fraction(rounded(sum(cell[3:]), 6))


def round_half_up(number):
    return math.floor(number + Fraction(1, 2))


def pathway(store):
    days = calendar(store)
    # The day of the published tables: the end of the last school year that is over.
    today = max(day for day in (datetime.date(year, 8, 31) for year in range(2000, 2099)) if day <= newest(store))
    first = min(row["starts_on"] for row in store["reference.term_dates"])
    end = max(row["ends_on"] for row in store["reference.term_dates"])
    placed = {row["placement_id"]: row for row in store["placements.placements"]}
    found = defaultdict(list)
    for row in store["placements.referrals"]:
        placement = placed.get(row["placement_id"], {})
        asked, panel, offer = row["referred_on"], row["panel_on"], row["offered_on"]
        start, ready, left = (placement.get(name) for name in ("started_on", "ready_to_leave_on", "ended_on"))
        steps = {
            "PANEL": (asked, panel), "OFFER": (panel, offer), "START": (offer, start), "READY": (start, ready),
            "LEFT": (ready, left), "WHOLE": (asked, start),
        }
        for step, (begin, last) in steps.items():
            if begin is None or last is None or begin > last or last > today:
                continue
            if all(first <= day <= end for day in (asked, begin, last)):
                found[academic_year(asked), step].append(sum(begin < day <= last for day in days))
    for (year, step), lengths in found.items():
        yield year, step, len(lengths), nearest_rank(lengths, 5), nearest_rank(lengths, 9)


def used_by_year(store):
    for row, _, open_days in daily_use(store, 10):
        for year in {academic_year(day) for day in open_days}:
            yield year, row


def travel(store):
    kinds = kinds_of(store)
    wards = {row["pupil_key"]: row["ward_code"] for row in store["pupils.pupils"]}
    centres = {row["ward_code"]: row for row in store["reference.ward_centres"]}
    codes = {row["provider_id"]: row["postcode"] for row in store["commissioning.providers"]}
    sites = {row["postcode"]: row for row in store["reference.postcodes"]}
    found = defaultdict(list)
    for year, row in used_by_year(store):
        kind = kinds.get(row["provider_id"], "NOT_RECORDED")
        if row["commissioner"] != "LA" or kind in DAY_SITES_NOT:
            continue
        home, site = centres.get(wards.get(row["pupil_key"])), sites.get(codes.get(row["provider_id"]))
        miles = None
        if home is not None and site is not None:
            a, b, c, d = (math.radians(float(x)) for x in (home["latitude"], home["longitude"], site["latitude"], site["longitude"]))
            inner = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
            miles = round(2 * 6371.0088 * math.asin(math.sqrt(inner)) / 1.609344, 3)
        limit = 2 if row["nc_year"] is not None and row["nc_year"] <= 3 else 3
        for a in (kind, "all"):
            for b in (row["key_stage"], "all"):
                found[year, a, b].append((miles, miles is not None and miles > limit))
    for cell, rows in found.items():
        measured = [miles for miles, _ in rows if miles is not None]
        yield *cell, len(rows), len(measured), len(rows) - len(measured), sum(over for _, over in rows)


def out_of_area(store):
    codes = {row["provider_id"]: row["postcode"] for row in store["commissioning.providers"]}
    sites = {row["postcode"]: row["la_code"] for row in store["reference.postcodes"]}
    found = defaultdict(lambda: defaultdict(int))
    for year, row in used_by_year(store):
        authority = sites.get(codes.get(row["provider_id"]))
        place = "UNKNOWN" if authority is None else "HERE" if authority == "336" else "AWAY"
        place = "OF_OTHERS" if row["commissioner"] == "OTHER_LA" else place
        for a in (row["reason_group"], "all"):
            for b in (row["key_stage"], "all"):
                found[year, a, b][place] += 1
    for cell, places in found.items():
        residents = sum(count for place, count in places.items() if place != "OF_OTHERS")
        yield (
            *cell, residents, places["AWAY"], ratio(places["AWAY"], residents, 4, 100), places["HERE"],
            places["UNKNOWN"], places["OF_OTHERS"],
        )


def suitability(store):
    providers = {row["provider_id"]: row for row in store["commissioning.providers"]}
    sexes = {row["pupil_key"]: row["sex"] for row in store["pupils.pupils"]}
    asked = {}
    for row in store["placements.referrals"]:
        if row["placement_id"] is not None and row["sessions_wanted"] is not None:
            asked[row["placement_id"]] = max(asked.get(row["placement_id"], 0), row["sessions_wanted"])
    last_day, counts, children = newest(store), defaultdict(lambda: [0, 0, 0]), defaultdict(list)
    for year, row in used_by_year(store):
        if row["commissioner"] != "LA":
            continue
        provider = providers.get(row["provider_id"], {})
        needs, low, high, takes = (provider.get(n) for n in ("needs", "nc_year_from", "nc_year_to", "sexes"))
        sex, want = sexes.get(row["pupil_key"]), asked.get(row["placement_id"])
        due = row["legal_basis"] in ("S19_PEX", "DAY6_SUSPENSION")
        short = row["attendance_pattern"] == "PT" and Fraction(row["sessions_per_week"]) < Fraction(72, 10)
        end = min(row["ended_on"] or last_day, datetime.date(int(year[:4]) + 1, 8, 31))
        judged = {
            "NEED": None if row["primary_need"] is None or needs is None
            else row["primary_need"] not in needs.replace(" ", "").split(","),
            "AGE": None if low is None or high is None else not low <= (row["nc_year"] or 0) <= high,
            "SEX": None if sex is None or takes is None else takes not in ("MIXED", sex),
            "PART_TIME": None if want is None and not due
            else None if want is None and row["attendance_pattern"] is None
            else short and ((want or 0) >= 10 or due),
            "LENGTH": None if row["planned_end_on"] is None else end > row["planned_end_on"] + 30 * DAY,
        }
        for kind, differs in judged.items():
            counts[year, kind][2 if differs is None else 0] += 1 if differs is not False else 0
            counts[year, kind][1] += differs is not None
        children[year, row["pupil_key"]].extend(judged.values())
    for (year, _), judged in children.items():
        known = [differs for differs in judged if differs is not None]
        counts[year, "ANY"][0] += any(known)
        counts[year, "ANY"][1] += bool(known)
        counts[year, "ANY"][2] += not known
    for (year, kind), (differing, recorded, unknown) in counts.items():
        yield year, kind, differing, ratio(differing, recorded, 4, 100), recorded, unknown


def blocked_exits(store):
    days, day, lasts = calendar(store), newest(store), last_days(store)
    found = defaultdict(list)
    for row in store["placements.placements"]:
        ready = row["ready_to_leave_on"]
        if row["commissioner"] != "LA" or row["ended_on"] is not None or ready is None or ready > day:
            continue
        if row["started_on"] <= day <= lasts[row["placement_id"]]:
            for a in (row["key_stage"], "all"):
                for b in (row["ready_for"] or "NOT_RECORDED", "all"):
                    found[a, b].append((sum(ready < d <= day for d in days), full_time(row)))
    for cell, rows in found.items():
        median = nearest_rank([waited for waited, _ in rows], 5) if len(rows) >= 5 else None
        yield *cell, day, len(rows), rounded(sum(fte for _, fte in rows), 4), median


def waits(store):
    days, last = calendar(store), newest(store)
    first = min(row["referred_on"] for row in store["placements.referrals"]) + 365 * DAY
    started = {row["placement_id"]: row["started_on"] for row in store["placements.placements"]}
    found = defaultdict(list)
    for row in store["placements.referrals"]:
        panel, asked, start = row["panel_on"], row["referred_on"], started.get(row["placement_id"])
        if row["referral_outcome"] not in ("AGREED", "AGREED_WAITING") or panel is None or not first <= panel <= last:
            continue
        if start is not None and start < asked:
            continue
        begun = start is not None and start <= last
        found[academic_year(panel)].append((sum(asked < d <= (start if begun else last) for d in days), begun))
    for year, rows in found.items():
        share, crossed = Fraction(1), {}
        for wait in sorted({wait for wait, begun in rows if begun}):
            there = sum(other >= wait for other, _ in rows)
            share *= Fraction(there - sum(row == (wait, True) for row in rows), there)
            for limit in (Fraction(1, 2), Fraction(1, 10)):
                if share <= limit:
                    crossed.setdefault(limit, wait)
        begun = [wait for wait, has_begun in rows if has_begun]
        enough = len(rows) >= 5
        yield (
            year, len(rows), len(begun), len(rows) - len(begun), crossed.get(Fraction(1, 2)) if enough else None,
            crossed.get(Fraction(1, 10)) if enough else None, nearest_rank(begun, 5) if len(begun) >= 5 else None,
            nearest_rank(begun, 9) if len(begun) >= 5 else None,
        )


def populations(row):
    yield row["ap_population"]
    if row["commissioner"] == "LA":
        yield "LA_COMMISSIONED"


def peak(store):
    days, lasts = school_days(store), last_days(store)
    every = calendar(store)
    months, used = defaultdict(lambda: defaultdict(int)), defaultdict(Fraction)
    for day in days:
        months[academic_year(day)][f"{day:%Y-%m}"] += 1
    for row, fte, open_days in daily_use(store, 10):
        for day in open_days:
            for population in populations(row):
                used[population, f"{day:%Y-%m}"] += fte
    names = {population for row in store["placements.placements"] for population in populations(row)}
    for year, _, _, last in covered_years(store):
        if max((day for day in every if academic_year(day) == year), default=last) > last:
            continue
        census = census_day(year)
        for population in names:
            there = {
                row["pupil_key"] for row in store["placements.placements"]
                if population in populations(row) and row["started_on"] <= census <= lasts[row["placement_id"]]
            }
            monthly = sorted(rounded_down(used[population, month] / count, 10) for month, count in months[year].items())
            mean = rounded(sum(monthly) / len(monthly), 6)
            ninth, largest = rounded(monthly[-(-9 * len(monthly) // 10) - 1], 6), rounded(monthly[-1], 6)
            yield (
                year, population, len(monthly), len(there), mean, ninth, largest, ratio(largest, mean, 6),
                ratio(ninth, len(there), 6),
            )


class ChaCha8:
    """The stream of RFC 8439 with eight rounds and a 64-bit counter."""

    def __init__(self, key):
        self.key, self.count, self.words = struct.unpack("<8I", key), 0, []

    def next(self):
        if not self.words:
            begin = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *self.key, self.count & 0xFFFFFFFF, self.count >> 32, 0, 0]
            state = begin[:]
            for _ in range(4):
                for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                                   (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
                    for x, y, z, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                        state[x] = (state[x] + state[y]) & 0xFFFFFFFF
                        mixed = state[z] ^ state[x]
                        state[z] = ((mixed << bits) | (mixed >> (32 - bits))) & 0xFFFFFFFF
            self.words = [(a + b) & 0xFFFFFFFF for a, b in zip(state, begin)]
            self.count += 1
        return self.words.pop(0)


def binomial(among, each, drawn):
    if each <= 0:
        return 0
    if each >= 1:
        return among
    chance = 1.0
    for _ in range(among):
        chance *= 1 - each
    total, count = chance, 0
    while drawn / 2**32 >= total and count < among:
        count += 1
        chance = chance * (among - count + 1) / count * each / (1 - each)
        total += chance
    return count


def poisson(mean, drawn):
    if mean <= 0:
        return 0
    part, term, chance = mean / 1024, 1.0, 1.0
    for nth in range(1, 21):
        term = term * -part / nth
        chance += term
    for _ in range(10):
        chance *= chance
    total, count = chance, 0
    while drawn / 2**32 >= total and (chance > 0 or count < mean):
        count += 1
        chance = chance * mean / count
        total += chance
    return count


def cohorts(store):
    """Headcount, those who stayed, those who joined by an exclusion, and residents, by population, year and group."""
    ages = defaultdict(dict)
    for row in store["reference.population"]:
        if row["area_code"] == "336" and 5 <= row["age"] <= 18:
            ages[row["year"]][row["age"] - 4] = ages[row["year"]].get(row["age"] - 4, 0) + row["population"]
    groups = sorted({group for year in ages.values() for group in year})
    lasts = last_days(store)
    born = {row["pupil_key"]: row["birth_academic_year"] for row in store["pupils.pupils"]}
    middle = {"KS1": 1, "KS2": 5, "KS3": 8, "KS4": 10}
    years = [int(year[:4]) for year, _, _, last in covered_years(store) if census_day(year) <= last]
    counted = defaultdict(dict)
    for row in sorted(store["placements.placements"], key=lambda row: (row["started_on"], row["placement_id"])):
        for first in years:
            if not row["started_on"] <= census_day(f"{first}-") <= lasts[row["placement_id"]]:
                continue
            birth, group = born.get(row["pupil_key"]), row["nc_year"]
            group = first - birth - 5 if birth is not None else group if group is not None else middle.get(row["key_stage"], 12)
            for population in populations(row):
                # The newest placement comes last, and says why.
                counted[population, first][row["pupil_key"]] = min(max(group, groups[0]), groups[-1]), row["reason_group"]
    names = {population for row in store["placements.placements"] for population in populations(row)}
    span = sorted({year for year in ages if year >= min(years)} | set(years))
    rows = {}
    for population in names:
        for first in span:
            now, later, before = (counted[population, first + n] for n in (0, 1, -1))
            for group in groups:
                there = [child for child, (own, _) in now.items() if own == group]
                is_last = group == groups[-1] or (group >= 11 and population not in ("LA_FUNDED", "LA_COMMISSIONED"))
                stayed = sum(later.get(child, (None, None))[0] == group + 1 for child in there)
                joined = sum(child not in before and now[child][1] == "PEX" for child in there)
                rows[population, first, group] = (
                    len(there) if first in years else None,
                    stayed if first in years and first + 1 in years and not is_last else None,
                    joined if first in years else None,
                    ages.get(first, {}).get(group),
                )
    return names, span, groups, rows


def key_stage(group):
    return "KS1" if group <= 2 else "KS2" if group <= 6 else "KS3" if group <= 9 else "KS4" if group <= 11 else "P16"


def name_of(first):
    return f"{first}-{(first + 1) % 100:02d}"


def forecast(store, prior=5, draws=1000, cap=0.05, policy=-0.20, abnormal=("2019-20", "2020-21")):
    names, span, groups, rows = cohorts(store)
    factors = {(row[1], row[0]): row[8] for row in peak(store)}
    for population in sorted(names):
        def heads(year, at=0):
            values = [rows.get((population, year, group), (None,) * 4)[at] for group in groups]
            return None if any(value is None for value in values) else values

        can_stay = [any(rows[population, year, group][1] is not None for year in span) for group in groups]
        normal = [year for year in span if name_of(year) not in abnormal]

        def pair(year):
            if year not in normal or year + 1 not in normal or heads(year) is None or heads(year + 1) is None or heads(year + 1, 3) is None:
                return None
            stayed = [0] + [rows[population, year, g][1] or 0 if can else 0 for g, can in zip(groups, can_stay)][:-1]
            before = [0] + [n if can else 0 for n, can in zip(heads(year), can_stay)][:-1]
            joined = [max(n - s, 0) for n, s in zip(heads(year + 1), stayed)]
            risk = [max(n - s, 0) for n, s in zip(heads(year + 1, 3), stayed)]
            return year, stayed, before, joined, risk, sum(rows[population, year + 1, g][2] for g in groups)

        def fit(known_to, least):
            pairs = [p for p in (pair(year) for year in reversed(span) if year < known_to) if p][:3]
            if len(pairs) < least:
                return None
            total = [sum(sum(p[at]) for p in pairs) for at in (1, 2, 3, 4)]

            def rates(weighted):
                def rate(events, risk, group, all_events, all_risk):
                    a = sum(w * p[events][group] for w, p in weighted)
                    b = sum(w * p[risk][group] for w, p in weighted)
                    return float((a + prior * Fraction(all_events, max(all_risk, 1))) / (b + prior))
                stay = [rate(1, 2, g, total[0], total[1]) if g and can_stay[g - 1] else 0.0 for g in range(len(groups))]
                return stay, [rate(3, 4, g, total[2], total[3]) for g in range(len(groups))]

            return pairs, rates(list(zip((3, 2, 1), pairs))), [rates([(1, p)]) for p in pairs]

        def move(state, residents, stay, join, factor):
            out = []
            for g, people in enumerate(residents):
                stayed = (state[g - 1] if g else 0.0) * stay[g]
                out.append(stayed + max(people - stayed, 0.0) * (join[g] * factor))
            return out

        def by_rates(known_to):
            known = [(heads(y), heads(y, 3)) for y in reversed(span) if y <= known_to and y in normal and heads(y) and heads(y, 3)][:3]
            if len(known) < 3:
                return None
            return [sum(Fraction(w * h[g], p[g]) for w, (h, p) in zip((3, 2, 1), known)) / 6 for g in range(len(groups))]

        last = max(year for year in span if heads(year) is not None)
        now = heads(last)
        together = [(f"Y{group:02}", [at]) for at, group in enumerate(groups)]
        for stage in dict.fromkeys(map(key_stage, groups)):
            together.append((stage, [at for at, group in enumerate(groups) if key_stage(group) == stage]))
        together.append(("all", list(range(len(groups)))))
        trials = []
        for year in [y for y in reversed(normal) if y <= last and heads(y)][:2]:
            model = fit(year - 1, 1)
            if model is None or heads(year - 1) is None:
                continue
            cohort = move(heads(year - 1), heads(year, 3), *model[1], 1.0)
            trials.append((heads(year), heads(year - 1), cohort))

        def error(at, members):
            each = []
            for trial in trials:
                actual = sum(trial[0][m] for m in members)
                if not actual:
                    return None
                each.append(100 * abs(sum(trial[at][m] for m in members) - actual) / actual)
            return sum(each) / len(each) if each else None

        weights, known = [3, 2, 1], [factors[population, name_of(y)] for y in reversed(span)
                                     if y <= last and y in normal and factors.get((population, name_of(y))) is not None]
        used = list(zip(weights, known))
        kappa = sum(w * float(k) for w, k in used) / sum(w for w, _ in used) if used else None
        lines = set()
        for year in span:
            for group in groups:
                fields = [population, year, group, key_stage(group), *rows[population, year, group],
                          "true" if name_of(year) in abnormal else "false", factors.get((population, name_of(year)))]
                text = io.StringIO()
                csv.writer(text, lineterminator="\n").writerow(["" if field is None else field for field in fields])
                lines.add(text.getvalue())
        digest = hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
        model = fit(last, 3)
        if model is None:
            continue
        ahead = []
        for nth in range(1, 6):
            if heads(last + nth, 3) is None:
                break
            ahead.append(heads(last + nth, 3))
        pairs, weighted, alone = model
        newest_pair, oldest = pairs[0], pairs[-1]
        wanted = (sum(newest_pair[3]) / sum(newest_pair[4])) / (sum(oldest[3]) / sum(oldest[4])) if sum(oldest[3]) else 0
        low, high, years = 1 - cap, 1 + cap, newest_pair[0] - oldest[0]
        for _ in range(60):
            middle, reached = low + (high - low) / 2, 1.0
            for _ in range(years):
                reached *= middle
            low, high = (middle, high) if reached < wanted else (low, middle)
        tau = low + (high - low) / 2 - 1.0
        joined = sum(sum(p[3]) for p in pairs)
        share = sum(p[5] for p in pairs) / joined if joined else 0.0
        for scenario in ("HOLD", "TREND", "POLICY"):
            def factor(nth):
                if scenario == "POLICY":
                    return max(1 + share * policy, 0.0)
                growth = 1.0
                for _ in range(nth):
                    growth *= 1 + tau
                return growth if scenario == "TREND" else 1.0

            chance = ChaCha8(hashlib.sha256(f"needs_assessment.ap_forecast|{scenario}|{population}|{digest}".encode()).digest())
            paths = []
            for _ in range(draws):
                state, path = now, []
                for nth, residents in enumerate(ahead, 1):
                    picked = (chance.next() * sum(weights[: len(alone)])) >> 32
                    at = 0 if picked < 3 else 1 if picked < 5 else 2
                    stay, join = alone[at]
                    out = []
                    for g, people in enumerate(residents):
                        stayed = binomial(state[g - 1], stay[g], chance.next()) if g else 0
                        out.append(stayed + poisson(max(people - stayed, 0) * (join[g] * factor(nth)), chance.next()))
                    state = out
                    path.append(out)
                paths.append(path)
            state = [float(n) for n in now]
            for nth, residents in enumerate(ahead, 1):
                state = move(state, residents, *weighted, factor(nth))
                for group, members in together:
                    totals = sorted(sum(path[nth - 1][m] for m in members) for path in paths)
                    yield (
                        name_of(last), population, "COHORT", scenario, name_of(last + nth), group,
                        sum(now[m] for m in members), near(sum(state[m] for m in members)),
                        totals[draws // 10 - 1], totals[draws // 2 - 1], totals[draws * 9 // 10 - 1],
                        near(error(2, members)), near(error(1, members)), near(kappa),
                    )
        rate = by_rates(last)
        for nth, residents in enumerate(ahead, 1):
            for group, members in together:
                yield (
                    name_of(last), population, "RATE", "HOLD", name_of(last + nth), group, sum(now[m] for m in members),
                    near(float(sum(rate[m] * residents[m] for m in members))), None, None, None, ..., near(error(1, members)), near(kappa),
                )


def near(value):
    """To the fourth digit: sums of floats in another order differ beyond it."""
    return None if value is None else round(float(value), 4)


def tables(store):
    """Of each table the columns that are compared, which rows, and the rows."""
    found = demand(store)
    return {
        "provision_gap.supply": (None, None, supply(store)),
        "provision_gap.pathway": (None, None, pathway(store)),
        "provision_gap.demand": (
            ["academic_year", "month", "provision_type", "key_stage", "placements_occupied", "children_waiting",
             "placements_elsewhere", "waiting_fte"],
            None, demand_rows(*found),
        ),
        "provision_gap.gap_now": (
            ["academic_year", "provision_type", "key_stage", "months", "placements_occupied", "children_waiting",
             "placements_elsewhere", "p90_demand", "required_places", "effective_places", "net_gap", "shortage"],
            None, gap_now(store, found),
        ),
        "provision_gap.travel": (
            ["academic_year", "provision_type", "key_stage", "placements_at_sites", "placements_measured",
             "placements_unknown", "over_limit"],
            None, travel(store),
        ),
        "provision_gap.out_of_area": (
            ["academic_year", "reason_group", "key_stage", "placements_of_residents", "placements_away", "share_away",
             "placements_here", "placements_place_unknown", "placements_of_others"],
            None, out_of_area(store),
        ),
        "provision_gap.suitability": (None, None, suitability(store)),
        "provision_gap.blocked_exits": (None, None, blocked_exits(store)),
        "provision_gap.waits": (None, None, waits(store)),
        "needs_assessment.ap_peak": (None, None, peak(store)),
    }


def forecast_differences(store):
    """Rows of the published forecast that are not those drawn again; compared to the fourth digit."""
    columns = ["made_in", "population", "method", "scenario", "forecast_year", "age_group", "last_count", "headcount",
               "first_decile", "median", "ninth_decile", "mape", "naive_mape", "planning_factor"]
    exact = {"headcount", "mape", "naive_mape", "planning_factor"}
    published = {}
    for row in store["needs_assessment.ap_forecast"]:
        published[tuple(row[c] for c in columns[:6])] = [near(row[c]) if c in exact else row[c] for c in columns[6:]]
    compared, wrong = 0, []
    for row in forecast(store):
        compared += 1
        there = published.get(row[:6])
        same = there is not None and all(
            mine is ... or mine == theirs or (isinstance(mine, float) and theirs is not None and abs(mine - theirs) < 2e-4)
            for mine, theirs in zip(row[6:], there)
        )
        if not same:
            wrong.append((row, there))
    return compared, wrong
