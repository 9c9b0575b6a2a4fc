"""Computes the tables of the cost review again: what `recompute.py` computes with.

Written from the definitions: it goes through payments, lines and days one by one where the models join.
"""

import bisect
import datetime
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from recompute import (
    FIVE_DAYS, academic_year, bank_holidays, daily_use, financial_year, last_days, ratio, rounded, school_days,
    to_four_places,
)

CLASSES = {
    "1.0.2": "PLACES", "1.2.1": "TOP_UPS", "1.2.2": "TOP_UPS", "1.2.3": "INDEPENDENT", "1.2.7": "AP_SERVICES",
    "1.2.6": "HOSPITAL", "2.1.4": "TRANSPORT",
}
APART = {"HOSPITAL", "TRANSPORT", "OTHER"}
SESSIONS = {"SESSION": Fraction(1), "DAY": Fraction(2), "PUPIL_WEEK": Fraction(10), "HOUR": Fraction(2, 5)}
LONG_AFTER = datetime.date(2099, 12, 31)
TIED = {"1", "2", "3", "4", "5"}
COMMISSIONERS = ["LA", "OTHER_LA", "SCHOOL", "UNALLOCATED"]


def month_of(day):
    return day.year, day.month


def first_of(year):
    return datetime.date(int(year[:4]), 4, 1)


def last_of(year):
    return datetime.date(int(year[:4]) + 1, 3, 31)


def shared_out(pounds, weights):
    """Pounds by weight in the order given, each part the difference of two rounded sums."""
    whole, up_to, parts = sum(weights), Fraction(0), []
    for weight in weights:
        before = rounded(Fraction(pounds) * up_to / whole, 2)
        up_to += weight
        parts.append(rounded(Fraction(pounds) * up_to / whole, 2) - before)
    return parts


def billed(line):
    """Sessions on a line and pounds for one, where it says."""
    quantity, unit = line["quantity"], line["unit"]
    if quantity is None or unit is None:
        return None, None
    if line["unit_price"] is not None:
        price = Fraction(line["unit_price"])
    elif quantity:
        price = Fraction(line["net_amount"]) / Fraction(quantity)
    else:
        return None, None
    return Fraction(quantity) * SESSIONS[unit], price / SESSIONS[unit]


