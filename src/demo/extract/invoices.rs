//! `extracts/finance/invoices/invoices_2020_21.csv` and on: the lines of the invoices behind the ledger,
//! one file for each financial year of payment, from a spreadsheet saved as text.
//!
//! Planted for quarantine, in years of 120 lines or more: one net amount `TBC` (2023/24), one line without
//! its transaction (2024/25).

use std::collections::BTreeMap;
use std::path::Path;

use super::output::Output;
use super::planted::REGISTER_ROWS;
use super::price::Unit;
use super::spend::{Invoice, InvoiceLine, Spend};
use super::text::{british, grouped_pounds, line, pounds};
use crate::demo::error::DemoError;
use crate::demo::levels::THIS_YEAR;
use crate::demo::random::Stream;
use crate::demo::terms::financial_year;

/// The yearly files while they are being written.
#[derive(Debug)]
pub(super) struct Exports {
    files: BTreeMap<i32, Output>,
    /// Lines of each file so far, with its header.
    written: BTreeMap<i32, u32>,
    /// `truth/invoice_lines.csv`: the placement that each line is for, which no council knows.
    truth: Output,
    seed: u64,
}

const HEADER: [&str; 15] = [
    "Invoice No",
    "TransNo",
    "Supplier ID",
    "PO Number",
    "Service From",
    "Service To",
    "Quantity",
    "Unit",
    "Unit Price",
    "UPN",
    "Net Amount",
    "VAT Amount",
    "Account",
    "Cost Centre(T)",
    "Line Text",
];

impl Exports {
    pub(super) fn create(dir: &Path, seed: u64, first_year: i32) -> Result<Self, DemoError> {
        let mut files = BTreeMap::new();
        for year in first_year..=THIS_YEAR {
            let mut file = Output::create(dir.join("extracts/finance/invoices").join(file_name(year)))?;
            file.windows_1252(&line(&HEADER))?;
            files.insert(year, file);
        }
        let mut truth = Output::create(dir.join("truth/invoice_lines.csv"))?;
        truth.text(&line(&["File", "Line", "TransNo", "Placement"]))?;
        Ok(Self { written: files.keys().map(|year| (*year, 1)).collect(), files, truth, seed })
    }

    /// Writes one district.
    pub(super) fn write(&mut self, spend: &Spend) -> Result<(), DemoError> {
        let mut chance = Stream::new(self.seed, "invoice_form", spend.district);
        for invoice in spend.invoices.iter().filter(|invoice| invoice.on_file) {
            let Some(file) = self.files.get_mut(&financial_year(invoice.paid_on)) else { continue };
            for of in &invoice.lines {
                let fields = row(&mut chance, spend.district, invoice, of);
                file.windows_1252(&line(&fields.each_ref().map(String::as_str)))?;
                let year = financial_year(invoice.paid_on);
                let lines = self.written.entry(year).or_default();
                *lines += 1;
                let placement = of.placement.map(|number| number.to_string()).unwrap_or_default();
                let (file, lines) = (file_name(year), lines.to_string());
                self.truth.text(&line(&[&file, &lines, &invoice.transaction.to_string(), &placement]))?;
            }
        }
        if spend.district == 0 {
            self.plant(spend, &mut chance)?;
        }
        Ok(())
    }

    fn plant(&mut self, spend: &Spend, chance: &mut Stream) -> Result<(), DemoError> {
        for (year, column, text) in [(2023, 10, "TBC"), (2024, 1, "")] {
            let mut of_year = spend.invoices.iter().filter(|invoice| financial_year(invoice.paid_on) == year);
            if of_year.clone().map(|invoice| invoice.lines.len()).sum::<usize>() < REGISTER_ROWS {
                continue;
            }
            let Some((invoice, of)) = of_year.find_map(|invoice| Some((invoice, invoice.lines.first()?)))
            else {
                continue;
            };
            let Some(file) = self.files.get_mut(&year) else { continue };
            let mut fields = row(chance, spend.district, invoice, of);
            text.clone_into(&mut fields[column]);
            file.windows_1252(&line(&fields.each_ref().map(String::as_str)))?;
            *self.written.entry(year).or_default() += 1;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), DemoError> {
        self.truth.finish()?;
        self.files.into_values().try_for_each(Output::finish)
    }
}

fn file_name(year: i32) -> String {
    format!("invoices_{year}_{:02}.csv", (year + 1).rem_euclid(100))
}

/// Formats a line as the spreadsheet shows it: now and then with a pound sign, a month's name, brackets or a minus
/// behind a credit.
fn row(chance: &mut Stream, district: u32, invoice: &Invoice, of: &InvoiceLine) -> [String; 15] {
    let day = |day: chrono::NaiveDate, named: bool| {
        if named { day.format("%d-%b-%y").to_string() } else { british(day) }
    };
    let named = chance.chance(25);
    let net = match of.net {
        credit @ ..0 if chance.chance(500) => format!("({})", grouped_pounds(-credit)),
        credit @ ..0 => format!("{}-", pounds(-credit)),
        net if chance.chance(30) => format!("£{}", grouped_pounds(net)),
        net => pounds(net),
    };
    let due = if invoice.charges_vat { (of.net + if of.net < 0 { -2 } else { 2 }) / 5 } else { 0 };
    let vat = of.vat.unwrap_or(due);
    let unit = of.sessions.and_then(|_| invoice.supplier.provider()).map(Unit::of);
    let quantity =
        unit.zip(of.sessions).map(|(unit, (sessions, _))| unit.quantity(sessions)).unwrap_or_default();
    let space = if chance.chance(20) { " " } else { "" };
    [
        invoice.number.clone(),
        invoice.transaction.to_string(),
        invoice.supplier.id(district).to_string(),
        of.order.as_ref().map(|order| format!("{order}{space}")).unwrap_or_default(),
        day(of.service_from, named),
        day(of.service_to, named),
        quantity,
        unit.map(|unit| unit.word().to_owned()).unwrap_or_default(),
        of.sessions.map(|(_, price)| pounds(price)).unwrap_or_default(),
        of.upn.clone().unwrap_or_default(),
        net,
        pounds(vat),
        invoice.account.code().to_owned(),
        invoice.account.cost_centre().to_owned(),
        format!("AP provision {}", of.service_from.format("%B %Y")),
    ]
}
