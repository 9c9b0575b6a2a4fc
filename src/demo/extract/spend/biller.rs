//! What the council is billed: it follows from the placements and the places, with the errors that a cost review
//! looks for.
//!
//! One invoice in twelve names no order and one in thirty never reached the file of invoices; a few lines
//! bill at a wrong rate, after the end, or twice, some of which are credited. Transport has orders of its
//! own, which belong to no placement. One provider's firm is paid under a new number from 1 June 2026, which the register
//! does not have. Lines by the session say how many and at what price, and one in ten whom for.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::super::codes::{block_order, placement_order, transport_order};
use super::super::price::{Unit, commissioned, place_rate, price_in};
use super::super::supplier::Supplier;
use super::{Invoice, InvoiceLine, Spend, planted, span};
use crate::demo::account::Account;
use crate::demo::levels::THIS_YEAR;
use crate::demo::provider::Price;
use crate::demo::providers::PROVIDERS;
use crate::demo::random::Stream;
use crate::demo::terms::{academic_year, date, month_end, plus, school_day_from, school_weeks};
use crate::demo::town::district::Town;
use crate::demo::town::placement::Placement;

/// Invoices that name no order, and those that were never typed in, per mille.
const NAMES_NO_ORDER: u32 = 80;
const NOT_ON_FILE: u32 = 34;

/// Makes everything billed to and paid by the council for one district.
pub(in crate::demo::extract) fn spend(town: &Town, seed: u64, first_year: i32) -> Spend {
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

/// What one placement had in a month.
#[derive(Debug, Clone, Copy, Default)]
struct Month {
    sessions: i64,
    pence: i64,
    /// Pence for a session.
    session: i64,
    last_monday: NaiveDate,
}

struct Biller<'a> {
    town: &'a Town,
    chance: Stream,
    bills: BTreeMap<Bill, Vec<InvoiceLine>>,
    first_day: NaiveDate,
}

impl Biller<'_> {
    /// Bills sessions by the month, for placements that are bought one by one.
    fn sessions(&mut self, first_year: i32) {
        let weeks: Vec<(i32, NaiveDate, u32)> = (first_year - 1..=THIS_YEAR)
            .flat_map(|year| school_weeks(year).into_iter().map(move |(monday, days)| (year, monday, days)))
            .filter(|(_, monday, _)| *monday >= self.first_day && *monday <= date(THIS_YEAR, 9, 30))
            .collect();
        for placement in self.town.placements.iter().filter(|placement| placement.commissioner == "LA") {
            let Price::Spot { session } = placement.provider().price else { continue };
            let mut months: BTreeMap<NaiveDate, Month> = BTreeMap::new();
            let begin = weeks.partition_point(|(_, monday, _)| plus(*monday, 4) < placement.started_on);
            let last_day = placement.last_day();
            for (year, monday, days) in
                weeks.iter().skip(begin).take_while(|(_, monday, _)| *monday <= last_day)
            {
                let sessions = i64::from((placement.sessions * days + 2) / 5);
                let first = date(monday.year(), monday.month(), 1);
                let month = months.entry(first).or_default();
                month.session = price_in(*year, session);
                month.sessions += sessions;
                month.pence += sessions * month.session;
                month.last_monday = *monday;
            }
            self.months(placement, &months);
        }
    }

    fn months(&mut self, placement: &Placement, months: &BTreeMap<NaiveDate, Month>) {
        for (first, month) in months {
            let last = month_end(*first);
            let wrong_rate = if self.chance.chance(20) { self.chance.between(4, 12) } else { 0 };
            // A week that begins in August is the first of the new school year, and its days are in September.
            let days =
                if first.month() == 8 { (plus(last, 1), plus(month.last_monday, 4)) } else { (*first, last) };
            let from = placement.started_on.max(days.0);
            let net = month.pence * (100 + wrong_rate) / 100;
            let line = InvoiceLine::plain(
                placement_order(self.town, placement),
                (from, placement.last_day().min(days.1).max(from)),
                net,
            );
            let price = Unit::of(placement.provider).price(month.session) * (100 + wrong_rate) / 100;
            self.bill(placement, last, InvoiceLine { sessions: Some((month.sessions, price)), ..line });
        }
        // Now and then a provider goes on billing for a month after the end.
        if placement.ended.is_some()
            && self.chance.chance(22)
            && let Some((first, month)) = months.last_key_value()
        {
            let next = plus(month_end(*first), 1);
            let order = placement_order(self.town, placement);
            let line = InvoiceLine::plain(order, (next, month_end(next)), month.pence);
            let price = Unit::of(placement.provider).price(month.session);
            self.bill(
                placement,
                month_end(next),
                InvoiceLine { sessions: Some((month.sessions, price)), ..line },
            );
        }
    }

    fn bill(&mut self, placement: &Placement, on: NaiveDate, mut line: InvoiceLine) {
        if self.chance.chance(4) {
            line.order = None;
        }
        line.placement = Some(placement.number);
        line.upn = placement.number.is_multiple_of(10).then(|| self.town.pupil(placement.pupil).upn.clone());
        let supplier = Supplier::Provider(placement.provider);
        let account = placement.provider().account;
        if self.chance.chance(5) {
            self.add((supplier, account, plus(on, 30)), line.clone());
            if self.chance.chance(600) {
                self.add((supplier, account, plus(on, 60)), line.credit());
            }
        }
        self.add((supplier, account, on), line);
    }

    fn add(&mut self, bill: Bill, line: InvoiceLine) {
        self.bills.entry(bill).or_default().push(line);
    }

    /// Bills places in three instalments a year, and top-ups for the pupils of each term.
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
                    let order = Some(block_order(self.town.district, place, year));
                    let line = InvoiceLine::plain(order, (from, to), places * place_rate(place, year) / 3);
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
            let line = InvoiceLine {
                placement: Some(placement.number),
                ..InvoiceLine::plain(placement_order(town, placement), (first, last), net)
            };
            self.add((Supplier::Provider(place), account, plus(to, 8)), line);
        }
    }

    /// Bills taxis each month but August.
    fn transport(&mut self) {
        let mut first = self.first_day;
        while first < date(THIS_YEAR, 9, 1) {
            let last = month_end(first);
            if first.month() != 8 {
                let year = academic_year(first);
                let net = i64::from(self.town.size.at_least_one(11_500)) * self.chance.between(80, 118);
                let order = Some(transport_order(self.town.district, year));
                let line = InvoiceLine::plain(order, (first, last), net);
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
            let supplier = supplier.paid_on(paid_on);
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
                charges_vat: supplier.provider().is_some_and(|place| PROVIDERS[place].charges_vat),
                lines,
                on_file,
                closing: false,
            });
        }
        if district == 0 {
            invoices
                .sort_by(|a, b| (a.paid_on, a.supplier, &a.number).cmp(&(b.paid_on, b.supplier, &b.number)));
            planted::plant(&mut invoices);
            invoices.retain(|invoice| invoice.paid_on <= last_day);
        }
        invoices.sort_by(|a, b| (a.paid_on, a.supplier, &a.number).cmp(&(b.paid_on, b.supplier, &b.number)));
        for (transaction, invoice) in (130_000_001 + district * 100_000..).zip(&mut invoices) {
            invoice.transaction = transaction;
        }
        Spend { district, invoices }
    }
}