class Costs:
    """The ledger of alternative provision: each invoice line with its rule and placements."""

    def __init__(self, store):
        self.store = store
        self.of_supplier = defaultdict(list)
        register = {row["provider_id"]: row for row in store["commissioning.providers"]}
        links = {(str(row["supplier_id"]), row["provider_id"]) for row in store["commissioning.supplier_links"]}
        links |= {(row["supplier_id"], row["provider_id"]) for row in register.values() if row["supplier_id"] is not None}
        for supplier, provider in sorted(links):
            self.of_supplier[supplier].append(register[provider])
        self.supplier_of = {row["provider_id"]: row["supplier_id"] for row in store["commissioning.providers"]}
        self.known_to = max(row["week_start"] for row in store["placements.attendance"]) + FIVE_DAYS
        last = last_days(store)
        self.placements = []
        for row in store["placements.placements"]:
            day = last[row["placement_id"]]
            still = row["ended_on"] is None and day == self.known_to
            self.placements.append(
                {
                    **row, "counts_to": day, "until": LONG_AFTER if still else day,
                    "supplier": self.supplier_of.get(row["provider_id"]),
                }
            )
        self.by_supplier, self.by_order, self.by_pupil = defaultdict(list), defaultdict(list), defaultdict(list)
        for row in self.placements:
            if row["supplier"] is not None:
                self.by_supplier[row["supplier"]].append(row)
                self.by_pupil[row["supplier"], row["pupil_key"]].append(row)
                if row["po_no"] is not None:
                    self.by_order[row["po_no"]].append(row)
        self.delivered = defaultdict(int)
        for row in store["placements.attendance"]:
            week = row["week_start"]
            month = (week.year, 9) if week.month == 8 else month_of(week)
            self.delivered[row["placement_id"], month] += row["sessions_possible"]
        terms, holidays = store["reference.term_dates"], bank_holidays(store)
        self.days, day = [], min(term["starts_on"] for term in terms)
        while day <= max(term["ends_on"] for term in terms):
            if day.weekday() < 5 and day not in holidays:
                if any(term["starts_on"] <= day <= term["ends_on"] for term in terms):
                    self.days.append(day)
            day += datetime.timedelta(days=1)
        self.blocks = self.block_places()
        self.cards = defaultdict(list)
        for row in store["commissioning.rate_cards"]:
            if row["unit"] in SESSIONS:
                self.cards[row["provider_id"]].append(row)
        self.pay()
        self.read_lines()
        self.exceptions = self.find_exceptions()

    def block_places(self):
        """Provider, first and last day, places and rate of what is bought in block."""
        found = defaultdict(list)
        for row in self.store["commissioning.commissioned_places"]:
            if row["basis"] == "BLOCK":
                first = int(row["academic_year"][:4])
                month = 8 if row["key_stage"] == "P16" else 9
                start = row["valid_from"] or datetime.date(first, month, 1)
                end = row["valid_to"] or datetime.date(first + 1, month - 1, 31)
                found[row["provider_id"]].append((start, end, row))
        return found

    def is_block(self, supplier, day):
        providers = [row["provider_id"] for row in self.of_supplier[supplier]]
        return any(start <= day <= end for one in providers for start, end, _ in self.blocks[one])

    def pay(self):
        """Transactions by financial year, number and supplier: pounds, class of the budget line, first day."""
        budgets = {(row["financial_year"], row["cost_centre"]): row for row in self.store["finance.budgets"]}
        accounts = {(row["account_code"], row["cost_centre"]): row for row in self.store["finance.ledger_accounts"]}
        self.paid, self.by_line, self.by_month = {}, defaultdict(Decimal), defaultdict(Decimal)
        self.journals, self.accrued, self.ledger = [], defaultdict(Decimal), []
        # Of the ledger's own lines, without journals.
        self.paid_by_month = defaultdict(Decimal)
        for row in self.store["finance.gl_journals"]:
            first, month = int(row["period"][:4]), int(row["period"][4:])
            year = f"{first}-{(first + 1) % 100:02d}"
            budget = budgets.get((year, row["cost_centre"]))
            if budget is None:
                continue
            line = year, budget["s251_line"], budget["budget_line"]
            kind = CLASSES.get(budget["s251_line"], "OTHER")
            self.journals.append({**row, "year": year, "month": month, "line": line, "class": kind})
            if row["kind"] in ("ACCRUAL", "ACCRUAL_REVERSAL"):
                self.accrued[line] += row["amount"]
            else:
                self.by_line[line] += row["amount"]
                self.by_month[line, min(month, 12)] += row["amount"]
        for row in self.store["finance.ledger_lines"]:
            period = row["period"]
            has_period = period is not None and len(period) == 6 and period.isdigit() and 1 <= int(period[4:]) <= 15
            first = int(period[:4]) if has_period else None
            year = f"{first}-{(first + 1) % 100:02d}" if has_period else financial_year(row["paid_on"])
            budget = budgets.get((year, row["cost_centre"]))
            for centre in (row["cost_centre"], None):
                budget = budget or accounts.get((row["account_code"], centre))
            if budget is None:
                continue
            number = row["transaction_no"] or f"{row['_file']} {row['_row']}"
            kind = CLASSES.get(budget["s251_line"], "OTHER")
            entry = self.paid.setdefault((year, number, row["supplier_id"]), [Decimal(0), kind, row["paid_on"]])
            entry[0] += row["amount"]
            entry[1], entry[2] = min(entry[1], kind), min(entry[2], row["paid_on"])
            line = year, budget["s251_line"], budget["budget_line"]
            self.by_line[line] += row["amount"]
            self.ledger.append((line, kind, row["supplier_id"], row["amount"]))
            month = int(period[4:]) if has_period else (row["paid_on"].month - 4) % 12 + 1
            self.by_month[line, min(month, 12)] += row["amount"]
            self.paid_by_month[line, min(month, 12)] += row["amount"]

    def card(self, providers, day, unit=None):
        """Pounds for a session by the newest price that holds on the day."""
        found = [
            (-row["valid_from"].toordinal(), row["provider_id"] if unit else row["unit"], row)
            for provider in providers
            for row in self.cards[provider]
            if unit in (None, row["unit"])
            and row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] >= day)
        ]
        if not found:
            return None
        row = min(found, key=lambda each: each[:2])[2]
        return Fraction(row["price"]) / SESSIONS[row["unit"]]

    def read_lines(self):
        years = {}
        for year, number, supplier in sorted(self.paid, reverse=True):
            years[number, supplier] = year
        block, self.lines = {}, []
        for row in self.store["finance.invoice_lines"]:
            year = years.get((row["transaction_no"], row["supplier_id"]))
            if year is None:
                continue
            _, kind, paid_on = self.paid[year, row["transaction_no"], row["supplier_id"]]
            key = row["supplier_id"], row["service_from"] or paid_on
            if key not in block:
                block[key] = self.is_block(*key)
            routed = "T" if kind in APART else "P" if kind == "PLACES" or (block[key] and kind != "TOP_UPS") else None
            sessions, price = billed(row)
            providers = [each["provider_id"] for each in self.of_supplier[row["supplier_id"]]]
            card = self.card(providers, row["service_from"], row["unit"]) if row["unit"] and row["service_from"] else None
            self.lines.append(
                {
                    **row, "year": year, "kind": kind, "paid_on": paid_on, "routed": routed, "rule": routed, "tied": [],
                    "corrects": None, "sessions": sessions, "billed_price": price, "card": card,
                }
            )
        for line in self.lines:
            if line["rule"] is None and line["net_amount"] > 0:
                line["rule"], line["tied"] = self.match(line)
        self.correct()

    def match(self, line):
        """The first rule that ties a line to placements, and those."""
        first, last, supplier = line["service_from"], line["service_to"], line["supplier_id"]
        if first is None or last is None:
            return "6", []

        def touches(row):
            return (row["started_on"] - last).days <= 31 and (first - row["until"]).days <= 31

        there = self.by_order.get(line["po_no"], [])
        found = [row for row in there if touches(row) and (len(there) == 1 or row["supplier"] == supplier)]
        if line["kind"] == "TOP_UPS":
            found = [row for row in found if row["commissioner"] == "LA"]
        if found:
            return "1" if len(there) == 1 else "2", found
        found = [row for row in self.by_pupil.get((supplier, line["pupil_key"]), []) if touches(row)]
        if found:
            return "3", found
        ours = [row for row in self.by_supplier[supplier] if row["commissioner"] == "LA"]
        if line["card"] and month_of(first) == month_of(last):
            if abs(line["billed_price"] - line["card"]) <= line["card"] / 100:
                month = month_of(first)
                found = [row for row in ours if self.delivered.get((row["placement_id"], month)) == line["sessions"]]
                if len(found) == 1:
                    return "4", found
        due, priced = Fraction(0), []
        for row in ours:
            if row["started_on"] <= last and row["until"] >= first:
                cost = self.card([row["provider_id"]], first)
                if cost is not None:
                    days = sum(
                        max(first, row["started_on"]) <= day <= min(last, row["counts_to"]) for day in self.days
                    )
                    due += Fraction(row["sessions_per_week"]) * days / 5 * cost
                    priced.append(row)
        if priced and abs(Fraction(line["net_amount"]) - due) <= due / 100:
            return "5", priced
        return "6", []

    def correct(self):
        """Credits go with the newest line of the same supplier, order, amount and first day, each with another."""
        originals, credits = defaultdict(list), defaultdict(list)
        for line in self.lines:
            if line["net_amount"] and line["service_from"] is not None:
                key = line["supplier_id"], line["po_no"] or "", line["service_from"], abs(line["net_amount"])
                (originals if line["net_amount"] > 0 else credits)[key].append(line)

        def age(line):
            return line["paid_on"], line["invoice_no"], line["_file"], line["_row"]

        for key, some in credits.items():
            pairs = zip(sorted(some, key=age, reverse=True), sorted(originals[key], key=age, reverse=True))
            for credit, original in pairs:
                if 0 <= (credit["paid_on"] - original["paid_on"]).days <= 180:
                    credit["corrects"] = original
        for line in self.lines:
            if line["rule"] is None:
                original = line["corrects"]
                if line["net_amount"] < 0 and original is None:
                    line["rule"] = "C"
                elif line["net_amount"] < 0 and original["rule"] in TIED:
                    line["rule"], line["tied"] = original["rule"], original["tied"]
                else:
                    line["rule"] = "6"

    def find_exceptions(self):
        """What is not as it should be: kind and pounds of each line, by its place."""
        orders = {row["po_no"]: row for row in self.store["finance.purchase_orders"]}
        lines = [line for line in self.lines if line["kind"] not in APART]
        found = defaultdict(dict)
        corrected = {id(line["corrects"]) for line in self.lines if line["corrects"] is not None}
        spent = defaultdict(Decimal)
        for line in sorted(lines, key=lambda each: (each["paid_on"], each["invoice_no"], each["_file"], each["_row"])):
            kinds, net = found[line["_file"], line["_row"]], line["net_amount"]
            order = orders.get(line["po_no"])
            if order is None:
                kinds["NO_ORDER"] = abs(net)
            else:
                if order["supplier_id"] != line["supplier_id"]:
                    kinds["WRONG_SUPPLIER"] = abs(net)
                if line["account_code"] in (None, order["account_code"]):
                    before, limit = spent[line["po_no"]], order["net_amount"]
                    spent[line["po_no"]] += net
                    excess = max(before + net - limit, 0) - max(before - limit, 0)
                    if excess > 0:
                        kinds["OVER_ORDER"] = excess
            if line["card"] and line["billed_price"] is not None:
                if abs(line["billed_price"] - line["card"]) > line["card"] / 100:
                    kinds["WRONG_RATE"] = abs(rounded((line["billed_price"] - line["card"]) * line["sessions"], 2))
            if line["rule"] == "6":
                kinds["NO_PLACEMENT"] = abs(net)
            if line["routed"] is None and line["service_from"] is not None:
                there = [row for row in self.placements if line["po_no"] and row["po_no"] == line["po_no"]]
                there += self.by_pupil.get((line["supplier_id"], line["pupil_key"]), [])
                if there and line["service_from"] > max(row["until"] for row in there):
                    kinds["AFTER_END"] = abs(net)
        same = defaultdict(lambda: defaultdict(list))
        for line in lines:
            if line["net_amount"] > 0 and line["service_from"] is not None:
                key = (
                    line["supplier_id"], line["po_no"] or "", line["net_amount"], line["service_from"],
                    line["service_to"],
                )
                plain = "".join(letter for letter in line["invoice_no"] if letter.isascii() and letter.isalnum()).upper()
                same[key][line["paid_on"], line["transaction_no"], plain].append(line)
        for key, groups in same.items():
            seen = []
            for paid_on, transaction, plain in sorted(groups):
                mine = sorted(groups[paid_on, transaction, plain], key=lambda each: (each["_file"], each["_row"]))
                own = [group for group in seen if group[2] == plain]
                kind, many = None, 0
                if own and (paid_on - own[-1][0]).days <= 60:
                    kind, many = "DUPLICATE", len(groups[own[-1]])
                elif seen and seen[-1][2] != plain and (paid_on - seen[-1][0]).days <= 60:
                    kind, many = "POSSIBLE_DUPLICATE", len(groups[seen[-1]])
                    if not key[1]:
                        so_far = len(mine) + sum(len(groups[group]) for group in seen)
                        many = so_far - sum(
                            row["commissioner"] == "LA" and row["started_on"] <= key[4] and row["counts_to"] >= key[3]
                            for row in self.by_supplier[key[0]]
                        )
                for line in mine[: max(many, 0)] if kind else []:
                    kinds = found[line["_file"], line["_row"]]
                    kinds["CREDITED" if id(line) in corrected else kind] = line["net_amount"]
                seen.append((paid_on, transaction, plain))
        return found

    def is_clean(self, line):
        line = line["corrects"] or line
        kinds = self.exceptions.get((line["_file"], line["_row"]), {})
        return not {"DUPLICATE", "POSSIBLE_DUPLICATE", "AFTER_END", "WRONG_SUPPLIER"} & set(kinds)

    def pounds(self):
        """Each pound of the ledger once: year, number, supplier, class, rule, status, line or none, pounds."""
        of_transaction = defaultdict(list)
        for line in self.lines:
            of_transaction[line["year"], line["transaction_no"], line["supplier_id"]].append(line)
        for key, (amount, kind, paid_on) in self.paid.items():
            lines = of_transaction.get(key, [])
            whole = "T" if kind in APART else "P" if kind == "PLACES" else None
            if not lines:
                if whole is None and kind != "TOP_UPS" and self.is_block(key[2], paid_on):
                    whole = "P"
                yield key, kind, whole or "NO_INVOICE", status_of(whole or "NO_INVOICE", True), None, amount
                continue
            left = amount - sum(line["net_amount"] for line in lines)
            largest = min(lines, key=lambda each: (-abs(each["net_amount"]), each["_file"], each["_row"]))
            for line in lines:
                net = line["net_amount"] + (left if line is largest and abs(left) <= 1 else 0)
                yield key, kind, line["rule"], status_of(line["rule"], self.is_clean(line)), line, net
            if abs(left) > 1:
                routed = [line["rule"] for line in lines if line["rule"] in ("P", "T")]
                rule = max(routed) if routed else "NO_INVOICE"
                yield key, kind, rule, status_of(rule, True), None, left
        for row in self.journals:
            if row["kind"] not in ("ACCRUAL", "ACCRUAL_REVERSAL", "PEX_ADJUSTMENT", "RECHARGE_SCHOOL", "RECHARGE_OTHER_LA"):
                key = row["year"], row["journal_no"], ("provider", row["provider_id"])
                yield key, row["class"], "J", status_of("J", True), None, row["amount"]

    def parts(self, line):
        """Placements of a line, each with its pounds."""
        source = line["corrects"] or line
        first, last = source["service_from"], source["service_to"]
        rows = sorted(line["tied"], key=lambda row: row["placement_id"])
        sessions = [
            sum(count for (one, month), count in self.delivered_of(row).items() if month_of(first) <= month <= month_of(last))
            for row in rows
        ]
        if not sum(sessions):
            sessions = [Fraction(row["sessions_per_week"]) for row in rows]
        prices = [self.card([row["provider_id"]], first) or 1 for row in rows]
        weights = [Fraction(rounded(Fraction(price), 4)) * count for price, count in zip(prices, sessions)]
        return zip(rows, shared_out(line["net_amount"], weights))

    def delivered_of(self, row):
        if not hasattr(self, "delivered_by"):
            self.delivered_by = defaultdict(dict)
            for (placement, month), count in self.delivered.items():
                self.delivered_by[placement][placement, month] = count
        return self.delivered_by[row["placement_id"]]

    def ledger_provider(self, supplier):
        if isinstance(supplier, tuple):
            return self.ledger_provider(self.supplier_of.get(supplier[1])) or supplier[1]
        providers = self.of_supplier.get(supplier)
        return min(row["provider_id"] for row in providers) if providers else None

    def type_of(self, supplier):
        if isinstance(supplier, tuple):
            rows = self.store["commissioning.providers"]
            return next((row["provision_type"] for row in rows if row["provider_id"] == supplier[1]), "UNLINKED")
        kinds = {row["provision_type"] for row in self.of_supplier.get(supplier, [])}
        return "UNLINKED" if not kinds else next(iter(kinds)) if len(kinds) == 1 else "MIXED"


