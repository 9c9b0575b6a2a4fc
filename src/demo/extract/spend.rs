//! What the council pays for alternative provision: the invoices, and how they add up.

pub(super) mod biller;

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
    /// Returns the sum of its lines, in pence without VAT.
    pub(super) fn net(&self) -> i64 {
        self.lines.iter().map(|line| line.net).sum()
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
        *totals.entry((financial_year(invoice.paid_on), invoice.account)).or_default() += invoice.net();
    }
    totals
}
