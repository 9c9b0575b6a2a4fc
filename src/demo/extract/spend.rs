//! What the council pays for alternative provision: the invoices, and how they add up.

pub(super) mod biller;
mod planted;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::supplier::Supplier;
use crate::demo::account::Account;
use crate::demo::levels::THIS_YEAR;
use crate::demo::terms::{date, financial_year};

/// One line of an invoice.
#[derive(Debug, Clone)]
pub(super) struct InvoiceLine {
    pub(super) order: Option<String>,
    pub(super) service_from: NaiveDate,
    pub(super) service_to: NaiveDate,
    /// Pence.
    pub(super) net: i64,
    /// Sessions, and pence for one unit; of a line that is billed by the session.
    pub(super) sessions: Option<(i64, i64)>,
    /// The pupil whom the line names; one in ten does.
    pub(super) upn: Option<String>,
    /// The placement that it is for, which no council knows: the truth that matching is held against.
    pub(super) placement: Option<u32>,
    /// VAT in pence where it is not what it should be.
    pub(super) vat: Option<i64>,
}

impl InvoiceLine {
    /// Makes a line of which only the service and the pounds are known.
    pub(super) fn plain(
        order: Option<String>,
        (service_from, service_to): (NaiveDate, NaiveDate),
        net: i64,
    ) -> Self {
        Self { order, service_from, service_to, net, sessions: None, upn: None, placement: None, vat: None }
    }

    /// Makes the credit of it.
    pub(super) fn credit(&self) -> Self {
        let sessions = self.sessions.map(|(sessions, price)| (-sessions, price));
        Self { net: -self.net, sessions, ..self.clone() }
    }
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
    /// Whether it is booked to the year before, in the ledger's thirteenth period.
    pub(super) closing: bool,
}

impl Invoice {
    /// Returns the sum of its lines, in pence without VAT.
    pub(super) fn net(&self) -> i64 {
        self.lines.iter().map(|line| line.net).sum()
    }

    /// Returns the financial year that it is booked to.
    pub(super) fn year(&self) -> i32 {
        financial_year(self.paid_on) - i32::from(self.closing)
    }
}

/// The invoices of one district, in the order of payment.
#[derive(Debug)]
pub(super) struct Spend {
    pub(super) district: u32,
    pub(super) invoices: Vec<Invoice>,
}

/// Returns the first and last day of payments.
pub(super) fn span(first_year: i32) -> (NaiveDate, NaiveDate) {
    (date(first_year, 4, 1), date(THIS_YEAR, 9, 30))
}

/// Adds up the pence by financial year of payment and account.
pub(super) fn by_budget(spend: &Spend) -> BTreeMap<(i32, Account), i64> {
    let mut totals = BTreeMap::new();
    for invoice in &spend.invoices {
        *totals.entry((invoice.year(), invoice.account)).or_default() += invoice.net();
    }
    totals
}