def status_of(rule, is_clean):
    if rule in ("P", "T", "J"):
        return "NOT_MATCHABLE"
    if rule == "C":
        return "CREDIT_ALONE"
    if rule not in TIED:
        return "UNMATCHED"
    return "MATCHED" if is_clean else "DISPUTED"


def by_status(costs, of):
    lines, spend = defaultdict(int), defaultdict(Decimal)
    for (year, _, _), _, rule, status, _, amount in costs.pounds():
        for name in (rule if of == "rule" else status, "all"):
            lines[year, name] += 1
            spend[year, name] += amount
    return lines, spend


def holders(costs, of):
    """Children, firms and what the two largest firms were paid, by rule or by status."""
    holding = {row["provider_id"]: row["holding_id"] for row in costs.store["commissioning.providers"]}
    children, firms, placed = defaultdict(set), defaultdict(lambda: defaultdict(Decimal)), defaultdict(set)
    for (year, number, supplier), _, rule, status, line, amount in costs.pounds():
        provider = costs.ledger_provider(supplier) if supplier != ("provider", None) else None
        firm = holding.get(provider) or provider or supplier
        firm = number if firm == ("provider", None) else firm
        source = (line["corrects"] or line) if line else None
        tied = {row["pupil_key"] for row in source["tied"]} if source else set()
        if not tied:
            tied = {(source["_file"], source["_row"])} if source else {number}
        for name in (rule if of == "rule" else status, "all"):
            firms[year, name][firm] += amount
            if rule not in ("P", "T", "J"):
                children[year, name] |= tied
            elif rule == "P" and name != "all":
                placed[year, name].add(provider)
    # Behind places stand the children of the provider that had fewest.
    used, days = defaultdict(set), school_days(costs.store)
    for row in costs.placements:
        for day in days[bisect.bisect_left(days, row["started_on"]):]:
            if day > row["counts_to"]:
                break
            used[financial_year(day), row["provider_id"]].add(row["pupil_key"])
    fewest = {
        (year, name): min([len(used[year, at]) for at in providers if (year, at) in used], default=0)
        for (year, name), providers in placed.items()
    }
    found = {}
    for key, paid in firms.items():
        in_order = sorted((abs(amount) for amount in paid.values() if amount), reverse=True) + [Decimal(0)] * 2
        count = sum(1 for amount in paid.values() if amount)
        found[key] = len(children[key]) or fewest.get(key, 0), count, rounded(in_order[0], 2), rounded(in_order[1], 2)
    return found


