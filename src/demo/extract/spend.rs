//! What the council is billed and pays for alternative provision: it follows from the placements and the
//! places, with the errors that a cost review looks for.
//!
//! One invoice in twelve names no order and one in thirty never reached the file of invoices; a few lines
//! bill at a wrong rate, after the end, or twice, some of which are credited. Transport has orders of its
//! own, which belong to no placement.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::super::levels::{Size, THIS_YEAR};
use super::super::providers::{Account, PROVIDERS, Price};
use super::super::random::Stream;
use super::super::terms::{date, financial_year, plus, school_day_from, school_weeks, year_code};
use super::super::town::{Placement, Town};
use super::casework::{block_order, order};

/// Invoices that name no order, and those that were never typed in, per mille.
const NAMES_NO_ORDER: u32 = 80;
const NOT_ON_FILE: u32 = 34;

/// One line of an invoice.
#[derive(Debug, Clone)]
pub(super) struct InvoiceLine {
    pub(super) order: Option<String>,
    pub(super) service_from: NaiveDate,
    pub(super) service_to: NaiveDate,
    /// Pence.
    pub(super) net: i64,
}

/// One invoice as paid: one line of the ledger.
#[derive(Debug)]
pub(super) struct Invoice {
    pub(super) number: String,
    pub(super) transaction: u32,
    pub(super) supplier: Supplier,
    pub(super) account: Account,
    pub(super) paid_on: NaiveDate,
    pub(super) charges_vat: bool,
    pub(super) lines: Vec<InvoiceLine>,
    /// Whether its lines were ever typed in; the ledger has the payment either way.
    pub(super) on_file: bool,
}

impl Invoice {
    /// Pence without VAT.
    pub(super) fn net(&self) -> i64 {
        self.lines.iter().map(|line| line.net).sum()
    }
}

/// Whom an invoice is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Supplier {
    /// Place in [`PROVIDERS`].
    Provider(usize),
    /// The firm that drives.
    Transport,
}

impl Supplier {
    /// The ledger's number for the supplier.
    pub(super) fn id(self, district: u32) -> u32 {
        let place = match self {
            Self::Provider(place) => u32::try_from(place).unwrap_or_default(),
            Self::Transport => 90,
        };
        760_001 + district * 100 + place
    }

    /// The name as the ledger has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Provider(place) => PROVIDERS[place].ledger_name,
            Self::Transport => "Wexcombe Private Hire",
        }
    }
}

/// The invoices of one district, in the order of payment.
#[derive(Debug)]
pub(super) struct Spend {
    pub(super) district: u32,
    pub(super) invoices: Vec<Invoice>,
}

/// First and last day of payments.
pub(super) fn span(first_year: i32) -> (NaiveDate, NaiveDate) {
    (date(first_year, 4, 1), date(THIS_YEAR, 9, 30))
}

/// Places that the council commissions from a provider in an academic year.
pub(super) fn commissioned(size: Size, provider: usize, year: i32) -> u32 {
    let growth = 100 - 3 * u32::try_from((2024 - year).clamp(0, 5)).unwrap_or_default();
    (size.at_least_one(PROVIDERS[provider].places) * growth + 50) / 100
}

/// A price of 2025-26, in pence, as it was or will be in the academic year: it rises by 2.8 % of it a year.
pub(super) fn price_in(year: i32, pence: i64) -> i64 {
    pence * i64::from(1000 + 28 * (year - 2025)) / 1000
}

/// The place rate of an academic year: that of state-funded schools has not moved for years.
pub(super) fn place_rate(provider: usize, year: i32) -> i64 {
    match PROVIDERS[provider].price {
        Price::Block { place: 1_000_000, .. } => 1_000_000,
        Price::Block { place, .. } => price_in(year, place),
        Price::Spot { session } | Price::SchoolsPay { session } => price_in(year, session) * 380,
    }
}

/// Everything billed to and paid by the council for one district.
pub(super) fn spend(town: &Town, seed: u64, first_year: i32) -> Spend {
    let mut biller = Biller {
        town,
        chance: Stream::new(seed, "invoices", town.district),
        bills: BTreeMap::new(),
        first_day: span(first_year).0,
    };
    biller.sessions(first_year);
    biller.blocks(first_year);
    biller.transport();
    biller.pay(span(first_year).1)
}

