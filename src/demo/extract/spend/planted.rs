//! Faults that a cost review looks for and that chance does not make: among the invoices by the session that were paid in
//! 2025/26, two that were paid again under their own number, two lines on each other's orders, two for service of a year
//! before, two with a wrong rate of VAT, one credit of no line, and three that the ledger booked to period 13 and paid in
//! April.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::Invoice;
use crate::demo::provider::Price;
use crate::demo::providers::PROVIDERS;
use crate::demo::terms::{date, plus, school_day_from};

/// Invoices among which the planted ones are few.
const AMONG: usize = 60;

/// Plants them.
pub(super) fn plant(invoices: &mut Vec<Invoice>) {
    let year = date(2025, 4, 1)..=date(2026, 3, 31);
    let by_session = |invoice: &Invoice| {
        let is_spot = |place: usize| matches!(PROVIDERS[place].price, Price::Spot { .. });
        invoice.on_file && invoice.supplier.provider().is_some_and(is_spot)
    };
    let found: Vec<usize> = (0..invoices.len())
        .filter(|&at| year.contains(&invoices[at].paid_on) && by_session(&invoices[at]))
        .filter(|&at| invoices[at].lines.iter().all(|line| line.net > 0))
        .collect();
    if found.len() < AMONG {
        return;
    }
    let april = date(2026, 4, 1)..=date(2026, 4, 30);
    let late: Vec<usize> = (0..invoices.len())
        .filter(|&at| april.contains(&invoices[at].paid_on) && by_session(&invoices[at]))
        .filter(|&at| invoices[at].lines.iter().all(|line| line.service_to <= date(2026, 3, 31)))
        .take(3)
        .collect();
    for at in late {
        invoices[at].closing = true;
    }
    swap_orders(invoices, &found[..20]);
    for &at in &found[20..22] {
        for line in invoices[at].lines.iter_mut().take(1) {
            let earlier = |day: chrono::NaiveDate| date(day.year() - 2, day.month(), day.day().min(28));
            (line.service_from, line.service_to) = (earlier(line.service_from), earlier(line.service_to));
        }
    }
    let charging = found[22..].iter().filter(|&&at| invoices[at].charges_vat).take(2).copied();
    for at in charging.collect::<Vec<_>>() {
        if let Some(line) = invoices[at].lines.first_mut() {
            line.vat = Some(line.net * 15 / 100);
        }
    }
    let mut again: Vec<Invoice> = Vec::new();
    for &at in &found[40..42] {
        let first = &invoices[at];
        again.push(Invoice {
            number: first.number.to_lowercase(),
            transaction: 0,
            paid_on: school_day_from(plus(first.paid_on, 28)),
            lines: first.lines.clone(),
            ..*first
        });
    }
    if let Some(first) = found.get(44).map(|&at| &invoices[at]) {
        let lone: Vec<_> = first
            .lines
            .iter()
            .take(1)
            .map(|line| super::InvoiceLine { net: -15_000, sessions: None, ..line.clone() })
            .collect();
        again.push(Invoice {
            number: format!("{}-C", first.number),
            transaction: 0,
            paid_on: school_day_from(plus(first.paid_on, 40)),
            lines: lone,
            ..*first
        });
    }
    invoices.append(&mut again);
}

/// Lets the first two invoices of different suppliers name each other's orders.
fn swap_orders(invoices: &mut [Invoice], found: &[usize]) {
    let mut seen = BTreeSet::new();
    let with_order: Vec<usize> = found
        .iter()
        .copied()
        .filter(|&at| invoices[at].lines.first().is_some_and(|line| line.order.is_some()))
        .filter(|&at| seen.insert(invoices[at].supplier))
        .take(2)
        .collect();
    let [one, other] = with_order[..] else { return };
    let first = invoices[one].lines[0].order.clone();
    let second = invoices[other].lines[0].order.clone();
    invoices[one].lines[0].order = second;
    invoices[other].lines[0].order = first;
}
