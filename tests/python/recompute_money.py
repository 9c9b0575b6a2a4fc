"""Computes what is owed, claimed and to come again: what `recompute_costs.py` computes with.

Written from the definitions: it goes through exclusions, placements and days one by one where the models join.
"""

import datetime
import math
import re
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from recompute import academic_year, financial_year, ratio, rounded
from recompute_costs import APART, CLASSES, SESSIONS, TIED, financial_states, first_of, last_of, month_of

COUNCIL = "336"
CASES = ("low", "central", "high")


def year_after(day):
    """31 March of the financial year of a day."""
    return datetime.date(day.year + (day.month >= 4), 3, 31)


class Calendar:
    """School days of the term dates, numbered from 1."""

    def __init__(self, days):
        self.days = days
        self.number = {day: nth for nth, day in enumerate(days, 1)}

    def up_to(self, day):
        """School days on or before a day."""
        low, high = 0, len(self.days)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.days[middle] <= day else (low, middle)
        return low

    def first_from(self, day):
        return self.up_to(day) + (day not in self.number)


def recoupment_lines(costs, store):
    """Each permanent exclusion of a mainstream school that stands, with what it takes from the school's budget."""
    calendar = Calendar(costs.days)
    schools = {row["urn"]: row for row in store["reference.schools"]}
    amounts = {
        (row["financial_year"], row["nc_year"]): (Fraction(row["amount"]), Fraction(row["premium"]))
        for row in store["reference.pupil_amounts"]
    }
    claims = {row["exclusion_id"]: row for row in store["finance.recoupment_claims"]}
    adjusted = defaultdict(Decimal)
    for row in store["finance.gl_journals"]:
        if row["kind"] == "PEX_ADJUSTMENT" and row["exclusion_id"] is not None:
            adjusted[row["exclusion_id"]] -= row["amount"]
    premium, rolls = defaultdict(list), defaultdict(list)
    for row in store["pupils.pupil_status"]:
        if row["status"] == "PP":
            premium[row["pupil_key"]].append(row)
    for row in store["pupils.school_roll"]:
        if row["enrol_status"] in ("C", "M") and schools.get(row["urn"], {}).get("phase") in ("primary", "secondary"):
            rolls[row["pupil_key"]].append(row)
    for row in store["outcomes.exclusions"]:
        school = schools.get(row["urn"])
        if row["category"] != "PERM" or row["outcome"] in ("RESCINDED_BY_HEAD", "GOVERNORS_REINSTATED"):
            continue
        if school is None or school["phase"] not in ("primary", "secondary"):
            continue
        day = row["started_on"]
        number = calendar.up_to(day) + 6
        if number > len(calendar.days):
            continue
        relevant = calendar.days[number - 1]
        top = school["nc_year_to"] or (6 if school["phase"] == "primary" else 11)
        leaves = 4 <= day.month <= 8 and row["nc_year"] is not None and row["nc_year"] >= top
        end = datetime.date(day.year, 8, 31) if leaves else year_after(relevant)
        weeks = max(((end - relevant).days + 1) // 7, 0)
        year = financial_year(relevant)
        amount = amounts.get((year, row["nc_year"]))
        claim, moved = claims.get(row["exclusion_id"]), adjusted.get(row["exclusion_id"])
        has_premium = any(
            one["started_on"] <= day and (one["ended_on"] is None or one["ended_on"] >= day)
            for one in premium[row["pupil_key"]]
        )
        joined = [
            one["entered_on"] for one in rolls[row["pupil_key"]]
            if one["urn"] != row["urn"] and day < one["entered_on"] <= end
        ]
        admitted = max(((end - max(min(joined), relevant)).days + 1) // 7, 0) if joined else 0
        pounds, more = amount or (Fraction(0), Fraction(0))
        order = Fraction(claim["adjustment_order"] or 0) if claim else Fraction(0)
        yield {
            "year": year,
            "sector": "ACADEMY" if any(word in school["school_type"].lower() for word in ("academy", "free school"))
            else "MAINTAINED",
            "phase": school["phase"],
            "lacks": amount is None,
            "due": rounded(pounds * weeks / 52 + order, 2),
            "premium": rounded(more * weeks / 52 if has_premium else 0, 2),
            "passed_on": rounded(pounds * admitted / 52, 2),
            "claimed": claim is not None or moved is not None,
            "collected_on": claim["collected_on"] if claim else None,
            "invoiced": claim["invoiced"] if claim else moved or Decimal(0),
            "collected": (claim and claim["collected"]) or moved or Decimal(0),
        }


def recoupment(lines, store):
    years = {row["financial_year"] for row in store["reference.pupil_amounts"]}
    cells = defaultdict(lambda: [0, 0] + [Decimal(0)] * 6)
    for row in lines:
        if row["year"] in years:
            for sector in (row["sector"], "all"):
                for phase in (row["phase"], "all"):
                    values = (
                        1, int(row["lacks"]), row["due"], row["premium"], row["invoiced"], row["collected"],
                        Decimal(0) if row["claimed"] else row["due"], row["passed_on"],
                    )
                    cell = cells[row["year"], sector, phase]
                    cell[:] = [a + b for a, b in zip(cell, values)]
    for key, (events, lacks, due, premium, invoiced, collected, not_claimed, passed_on) in cells.items():
        yield (
            *key, events, lacks, due, premium, invoiced, collected, due - collected, not_claimed, passed_on,
        )


def finance_benchmarks(store):
    """Pounds for each resident of the council, beside others."""
    groups = {"PLACES": "places", "TOP_UPS": "top_ups", "INDEPENDENT": "independent", "AP_SERVICES": "services", "HOSPITAL": "hospital"}
    found = defaultdict(dict)
    for row in store["reference.high_needs_returns"]:
        year = "-".join(re.search(r"(20\d\d)[-_](\d\d)(\.[^/]*)?$", row["_file"]).groups()[:2])
        for basis in ("BUDGET", "OUTTURN"):
            values = {group: row[f"{name}_{basis.lower()}"] for group, name in groups.items()}
            parts = [value for group, value in values.items() if group != "HOSPITAL"]
            values["AP"] = None if None in parts else sum(parts)
            for group, value in values.items():
                if value is not None and row["population_2_18"]:
                    found[year, basis, group][row["area_code"]] = (
                        Fraction(value), Fraction(row["population_2_18"]), row["region_name"], value,
                    )
    near = {row["neighbour_code"] for row in store["reference.statistical_neighbours"] if row["area_code"] == COUNCIL}
    blocks = {row["financial_year"]: row["amount"] for row in store["reference.high_needs_blocks"] if str(row["area_code"]) == COUNCIL}

    def together(areas):
        return rounded(rounded(sum(area[0] for area in areas) / sum(area[1] for area in areas), 6), 2)

    for (year, basis, group), areas in found.items():
        if COUNCIL not in areas:
            continue
        own = areas[COUNCIL]
        each = {code: rounded(area[0] / area[1], 6) for code, area in areas.items()}
        close = sorted(each[code] for code in near if code in each)
        middle = [close[(len(close) - 1) // 2], close[len(close) // 2]] if close else []
        yield (
            year, basis, group, own[3], rounded(each[COUNCIL], 2),
            together([area for area in areas.values() if area[2] == own[2]]),
            rounded(sum(map(Fraction, middle)) / 2, 2) if middle else None,
            together(areas.values()), 1 + sum(value > each[COUNCIL] for value in each.values()), len(each),
            ratio(own[3], Fraction(blocks[year]), 4, 100) if year in blocks else None,
        )


class Use:
    """Placements by month and by school day, and what each cost."""

    def __init__(self, costs, store):
        self.costs, self.store = costs, store
        self.calendar = Calendar(costs.days)
        weeks = [row["week_start"] for row in store["placements.attendance"]]
        self.window = min(weeks), max(weeks) + datetime.timedelta(days=4)
        known = [day for day in costs.days if self.window[0] <= day <= self.window[1]]
        self.months = defaultdict(int)
        for row in costs.placements:
            for day in known:
                if row["started_on"] <= day <= row["counts_to"]:
                    self.months[row["placement_id"], month_of(day)] += 1
        self.rows = {row["placement_id"]: row for row in costs.placements}
        self.attended = defaultdict(int)
        for row in store["placements.attendance"]:
            week = row["week_start"]
            month = (week.year, 9) if week.month == 8 else month_of(week)
            self.attended[row["placement_id"], month] += row["sessions_attended"]
        self.states = financial_states(store)
        self.type_of = {row["provider_id"]: row["provision_type"] for row in store["commissioning.providers"]}

    def fte(self, row):
        return Fraction(rounded(min(Fraction(row["sessions_per_week"]) / 10, 1), 4))

    def ledger_of(self, provider):
        return self.costs.ledger_provider(self.costs.supplier_of.get(provider)) or provider

    def placement_years(self):
        """Pounds of each placement of the council by academic year of the service."""
        costs = self.costs
        school = defaultdict(int)
        for day in costs.days:
            school[academic_year(day)] += 1
        rates = defaultdict(lambda: [Fraction(0), Fraction(0)])
        for provider, spells in costs.blocks.items():
            for _, _, row in spells:
                cell = rates[provider, row["academic_year"]]
                cell[0] += Fraction(row["places"]) * Fraction(row["place_rate"])
                cell[1] += Fraction(row["places"])
        pounds = defaultdict(Fraction)
        for line in costs.lines:
            if line["rule"] in TIED:
                for row, part in costs.parts(line):
                    pounds[row["placement_id"], academic_year(line["service_from"] or line["paid_on"])] += Fraction(part)
        for (placement, (year, month)), days in self.months.items():
            row = self.rows[placement]
            of_year = academic_year(datetime.date(year, month, 1))
            places, number = rates.get((row["provider_id"], of_year), (0, 0))[::-1]
            if places:
                pounds[placement, of_year] += self.fte(row) * days * Fraction(rounded(number / places, 6)) / school[of_year]
        return {key: amount for key, amount in pounds.items() if self.rows[key[0]]["commissioner"] == "LA"}

    def placement_costs(self):
        """Pounds of each placement of the council over its whole life."""
        pounds = defaultdict(Fraction)
        for (placement, _), amount in self.placement_years().items():
            pounds[placement] += amount
        return {
            placement: rounded(pounds[placement], 2) for placement, row in self.rows.items() if row["commissioner"] == "LA"
        }

    def paid_out_of_area(self, store):
        """Pounds of the council's placements in another authority, with who stands behind them."""
        providers = {row["provider_id"]: row for row in store["commissioning.providers"]}
        sites = {row["postcode"]: row["la_code"] for row in store["reference.postcodes"]}
        used = {(placement, academic_year(datetime.date(*month, 1))) for placement, month in self.months}
        cells = defaultdict(lambda: [Decimal(0), set(), defaultdict(Decimal)])
        for (placement, year), amount in self.placement_years().items():
            row, cost = self.rows[placement], rounded(amount, 2)
            provider = providers.get(row["provider_id"], {})
            authority = sites.get(provider.get("postcode"))
            if (placement, year) not in used or authority in (None, COUNCIL) or not cost:
                continue
            for reason in (row["reason_group"], "all"):
                for stage in (row["key_stage"], "all"):
                    cell = cells[year, reason, stage]
                    cell[0] += cost
                    cell[1].add(row["pupil_key"])
                    cell[2][provider.get("holding_id") or row["provider_id"]] += cost
        for row in store["provision_gap.out_of_area"]:
            key = row["academic_year"], row["reason_group"], row["key_stage"]
            pounds, children, firms = cells.get(key, (Decimal(0), set(), {}))
            largest = sorted((abs(paid) for paid in firms.values()), reverse=True) + [Decimal(0)] * 2
            yield *key, rounded(pounds, 2), len(children), len(firms), rounded(largest[0], 2), rounded(largest[1], 2)


def cost_per_outcome(use, store, costs_of, as_at):
    """Placements that ended and lasting returns, by financial year of the end and type."""
    schools = {row["urn"]: row["phase"] for row in store["reference.schools"]}
    rolls = defaultdict(list)
    for row in store["pupils.school_roll"]:
        if row["enrol_status"] in ("C", "M") and schools.get(row["urn"]) in ("primary", "secondary", "special"):
            rolls[row["pupil_key"]].append(row)
    known = use.calendar.up_to(as_at)
    cells = defaultdict(lambda: [0, 0, 0, Decimal(0)])
    for placement, cost in costs_of.items():
        row = use.rows[placement]
        end = row["ended_on"]
        if end is None:
            continue
        number = use.calendar.up_to(end)
        stays = False
        if row["end_reason"] in ("PLANNED_REINTEGRATED_MAINSTREAM", "PLANNED_TO_SPECIAL"):
            for roll in rolls[row["pupil_key"]]:
                entered = use.calendar.up_to(roll["entered_on"])
                left = roll["left_on"]
                if entered <= number + 20 and (left is None or left > end):
                    stays |= left is None or use.calendar.up_to(left) >= max(entered, number) + 65
        for kind in (use.type_of.get(row["provider_id"], "NOT_RECORDED"), "all"):
            cell = cells[financial_year(end), kind]
            if number + 85 <= known:
                cell[0] += 1
                cell[2] += stays
                cell[3] += cost
            else:
                cell[1] += 1

    def each(cost, number, is_enough):
        return ratio(cost, number, 2) if is_enough else None

    for (year, kind), (ended, later, stayed, cost) in cells.items():
        if use.states.get(year, ("",))[0] != "FINISHED":
            continue
        first = int(year[:4])
        three = [cells.get((f"{start}-{(start + 1) % 100:02d}", kind), [0, 0, 0, Decimal(0)]) for start in range(first - 2, first + 1)]
        ended_3, stayed_3, cost_3 = sum(c[0] for c in three), sum(c[2] for c in three), sum(c[3] for c in three)
        yield (
            year, kind, ended, later, stayed, rounded(cost, 2), ended_3, stayed_3, rounded(cost_3, 2),
            each(cost, ended, ended >= 5), each(cost, stayed, ended >= 5 and stayed >= 5),
            each(cost_3, stayed_3, ended_3 >= 5 and stayed_3 >= 5),
        )


def claims_check(costs):
    """Billed beside delivered, by order or placement and month of service."""
    lines, tied = defaultdict(list), defaultdict(set)
    for line in costs.lines:
        if line["rule"] in ("1", "2", "3", "4") and line["sessions"] is not None and line["card"] is not None:
            first, last = line["service_from"], line["service_to"]
            if first and last and month_of(first) == month_of(last):
                claim = line["po_no"] or min(row["placement_id"] for row in line["tied"])
                key = financial_year(first), costs.ledger_provider(line["supplier_id"]), claim, month_of(first)
                lines[key].append(line)
                # A credit has no placements of its own.
                if line["net_amount"] > 0:
                    tied[claim, month_of(first)] |= {row["placement_id"] for row in line["tied"]}
    cells = defaultdict(lambda: [Fraction(0), Fraction(0)] + [Decimal(0)] * 4)
    for (year, provider, claim, month), some in lines.items():
        card = max(rounded(line["card"], 6) for line in some)
        sent = sum(Fraction(rounded(line["sessions"], 4)) for line in some)
        possible = Fraction(sum(costs.delivered.get((placement, month), 0) for placement in tied[claim, month]))
        values = (
            sent, possible, sum(line["net_amount"] for line in some), rounded(possible * Fraction(card), 2),
            rounded(max(sent - possible, 0) * Fraction(card), 2), rounded(max(possible - sent, 0) * Fraction(card), 2),
        )
        for name in (provider, "all"):
            cells[year, name] = [a + b for a, b in zip(cells[year, name], values)]
    for key, (sent, possible, amount, delivered, over, under) in cells.items():
        yield (
            *key, rounded(sent, 1), rounded(possible, 1), amount, delivered, over, under, amount - delivered - over + under,
        )


class Outlook:
    """What a financial year owes on a day, and what is to come of it: the running one, or one that is over as it stood then."""

    def __init__(self, costs, use, store, point=None):
        self.costs, self.use, self.store = costs, use, store
        running = [(year, known_to) for year, (state, known_to) in use.states.items() if state == "RUNNING"]
        self.year, self.known_to = point or running[0]
        self.start, self.end = first_of(self.year), last_of(self.year)
        self.known_no, self.last_no = use.calendar.up_to(self.known_to), use.calendar.up_to(self.end)
        self.line_of = self.provider_lines()
        self.block_days()
        self.accrued = self.accruals()

    def provider_lines(self):
        """The budget line on which most was booked, of each provider and purpose."""
        booked = defaultdict(Decimal)
        for (_, section, name), kind, supplier, amount in self.costs.ledger:
            provider = self.costs.ledger_provider(supplier)
            if kind not in APART and provider is not None:
                booked[provider, "TOP_UPS" if kind == "TOP_UPS" else "MAIN", section, name, kind] += abs(amount)
        best = {}
        for (provider, purpose, section, name, kind), pounds in booked.items():
            rank = -pounds, section, name
            if (provider, purpose) not in best or rank < best[provider, purpose][0]:
                best[provider, purpose] = rank, (section, name, kind)
        return {key: line for key, (_, line) in best.items()}

    def line(self, provider, purpose):
        return self.line_of.get((self.use.ledger_of(provider), purpose), ("NOT_KNOWN", "Not known", "AP_SERVICES"))

    def block_days(self):
        """Places due to the last month known and to the end, top-ups so far and to come, by block provider."""
        self.places, self.whole_places = defaultdict(Fraction), defaultdict(Fraction)
        for provider, spells in self.costs.blocks.items():
            for nth in range(12):
                month = (3 + nth) % 12 + 1
                first = datetime.date(self.start.year + (month < 4), month, 1)
                last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
                part = Fraction(0)
                for start, end, row in spells:
                    days = (min(end, last) - max(start, first)).days + 1
                    if days > 0:
                        part += Fraction(row["places"]) * Fraction(row["place_rate"]) / 12 * days / last.day
                part = Fraction(rounded(part, 6))
                self.whole_places[provider] += part
                if first <= self.known_to:
                    self.places[provider] += part
        rates, at_known = {}, defaultdict(lambda: defaultdict(Fraction))
        for provider, spells in self.costs.blocks.items():
            for start, end, row in spells:
                if row["topup_rate"] is not None:
                    key = provider, row["academic_year"]
                    rates[key] = max(rates.get(key, 0), Fraction(row["topup_rate"]))
                    if start <= self.known_to <= end:
                        at_known[provider][start, end] = max(at_known[provider][start, end], Fraction(row["topup_rate"]))
        in_year = (self.end - self.start).days + 1
        self.top_ups, self.rest = defaultdict(Fraction), defaultdict(Fraction)
        for row in self.costs.placements:
            if row["commissioner"] != "LA" or row["started_on"] > self.known_to:
                continue
            provider, fte = row["provider_id"], self.use.fte(row)
            for first in (self.start.year - 1, self.start.year):
                year = f"{first}-{(first + 1) % 100:02d}"
                begin = max(row["started_on"], self.start, datetime.date(first, 9, 1))
                finish = min(row["counts_to"], self.known_to, datetime.date(first + 1, 8, 31))
                if (provider, year) in rates and finish >= begin:
                    self.top_ups[provider] += fte * rates[provider, year] * ((finish - begin).days + 1) / in_year
            if self.goes_on(row):
                for rate in at_known[provider].values():
                    self.rest[provider] += fte * rate * (self.end - self.known_to).days / in_year
        self.paid_places, self.paid_top_ups = defaultdict(Decimal), defaultdict(Decimal)
        for (year, number, supplier), kind, rule, _, _, amount in self.costs.pounds():
            if year == self.year and rule != "J" and self.costs.paid[year, number, supplier][2] <= self.known_to:
                provider = self.costs.ledger_provider(supplier)
                if rule == "P":
                    self.paid_places[provider] += amount
                if kind == "TOP_UPS":
                    self.paid_top_ups[provider] += amount
        self.funded = {
            provider for provider in self.costs.blocks if self.use.type_of.get(provider) != "HOSPITAL_MEDICAL"
            and any(start <= self.known_to and end >= self.start for start, end, _ in self.costs.blocks[provider])
        }

    def goes_on(self, row):
        first, last = self.numbers(row)
        return first <= self.known_no and (row["until"].year == 2099 or last > self.known_no)

    def numbers(self, row):
        return self.use.calendar.first_from(row["started_on"]), self.use.calendar.up_to(row["counts_to"])

    def accruals(self):
        """Pounds by provider and purpose."""
        costs, use = self.costs, self.use
        billed = set()
        for line in costs.lines:
            if line["net_amount"] > 0 and line["rule"] in TIED and line["paid_on"] <= self.known_to:
                month = month_of(line["service_from"])
                while month <= month_of(line["service_to"]):
                    billed |= {(row["placement_id"], month) for row in line["tied"]}
                    month = (month[0] + month[1] // 12, month[1] % 12 + 1)
        owed = defaultdict(Fraction)
        for (placement, month), days in use.months.items():
            row, first = use.rows[placement], datetime.date(*month, 1)
            if row["commissioner"] != "LA" or not self.start <= first <= self.known_to or (placement, month) in billed:
                continue
            spells = costs.blocks.get(row["provider_id"], [])
            if any(start <= first + datetime.timedelta(days=30) and end >= first for start, end, _ in spells):
                continue
            price = costs.card([row["provider_id"]], first)
            if price is not None:
                sessions = costs.delivered.get((placement, month))
                if sessions is None:
                    sessions = Fraction(row["sessions_per_week"]) * days / 5
                owed[row["provider_id"], "MAIN"] += sessions * Fraction(rounded(price, 6))
        for provider in self.funded:
            due = rounded(self.places[provider], 2) - self.paid_places[provider]
            if due > 0:
                owed[provider, "MAIN"] += Fraction(due)
            due = rounded(self.top_ups[provider], 2) - self.paid_top_ups[provider]
            if due > 0:
                owed[provider, "TOP_UPS"] += Fraction(due)
        return {key: rounded(amount, 2) for key, amount in owed.items()}

    def by_class(self):
        cells = defaultdict(Decimal)
        for (provider, purpose), amount in self.accrued.items():
            for kind in (self.line(provider, purpose)[2], "all"):
                cells[kind] += amount
        for kind in ("PLACES", "TOP_UPS", "INDEPENDENT", "AP_SERVICES", "all"):
            yield self.year, kind, cells[kind]

    def spot(self):
        for row in self.costs.placements:
            if row["commissioner"] == "LA" and not self.costs.blocks.get(row["provider_id"]):
                yield row

    def survival(self):
        """Share of the placements of a type that last longer than so many school days, as steps."""
        known = int(academic_year(self.known_to)[:4])
        durations = defaultdict(list)
        for row in self.spot():
            first, last = self.numbers(row)
            if known - 3 <= int(academic_year(row["started_on"])[:4]) <= known - 1 and first <= min(last, self.known_no):
                ended = row["ended_on"] is not None and last <= self.known_no
                durations[self.use.type_of[row["provider_id"]]].append((min(last, self.known_no) - first + 1, ended))
        steps = {}
        for kind, some in durations.items():
            share, found = 1.0, []
            for days in sorted({days for days, ended in some if ended}):
                there = sum(one >= days for one, _ in some)
                share *= 1 - sum(one == days and ended for one, ended in some) / there
                found.append((days, share if share > 1e-12 else 0.0))
            steps[kind] = found
        return lambda kind, age: next((share for days, share in reversed(steps.get(kind, [])) if days <= age), 1.0)

    def open_now(self):
        lasting = self.survival()
        for row in self.spot():
            price = self.costs.card([row["provider_id"]], self.known_to)
            if price is None or not self.goes_on(row):
                continue
            first, _ = self.numbers(row)
            kind, each = self.use.type_of[row["provider_id"]], Fraction(row["sessions_per_week"]) * Fraction(rounded(price, 6)) / 5
            age = self.known_no - first + 1
            begin, sums = lasting(kind, age), [Fraction(0)] * 3
            for number in range(self.known_no + 1, self.last_no + 1):
                share = 1.0 if begin == 0 else lasting(kind, age + number - self.known_no) / begin
                part = each * Fraction(rounded(Fraction(share), 12))
                planned = row["planned_end_on"]
                stays = planned is None or self.use.calendar.days[number - 1] <= planned
                sums = [sums[0] + (part if stays else 0), sums[1] + part, sums[2] + each]
            yield row["provider_id"], sums

    def starts(self):
        """Low, central and high by provider: what those cost who began in the rest of the two years before."""
        sums = defaultdict(lambda: defaultdict(Fraction))
        for year, (state, _) in self.use.states.items():
            back = self.start.year - int(year[:4])
            if state != "FINISHED" or not 1 <= back <= 2:
                continue
            after = datetime.date(self.known_to.year - back, self.known_to.month, 28)
            for row in self.spot():
                if row["started_on"] <= after or row["started_on"].month == self.known_to.month:
                    continue
                for (placement, month), days in self.use.months.items():
                    if placement == row["placement_id"] and first_of(year) <= datetime.date(*month, 1) <= last_of(year):
                        price = self.costs.card([row["provider_id"]], datetime.date(*month, 1))
                        if price is not None:
                            part = Fraction(row["sessions_per_week"]) * days / 5 * Fraction(rounded(price, 6))
                            sums[year][row["provider_id"]] += part
        order = sorted(sums, key=lambda year: (sum(sums[year].values()), year))
        for provider in {provider for year in sums for provider in sums[year]}:
            of = [sums[year].get(provider, Fraction(0)) for year in order]
            yield provider, [of[0], sum(of) / len(of), of[-1]]

    def forecast(self):
        parts = defaultdict(lambda: [Fraction(0)] * 3)

        def add(component, line, three):
            parts[component, line] = [a + b for a, b in zip(parts[component, line], three)]

        months = (self.known_to.month - 4) % 12 + 1
        # Payments and journals of each month, those of the close with the last.
        for ((year, section, name), month), amount in self.costs.by_month.items():
            if year == self.year and month <= months:
                add("1_ACTUAL", (section, name, CLASSES.get(section, "OTHER")), [Fraction(amount)] * 3)
        before = f"{self.start.year - 1}-{self.start.year % 100:02d}"
        for row in self.costs.journals:
            line, three = (*row["line"][1:], row["class"]), [Fraction(row["amount"])] * 3
            is_accrual = row["kind"] in ("ACCRUAL", "ACCRUAL_REVERSAL")
            if row["year"] == self.year and is_accrual and row["month"] <= months:
                add("2_ACCRUED", line, three)
            elif row["year"] == before and not is_accrual and row["month"] > months:
                add("7_JOURNALS", line, three)
        for (provider, purpose), amount in self.accrued.items():
            add("2_ACCRUED", self.line(provider, purpose), [Fraction(amount)] * 3)
        for provider, three in self.open_now():
            add("3_OPEN", self.line(provider, "MAIN"), three)
        for provider, three in self.starts():
            add("4_STARTS", self.line(provider, "MAIN"), three)
        for provider in self.funded:
            so_far, top_ups = rounded(self.places[provider], 2), rounded(self.top_ups[provider], 2)
            left = self.whole_places[provider] - Fraction(max(self.paid_places[provider], so_far))
            add("5_PLACES", self.line(provider, "MAIN"), [max(left, 0)] * 3)
            left = Fraction(top_ups) + self.rest[provider] - Fraction(max(self.paid_top_ups[provider], top_ups))
            add("6_TOP_UPS", self.line(provider, "TOP_UPS"), [max(left, 0)] * 3)
        cells = {name: [Decimal(0)] * 3 for name in ("1_ACTUAL", "2_ACCRUED", "3_OPEN", "4_STARTS", "5_PLACES", "6_TOP_UPS", "7_JOURNALS", "all")}
        for (component, (_, _, kind)), three in parts.items():
            if kind not in APART:
                for name in (component, "all"):
                    cells[name] = [a + rounded(b, 2) for a, b in zip(cells[name], three)]
        for name, three in cells.items():
            yield (self.year, name, *three)


def forecast_backtest(costs, use, store, outturns):
    """The forecast from the same month of the two finished years before, and what the year before each had cost."""
    (running, known_to), = [(year, known_to) for year, (state, known_to) in use.states.items() if state == "RUNNING"]
    missed = [[], []]
    for back in (1, 2):
        first = int(running[:4]) - back
        year, before = (f"{start}-{(start + 1) % 100:02d}" for start in (first, first - 1))
        if use.states.get(year, ("",))[0] != "FINISHED" or known_to >= last_of(running):
            continue
        day = (datetime.date(known_to.year - back, known_to.month, 28) + datetime.timedelta(days=4)).replace(day=1)
        low, central, high = [
            row[2:] for row in Outlook(costs, use, store, (year, day - datetime.timedelta(days=1))).forecast() if row[1] == "all"
        ][0]
        outturn, naive = outturns[year], outturns.get(before)
        shares = [None if one is None else 100 * abs(Fraction(one) - Fraction(outturn)) / Fraction(outturn) for one in (central, naive)]
        for found, share in zip(missed, shares):
            found += [] if share is None else [share]
        yield running, year, low, central, high, outturn, naive, *(None if one is None else rounded(one, 2) for one in shares)
    if missed[0]:
        yield running, "all", None, None, None, None, None, *(rounded(sum(one) / len(one), 2) if one else None for one in missed)


def provider_league(costs, use, store, costs_of):
    """What each provider was paid, billed and ordered, and what its placements of the council cost."""
    first_week, states = use.window[0], use.states
    years = [
        year for year, (state, _) in states.items()
        if state != "FUTURE" and first_of(year) + datetime.timedelta(days=31) >= first_week
    ]
    paid, contracts, ordered, billed = (defaultdict(Fraction) for _ in range(4))
    for (year, _, _), kind, supplier, amount in costs.ledger:
        if kind not in APART and year in years:
            paid[year, costs.ledger_provider(supplier) or "UNLINKED"] += Fraction(amount)

    def share(start, end, year):
        return (min(end, last_of(year)) - max(start, first_of(year))).days + 1

    for year in years:
        in_year = (last_of(year) - first_of(year)).days + 1
        for row in store["commissioning.contracts"]:
            provider = costs.ledger_provider(row["supplier_id"])
            end = row["expires_on"] or row["ends_on"] or last_of(year)
            if provider and row["starts_on"] <= last_of(year) and end >= first_of(year) and row["annual_value"] is not None:
                contracts[year, provider] += Fraction(row["annual_value"]) * share(row["starts_on"], end, year) / in_year
        for rows, sums in ((store["finance.purchase_orders"], ordered), (costs.lines, billed)):
            for row in rows:
                first, last = row["service_from"], row["service_to"]
                provider = costs.ledger_provider(row["supplier_id"])
                if first is None or last is None or row.get("status") == "CANCELLED" or row.get("kind") in APART:
                    continue
                if provider is None and sums is ordered:
                    continue
                if first <= last_of(year) and last >= first_of(year):
                    sums[year, provider or "UNLINKED"] += Fraction(row["net_amount"]) * share(first, last, year) / ((last - first).days + 1)
    pupils, days, possible, attended = defaultdict(set), defaultdict(int), defaultdict(int), defaultdict(int)
    for (placement, month), open_days in use.months.items():
        row = use.rows[placement]
        if row["commissioner"] == "LA":
            key = financial_year(datetime.date(*month, 1)), use.ledger_of(row["provider_id"])
            pupils[key].add(row["pupil_key"])
            days[key] += open_days
            possible[key] += costs.delivered.get((placement, month), 0)
            attended[key] += use.attended.get((placement, month), 0)
    blocks = {use.ledger_of(provider) for provider, spells in costs.blocks.items() if spells}
    ended = defaultdict(list)
    for placement, cost in costs_of.items():
        row = use.rows[placement]
        if row["ended_on"] is not None:
            ended[financial_year(row["ended_on"]), use.ledger_of(row["provider_id"])].append(cost)
    for key, amount in paid.items():
        finished, some = states[key[0]][0] == "FINISHED", sorted(ended[key])

        def nearest(part):
            return some[math.ceil(part * len(some)) - 1] if len(some) >= 5 else None

        absence = None
        if key[1] not in blocks and finished and possible[key]:
            absence = rounded(max(possible[key] - attended[key], 0) * billed[key] / possible[key], 2)
        yield (
            *key, rounded(contracts[key], 2), rounded(ordered[key], 2), rounded(billed[key], 2), rounded(amount, 2),
            len(pupils[key]), rounded(Fraction(days[key], 5), 6), rounded(possible[key], 1), rounded(attended[key], 1),
            absence, len(some), nearest(Fraction(1, 4)), nearest(Fraction(1, 2)), nearest(Fraction(3, 4)),
        )


def late_lines(costs, use):
    """Lines paid in a later year than that in which their service ended, beside what was accrued for it."""
    classes = ("PLACES", "TOP_UPS", "INDEPENDENT", "AP_SERVICES")
    count, pounds, accrued = defaultdict(int), defaultdict(Decimal), defaultdict(Decimal)
    for line in costs.lines:
        if line["service_to"] is not None and line["kind"] in classes:
            year = financial_year(line["service_to"])
            if line["year"] > year:
                for kind in (line["kind"], "all"):
                    count[year, kind] += 1
                    pounds[year, kind] += line["net_amount"]
    for row in costs.journals:
        if row["kind"] == "ACCRUAL" and row["class"] in classes:
            for kind in (row["class"], "all"):
                accrued[row["year"], kind] += row["amount"]
    for year in sorted({year for year, _, _ in costs.paid}):
        if use.states[year][0] == "FINISHED":
            for kind in (*classes, "all"):
                key = year, kind
                yield (
                    *key, count[key], rounded(pounds[key], 2), rounded(accrued[key], 2), rounded(pounds[key] - accrued[key], 2),
                )


def year_bridge(use, routes):
    """Steps from the spend on the council's placements of one finished year to that of the next."""
    spend = {(row[0], row[2]): Fraction(row[5]) for row in routes if row[1] == "AP" and row[3] == "LA" and row[2] != "all"}
    pupils, children, weeks, sessions = defaultdict(set), defaultdict(set), defaultdict(Fraction), defaultdict(Fraction)
    for (placement, month), days in use.months.items():
        row = use.rows[placement]
        if row["commissioner"] == "LA":
            year, kind = financial_year(datetime.date(*month, 1)), use.type_of.get(row["provider_id"], "NOT_RECORDED")
            pupils[year, kind].add(row["pupil_key"])
            children[year].add(row["pupil_key"])
            weeks[year, kind] += Fraction(days, 5)
            sessions[year, kind] += Fraction(row["sessions_per_week"]) * days / 5
    finished = sorted(year for year, (state, _) in use.states.items() if state == "FINISHED")
    for before, year in zip(finished, finished[1:]):
        if not children[before] or not children[year] or not any(one == before for one, _ in spend):
            continue
        totals = [Fraction(0)] * 8
        for kind in {kind for one, kind in spend if one in (before, year)}:
            old, new = (before, kind), (year, kind)
            gross = spend.get(old, Fraction(0)), spend.get(new, Fraction(0))
            counts = [len(pupils[key]) if key in spend else 0 for key in (old, new)]
            known = [sessions[key] if key in spend else Fraction(0) for key in (old, new)]
            held = [weeks[key] if key in spend else Fraction(0) for key in (old, new)]
            totals[0] += gross[0]
            totals[7] += gross[1]
            unused = any(pounds and not number for pounds, number in zip(gross, known))
            if unused or not any(known):
                continue

            def factor(parts, wholes, of):
                own = parts[of] / wholes[of] if wholes[of] else parts[1 - of] / wholes[1 - of]
                return Fraction(rounded(own, 8))

            w = [factor(held, counts, of) for of in (0, 1)]
            q = [factor(known, held, of) for of in (0, 1)]
            p = factor(gross, known, 0)
            totals[1] += gross[0]
            totals[2] += gross[0] * len(children[year]) / len(children[before])
            totals[3] += counts[1] * w[0] * Fraction(rounded(q[0] * p, 8))
            totals[4] += counts[1] * w[1] * Fraction(rounded(q[0] * p, 8))
            totals[5] += counts[1] * w[1] * Fraction(rounded(q[1] * p, 8))
            totals[6] += gross[1]
        start, used, pupil, mix, duration, intensity, price, end = (rounded(total, 2) for total in totals)
        names = ("1_BEFORE", "2_PUPILS", "3_MIX", "4_DURATION", "5_INTENSITY", "6_PRICE", "7_NOT_USED", "8_AFTER")
        values = (
            start, pupil - used, mix - pupil, duration - mix, intensity - duration, price - intensity,
            (end - price) - (start - used), end,
        )
        for name, value in zip(names, values):
            yield year, name, value


def tables(costs, routes, store, outturns):
    use = Use(costs, store)
    lines = list(recoupment_lines(costs, store))
    costs_of = use.placement_costs()
    outlook = Outlook(costs, use, store)
    claims = [
        "financial_year", "provider_id", "billed_sessions", "possible_sessions", "billed", "delivered_at_price", "over_claim",
        "under_claim", "rate_error",
    ]
    league = [
        "financial_year", "provider_id", "contract_value", "ordered", "invoiced", "paid", "pupils", "placement_weeks",
        "sessions_possible", "sessions_attended", "non_attendance_cost", "ended", "cost_p25", "cost_median", "cost_p75",
    ]
    return {
        "cost_review.recoupment": (None, None, recoupment(lines, store)),
        "cost_review.finance_benchmarks": (None, None, finance_benchmarks(store)),
        "cost_review.cost_per_outcome": (None, None, cost_per_outcome(use, store, costs_of, AS_AT)),
        "cost_review.claims_check": (claims, None, claims_check(costs)),
        "cost_review.accruals": (None, None, outlook.by_class()),
        "cost_review.forecast_outturn": (None, None, outlook.forecast()),
        "cost_review.forecast_backtest": (None, None, forecast_backtest(costs, use, store, outturns)),
        "cost_review.provider_league": (league, None, provider_league(costs, use, store, costs_of)),
        "cost_review.year_bridge": (["financial_year", "step", "amount"], None, year_bridge(use, routes)),
        "cost_review.late_lines": (None, None, late_lines(costs, use)),
        "provision_gap.out_of_area in pounds": (
            ["academic_year", "reason_group", "key_stage", "spend_away", "children_paid_for", "firms_paid", "paid_1", "paid_2"],
            None, use.paid_out_of_area(store),
        ),
    }


# The day on which the demo's clock stands: nothing is known of an end that is nearer to it than 85 school days.
AS_AT = datetime.date(2026, 10, 5)