/// A bill before it is paid: from whom, for which account, on which day it is sent.
type Bill = (Supplier, Account, NaiveDate);

struct Biller<'a> {
    town: &'a Town,
    chance: Stream,
    bills: BTreeMap<Bill, Vec<InvoiceLine>>,
    first_day: NaiveDate,
}

impl Biller<'_> {
    /// Sessions by the month, for placements that are bought one by one.
    fn sessions(&mut self, first_year: i32) {
        let weeks: Vec<(i32, NaiveDate, u32)> = (first_year - 1..=THIS_YEAR)
            .flat_map(|year| school_weeks(year).into_iter().map(move |(monday, days)| (year, monday, days)))
            .filter(|(_, monday, _)| *monday >= self.first_day && *monday <= date(THIS_YEAR, 9, 30))
            .collect();
        for placement in self.town.placements.iter().filter(|placement| placement.commissioner == "LA") {
            let Price::Spot { session } = placement.provider().price else { continue };
            // Pence and the academic year, by the first day of the month.
            let mut months: BTreeMap<NaiveDate, i64> = BTreeMap::new();
            let begin = weeks.partition_point(|(_, monday, _)| plus(*monday, 4) < placement.started_on);
            let last_day = placement.last_day();
            for (year, monday, days) in
                weeks.iter().skip(begin).take_while(|(_, monday, _)| *monday <= last_day)
            {
                let sessions = i64::from((placement.sessions * days + 2) / 5);
                let first = date(monday.year(), monday.month(), 1);
                *months.entry(first).or_default() += sessions * price_in(*year, session);
            }
            self.months(placement, &months);
        }
    }

    fn months(&mut self, placement: &Placement, months: &BTreeMap<NaiveDate, i64>) {
        for (first, pence) in months {
            let last = month_end(*first);
            let wrong_rate = if self.chance.chance(20) { self.chance.between(4, 12) } else { 0 };
            let line = InvoiceLine {
                order: order(self.town, placement),
                service_from: placement.started_on.max(*first),
                service_to: placement.last_day().min(last).max(placement.started_on.max(*first)),
                net: pence * (100 + wrong_rate) / 100,
            };
            self.bill(placement, last, line);
        }
        // Now and then a provider goes on billing for a month after the end.
        if placement.ended.is_some()
            && self.chance.chance(22)
            && let Some((first, pence)) = months.last_key_value()
        {
            let next = plus(month_end(*first), 1);
            let line = InvoiceLine {
                order: order(self.town, placement),
                service_from: next,
                service_to: month_end(next),
                net: *pence,
            };
            self.bill(placement, month_end(next), line);
        }
    }

    fn bill(&mut self, placement: &Placement, on: NaiveDate, mut line: InvoiceLine) {
        if self.chance.chance(4) {
            line.order = None;
        }
        let supplier = Supplier::Provider(placement.provider);
        let account = placement.provider().account;
        if self.chance.chance(5) {
            self.add((supplier, account, plus(on, 30)), line.clone());
            if self.chance.chance(600) {
                self.add((supplier, account, plus(on, 60)), InvoiceLine { net: -line.net, ..line.clone() });
            }
        }
        self.add((supplier, account, on), line);
    }

    fn add(&mut self, bill: Bill, line: InvoiceLine) {
        self.bills.entry(bill).or_default().push(line);
    }

    /// Places in three instalments a year, and top-ups for the pupils of each term.
    fn blocks(&mut self, first_year: i32) {
        for year in first_year - 1..=THIS_YEAR {
            for (from, to, thirds) in [
                (date(year, 9, 1), date(year, 12, 31), (1, 14)),
                (date(year + 1, 1, 1), date(year + 1, 3, 31), (1, 12)),
                (date(year + 1, 4, 1), date(year + 1, 8, 31), (1, 12)),
            ] {
                if from < self.first_day || from > date(THIS_YEAR, 9, 1) {
                    continue;
                }
                for (place, provider) in PROVIDERS.iter().enumerate() {
                    let Price::Block { top_up, .. } = provider.price else { continue };
                    let places = i64::from(commissioned(self.town.size, place, year));
                    let line = InvoiceLine {
                        order: Some(block_order(self.town.district, place, year)),
                        service_from: from,
                        service_to: to,
                        net: places * place_rate(place, year) / 3,
                    };
                    self.add((Supplier::Provider(place), provider.account, plus(from, 9)), line);
                    if top_up > 0 && to < date(THIS_YEAR, 9, 1) {
                        let term_weeks = thirds.1;
                        self.top_ups(place, (from, to, term_weeks), price_in(year, top_up));
                    }
                }
            }
        }
    }

    fn top_ups(&mut self, place: usize, (from, to, weeks): (NaiveDate, NaiveDate, i64), top_up: i64) {
        let provider = &PROVIDERS[place];
        let account = if provider.account == Account::Places { Account::TopUps } else { provider.account };
        let days = (to - from).num_days() + 1;
        let town = self.town;
        let there = town.placements.iter().filter(|placement| {
            placement.provider == place
                && placement.commissioner == "LA"
                && placement.started_on <= to
                && placement.last_day() >= from
        });
        for placement in there {
            let (first, last) = (placement.started_on.max(from), placement.last_day().min(to));
            let share = ((last - first).num_days() + 1) * weeks * top_up / 38 / days;
            let net = share * i64::from(placement.sessions) / 10;
            let line =
                InvoiceLine { order: order(town, placement), service_from: first, service_to: last, net };
            self.add((Supplier::Provider(place), account, plus(to, 8)), line);
        }
    }

    /// One bill a month for taxis, none for August.
    fn transport(&mut self) {
        let mut first = self.first_day;
        while first < date(THIS_YEAR, 9, 1) {
            let last = month_end(first);
            if first.month() != 8 {
                let year = super::super::terms::academic_year(first);
                let net = i64::from(self.town.size.at_least_one(11_500)) * self.chance.between(80, 118);
                let order = Some(format!("TRN/{}/{}", self.town.district + 1, year_code(year)));
                let line = InvoiceLine { order, service_from: first, service_to: last, net };
                self.add((Supplier::Transport, Account::Transport, last), line);
            }
            first = plus(last, 1);
        }
    }

    /// Pays the bills, each a few weeks after it was sent, those of the last weeks not yet.
    fn pay(mut self, last_day: NaiveDate) -> Spend {
        let district = self.town.district;
        let mut invoices = Vec::with_capacity(self.bills.len());
        for ((supplier, account, sent_on), mut lines) in std::mem::take(&mut self.bills) {
            let paid_on = school_day_from(plus(sent_on, self.chance.between(9, 36)));
            if paid_on > last_day {
                continue;
            }
            if account != Account::Places && self.chance.chance(NAMES_NO_ORDER) {
                for line in &mut lines {
                    line.order = None;
                }
            }
            let on_file = account == Account::Places || !self.chance.chance(NOT_ON_FILE);
            let prefix: String = supplier.name().chars().filter(char::is_ascii_alphabetic).take(3).collect();
            invoices.push(Invoice {
                number: format!("{}-{}", prefix.to_uppercase(), sent_on.format("%y%m%d")),
                transaction: 0,
                supplier,
                account,
                paid_on,
                charges_vat: matches!(supplier, Supplier::Provider(place) if PROVIDERS[place].charges_vat),
                lines,
                on_file,
            });
        }
        invoices.sort_by(|a, b| (a.paid_on, a.supplier, &a.number).cmp(&(b.paid_on, b.supplier, &b.number)));
        for (transaction, invoice) in (130_000_001 + district * 100_000..).zip(&mut invoices) {
            invoice.transaction = transaction;
        }
        Spend { district, invoices }
    }
}

/// The last day of the month of `day`.
pub(super) fn month_end(day: NaiveDate) -> NaiveDate {
    let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    plus(date(year, month, 1), -1)
}

/// Pence by financial year of payment and account.
pub(super) fn by_budget(spend: &Spend) -> BTreeMap<(i32, Account), i64> {
    let mut totals = BTreeMap::new();
    for invoice in &spend.invoices {
        *totals.entry((financial_year(invoice.paid_on), invoice.account)).or_default() += invoice.net();
    }
    totals
}