NOBODY = 0, 0, rounded(0, 2), rounded(0, 2)


def spend_matched(costs):
    lines, spend = by_status(costs, "status")
    behind = holders(costs, "status")
    matchable = ("MATCHED", "DISPUTED", "UNMATCHED")
    for year in {year for year, _ in spend}:
        whole = sum(spend[year, status] for status in matchable)
        for status in (*matchable, "CREDIT_ALONE", "NOT_MATCHABLE", "all"):
            share = ratio(spend[year, status], whole, 4, 100) if status in matchable else None
            yield year, status, lines[year, status], spend[year, status], *behind.get((year, status), NOBODY), share


def spend_by_match_rule(costs):
    lines, spend = by_status(costs, "rule")
    behind = holders(costs, "rule")
    for year in {year for year, _ in spend}:
        for rule in ("1", "2", "3", "4", "5", "6", "NO_INVOICE", "C", "P", "T", "J", "all"):
            yield year, rule, lines[year, rule], spend[year, rule], *behind.get((year, rule), NOBODY)


def invoice_exceptions(costs, kinds):
    """The rows of the kinds that are computed again."""
    invoiced, lines, pounds, firms = defaultdict(Decimal), defaultdict(int), defaultdict(Decimal), defaultdict(set)
    for line in costs.lines:
        if line["kind"] not in APART:
            invoiced[line["year"]] += abs(line["net_amount"])
            for kind, amount in costs.exceptions.get((line["_file"], line["_row"]), {}).items():
                lines[line["year"], kind] += 1
                pounds[line["year"], kind] += amount
                firms[line["year"], kind].add(line["supplier_id"])
    for year, whole in invoiced.items():
        for kind in kinds:
            key = year, kind
            yield *key, lines[key], rounded(pounds[key], 2), len(firms[key]), ratio(pounds[key], whole, 4, 100)


def spend_by_route(costs, store, sessions=10):
    ledger_of = {}
    for row in store["commissioning.providers"]:
        own = costs.ledger_provider(row["supplier_id"])
        ledger_of[row["provider_id"]] = own or row["provider_id"]
    use, placed, days_open = defaultdict(Fraction), defaultdict(set), defaultdict(int)
    for row, fte, open_days in daily_use(store, sessions):
        provider = ledger_of.get(row["provider_id"])
        for day in open_days:
            key = financial_year(day), provider, row["commissioner"]
            use[key] += Fraction(rounded(fte, 4))
            placed[key].add(row["placement_id"])
            days_open[key] += 1
    ever = {ledger_of.get(row["provider_id"]) for row in costs.placements}
    whole, gross = defaultdict(Decimal), defaultdict(Decimal)
    for (year, _, supplier), kind, rule, _, line, amount in costs.pounds():
        provider = costs.ledger_provider(supplier) or "UNLINKED"
        level = "APART" if kind in APART else "AP"
        if kind == "HOSPITAL":
            label = "HOSPITAL_MEDICAL"
        else:
            label = kind if kind in ("TRANSPORT", "OTHER") else costs.type_of(supplier)
        key = year, level, provider, label
        if rule in ("P", "J") or kind == "HOSPITAL":
            whole[(*key, kind)] += amount
            continue
        tied = Decimal(0)
        if line is not None and rule in TIED:
            for row, part in costs.parts(line):
                gross[(*key, row["commissioner"])] += part
                tied += part
        nobody = kind in ("TRANSPORT", "OTHER") or provider not in ever
        gross[(*key, "UNALLOCATED" if nobody else "LA")] += amount - tied
    for (year, level, provider, label, _), amount in whole.items():
        users = [one for one in COMMISSIONERS if use.get((year, provider, one))]
        if not users:
            gross[year, level, provider, label, "UNALLOCATED"] += amount
        else:
            for one, part in zip(users, shared_out(amount, [use[year, provider, one] for one in users])):
                gross[year, level, provider, label, one] += part
    states = financial_states(store)
    first_week = min(row["week_start"] for row in store["placements.attendance"])
    per_year = defaultdict(int)
    for day in school_days(store):
        year = financial_year(day)
        if year in states and day <= states[year][1]:
            per_year[year] += 1
    cells = defaultdict(lambda: [Decimal(0), 0, Fraction(0), 0])
    paid = set()
    for (year, level, provider, label, commissioner), amount in gross.items():
        if year not in per_year or datetime.date(int(year[:4]), 5, 2) < first_week:
            continue
        paid.add((year, level, provider, label))
        for kind in (label, "all"):
            for who in (commissioner, "all"):
                cells[year, level, kind, who][0] += amount
    for (year, provider, commissioner), fte in use.items():
        for _, level, _, label in {entry for entry in paid if entry[0] == year and entry[2] == provider}:
            for kind in (label, "all"):
                for who in (commissioner, "all"):
                    cell = cells[year, level, kind, who]
                    cell[1] += len(placed[year, provider, commissioner])
                    cell[2] += fte
                    cell[3] += days_open[year, provider, commissioner]
    income = defaultdict(Decimal)
    for row in costs.journals:
        if row["kind"] in ("RECHARGE_SCHOOL", "RECHARGE_OTHER_LA"):
            level, label = "APART" if row["class"] in APART else "AP", costs.type_of(("provider", row["provider_id"]))
            whom = "SCHOOL" if row["kind"] == "RECHARGE_SCHOOL" else "OTHER_LA"
            if row["year"] in per_year and datetime.date(int(row["year"][:4]), 5, 2) >= first_week:
                for kind in (label, "all"):
                    for who in (whom, "all"):
                        income[row["year"], level, kind, who] -= row["amount"]
                        cells[row["year"], level, kind, who][0] += 0
    for (year, level, kind, who), (amount, placements, fte, days) in cells.items():
        key = year, level, kind, who
        if kind != "all" and not (amount or income[key] or placements):
            continue
        average, weeks = rounded(fte / per_year[year], 6), rounded(Fraction(days, 5), 6)
        cost = amount if states[year][0] == "FINISHED" else None
        school_net = net_each = None
        if who == "all":
            school = year, level, kind, "SCHOOL"
            school_net = cells.get(school, [Decimal(0)])[0] - income[school]
            council = rounded(cells.get((year, level, kind, "LA"), [0, 0, Fraction(0)])[2] / per_year[year], 6)
            net_each = ratio(cost - income[key], council, 2) if cost is not None else None
        yield (
            year, level, kind, who, states[year][0], amount, income[key], amount - income[key],
            ratio(amount, cells[year, level, "all", "all"][0], 4, 100), placements, average, weeks, school_net,
            ratio(cost, average, 2) if cost is not None else None, ratio(cost, weeks, 2) if cost is not None else None,
            net_each,
        )


def financial_states(store):
    """State of each financial year, and the last day that the ledger knows of it."""
    newest = max(row["paid_on"] for row in store["finance.ledger_lines"])
    oldest = min(row["paid_on"] for row in store["finance.ledger_lines"])
    following = datetime.date(newest.year + newest.month // 12, newest.month % 12 + 1, 1)
    known_to = following - datetime.timedelta(days=1)
    states = {}
    for first in range(oldest.year - 1, known_to.year + 2):
        year = f"{first}-{(first + 1) % 100:02d}"
        state = "FINISHED" if known_to >= last_of(year) else "RUNNING" if first_of(year) <= known_to else "FUTURE"
        states[year] = state, min(known_to, last_of(year))
    return states


def spend_by_provision_type(routes):
    rows = {(row[0], row[2], row[3]): row for row in routes if row[1] == "AP"}
    for (year, kind, who), row in rows.items():
        if who != "all":
            continue
        nobody = (None,) * 5 + (Decimal("0.00"),) + (None,) * 3 + (0, Decimal("0.000000"), Decimal("0.000000"))
        ours = rows.get((year, kind, "LA"), nobody)
        finished = row[4] == "FINISHED"
        spend, income, net, school_net = row[5], row[6], row[7], row[12]
        yield (
            year, kind, row[4], spend, ratio(spend, rows[year, "all", "all"][5], 4, 100), ours[5], ours[9], ours[10],
            ours[11], income, school_net,
            *((ratio(ours[5], ours[10], 2), ratio(ours[5], ours[11], 2), ratio(net, ours[10], 2)) if finished else (None,) * 3),
        )


PROFILES = {
    "TWELFTHS": {month: Fraction(1, 12) for month in range(1, 13)},
    "SCHOOL_MONTHS": {month: Fraction(int(month != 5), 11) for month in range(1, 13)},
    "TERMS": {1: Fraction(5, 12), 6: Fraction(4, 12), 10: Fraction(3, 12)},
}


def budget_position(costs, store):
    """Budget, profile, payments and outturn of each line, part and all."""
    states = financial_states(store)
    rows = defaultdict(lambda: [Decimal(0)] * 4 + [Decimal(0), True])
    merged = defaultdict(list)
    for row in store["finance.budgets"]:
        merged[row["financial_year"], row["s251_line"], row["budget_line"]].append(row)
    for (year, section, name), some in merged.items():
        state, known_to = states[year]
        months = 12 if known_to >= last_of(year) else (known_to.month - 4) % 12 + 1 if state == "RUNNING" else 0
        profile = PROFILES[min((row["profile"] for row in some if row["profile"]), default="TWELFTHS")]
        revised = sum(row["revised"] for row in some)
        profiled = rounded(Fraction(revised) * sum(share for month, share in profile.items() if month <= months), 2)
        paid = costs.by_line.get((year, section, name))
        forecasts = [row["forecast"] for row in some]
        theirs = None if None in forecasts else sum(forecasts)
        accrued = costs.accrued[year, section, name]
        outturn = paid + accrued if state == "FINISHED" and paid is not None else theirs
        part = "APART" if CLASSES.get(section, "OTHER") in APART else "AP"
        if outturn is None and paid is not None and part == "APART":
            # What stands apart goes on as in the year before.
            before = f"{int(year[:4]) - 1}-{year[2:4]}", section, name
            by_then = sum(costs.by_month[before, month] for month in range(1, months + 1))
            outturn = paid + rounded(Fraction(paid) * Fraction(costs.by_line[before] - by_then) / Fraction(by_then), 2)
        for key in ((year, f"{section} {name}"), (year, part), (year, "all")):
            row = rows[key]
            sums = sum(each["approved"] for each in some), revised, profiled, paid or Decimal(0)
            row[:4] = [a + b for a, b in zip(row, sums)]
            row[5] &= outturn is not None
            row[4] += outturn or Decimal(0)
    for key, (approved, revised, profiled, paid, outturn, is_known) in rows.items():
        yield *key, approved, revised, profiled, paid, *((outturn, outturn - revised) if is_known else (None, None))


def place_use(costs, store):
    """Places and their use of each block provider and financial year, day by day."""
    fte_on = defaultdict(Fraction)
    for row, fte, open_days in daily_use(store, 10):
        if costs.blocks.get(row["provider_id"]):
            for day in open_days:
                fte_on[row["provider_id"], day] += Fraction(rounded(fte, 4))
    school, known = defaultdict(int), defaultdict(int)
    for day in costs.days:
        school[academic_year(day)] += 1
    days = school_days(store)
    for day in days:
        known[financial_year(day)] += 1
    first_week = min(row["week_start"] for row in store["placements.attendance"])
    for provider, spells in costs.blocks.items():
        sums = defaultdict(lambda: [Fraction(0)] * 4)
        for day in days:
            there = [row for start, end, row in spells if start <= day <= end]
            places = sum((Fraction(row["places"]) for row in there), Fraction(0))
            if not places:
                continue
            rate = sum(Fraction(row["places"]) * Fraction(row["place_rate"]) for row in there) / places
            fte = fte_on[provider, day]
            void = max(places - fte, 0)
            values = places, fte, void, void * rate / school[academic_year(day)]
            year = financial_year(day)
            sums[year] = [a + b for a, b in zip(sums[year], values)]
        for year, (places, fte, void, cost) in sums.items():
            if datetime.date(int(year[:4]), 5, 2) >= first_week:
                yield (
                    year, provider, rounded(places / known[year], 6), rounded(fte / known[year], 6),
                    ratio(fte, places, 4, 100), rounded(void, 1), rounded(cost, 2),
                )


def price_volume_bridge(costs, store):
    """Contracted, invoiced and the difference as price, volume and mix; the rows with a price and a quantity."""
    states, cells = financial_states(store), defaultdict(lambda: [Fraction(0), Fraction(0), Decimal(0)])
    for order in store["finance.purchase_orders"]:
        provider = costs.ledger_provider(order["supplier_id"])
        first, last = order["service_from"], order["service_to"]
        there = [row["provider_id"] for row in costs.of_supplier.get(order["supplier_id"], [])]
        if provider is None or order["status"] == "CANCELLED" or any(costs.blocks.get(one) for one in there):
            continue
        if order["quantity"] is None or order["unit"] is None or first is None or last is None:
            continue
        price = costs.card(there, first, order["unit"])
        for year, (state, known_to) in states.items():
            days = (min(last, known_to) - max(first, first_of(year))).days + 1
            if state != "FUTURE" and days > 0 and price is not None:
                sessions = Fraction(order["quantity"]) * SESSIONS[order["unit"]] * days / ((last - first).days + 1)
                cells[year, provider, rounded(price, 6)][0] += Fraction(rounded(sessions, 6))
    for line in costs.lines:
        if line["routed"] is None and line["kind"] in ("INDEPENDENT", "AP_SERVICES") and line["service_from"] is not None:
            if line["card"] is not None and line["sessions"] is not None:
                key = financial_year(line["service_from"]), costs.ledger_provider(line["supplier_id"]), rounded(line["card"], 6)
                cells[key][1] += line["sessions"]
                cells[key][2] += line["net_amount"]
    for year in {year for year, _, _ in cells}:
        own = {key: value for key, value in cells.items() if key[0] == year}
        contracted = {key: Fraction(key[2]) * value[0] for key, value in own.items()}
        ordered, sent = sum(value[0] for value in own.values()), sum(value[1] for value in own.values())
        for provider in {key[1] for key in own} | {"all"}:
            some = {key: value for key, value in own.items() if provider in (key[1], "all")}
            whole = sum(contracted[key] for key in some)
            agreed, invoiced = rounded(whole, 2), sum(value[2] for value in some.values())
            price = rounded(sum(Fraction(value[2]) - Fraction(key[2]) * value[1] for key, value in some.items()), 2)
            quantity = invoiced - agreed - price
            volume = mix = None
            if provider == "all" and ordered:
                volume = rounded((sent - ordered) * whole / ordered, 2)
                mix = quantity - volume
                exact = sum((value[1] - sent * value[0] / ordered) * Fraction(key[2]) for key, value in some.items())
                assert abs(exact - Fraction(mix)) < Fraction(2, 100), (year, exact, mix)
            yield (year, provider, agreed, invoiced, invoiced - agreed, price, quantity, volume, mix)



def cost_trend(costs, position):
    """Outturn of alternative provision by year, and its growth a year since the first finished one."""
    first = None
    for year, line, *_, outturn, _ in sorted(position, key=lambda row: row[:2]):
        day = first_of(year)
        last = max(row["paid_on"] for row in costs.store["finance.ledger_lines"])
        if line != "AP" or day > last:
            continue
        growth, finished = None, last_of(year) <= last
        if finished and outturn is not None and outturn > 0:
            if first is not None:
                growth = to_four_places(100 * ((float(outturn) / float(first[1])) ** (1 / (day.year - first[0])) - 1))
            first = first or (day.year, outturn)
        yield year, outturn, growth


def places_exceeded(use, target=Fraction(9, 10)):
    """Block providers by how the children there compare with their places."""
    cells = defaultdict(lambda: [0, Fraction(0), Fraction(0)])
    for year, _, places, average, *_ in use:
        places, average = Fraction(places), Fraction(average)
        if not places:
            continue
        finding = (
            "FAR_ABOVE" if average > 2 * places else "ABOVE" if average > Fraction(6, 5) * places
            else "UNDER_TARGET" if average < places * target else "WITHIN"
        )
        for name in (finding, "all"):
            cell = cells[year, name]
            cell[:] = [cell[0] + 1, cell[1] + places, cell[2] + average]
    for key, (providers, places, average) in cells.items():
        yield *key, providers, rounded(places, 4), rounded(average, 4)


KINDS = [
    "NO_ORDER", "OVER_ORDER", "WRONG_SUPPLIER", "WRONG_RATE", "DUPLICATE", "POSSIBLE_DUPLICATE", "CREDITED", "AFTER_END",
    "NO_PLACEMENT",
]


def tables(store):
    """Each table with the columns that are computed again, and its rows; some tables in part."""
    # Here, because it builds on what this file defines.
    import recompute_money

    costs = Costs(store)
    routes = list(spend_by_route(costs, store))
    lines, of_places = list(budget_position(costs, store)), list(place_use(costs, store))
    position = ["financial_year", "budget_line", "approved_budget", "revised_budget", "profiled", "actual", "outturn", "variance"]
    bridge = [
        "financial_year", "provider_id", "contracted", "invoiced", "total", "price", "quantity", "volume", "mix",
    ]
    places = ["financial_year", "provider_id", "places", "average_fte", "occupancy_fte", "void_place_days", "void_cost"]
    exceptions = ["financial_year", "kind", "lines", "amount", "firms", "share_of_invoiced"]
    route = [
        "financial_year", "level", "provision_type", "commissioner", "period_state", "gross", "income", "net", "share_of_ap",
        "placements", "average_fte", "placement_weeks", "school_use_net", "cost_per_fte", "cost_per_placement_week",
        "net_cost_per_council_fte",
    ]
    kinds_of = [
        "financial_year", "provision_type", "period_state", "spend", "share_of_spend", "council_spend", "council_placements",
        "average_fte", "placement_weeks", "income", "school_use_net", "cost_per_fte", "cost_per_placement_week",
        "whole_cost_per_fte",
    ]
    return {
        "cost_review.spend_matched": (None, None, spend_matched(costs)),
        "cost_review.spend_by_match_rule": (None, None, spend_by_match_rule(costs)),
        "cost_review.invoice_exceptions": (
            exceptions, lambda row: row["kind"] in KINDS, invoice_exceptions(costs, KINDS),
        ),
        "cost_review.spend_by_route": (route, None, routes),
        "cost_review.spend_by_provision_type": (kinds_of, None, spend_by_provision_type(routes)),
        "cost_review.budget_position": (position, None, lines),
        "cost_review.cost_trend": (["financial_year", "outturn", "growth_a_year"], None, cost_trend(costs, lines)),
        "cost_review.places_exceeded": (
            ["financial_year", "finding", "providers", "places", "average_fte"], None, places_exceeded(of_places),
        ),
        "cost_review.price_volume_bridge": (
            bridge, lambda row: row["provider_id"] != "UNPRICED", price_volume_bridge(costs, store),
        ),
        "cost_review.place_funding_by_provider": (places, None, of_places),
        **recompute_money.tables(costs, routes, store, {row[0]: row[6] for row in lines if row[1] == "AP"}),
    }
