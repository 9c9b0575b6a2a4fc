//! `extracts/finance/payments/payments_2020_04.csv` and on: the ledger's browser, one export a month.
//!
//! Some months begin with what the browser was asked and mark each row in a column of its own; some end
//! with a total, some with hundreds of empty rows; all begin with a byte order mark. Identical lines are
//! two payments, not one.
//!
//! Planted for quarantine: one amount `TBC`, in the first month that states no total.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

use super::ledger::{LedgerLine, Suppliers, period};
use super::output::Output;
use super::spend::{Invoice, Spend, span};
use super::text::{british, grouped_pounds, line, pounds};
use crate::demo::error::DemoError;
use crate::demo::random::Stream;
use crate::demo::terms::{month_end, plus};
use crate::demo::town::district::Town;

/// The monthly exports while they are being written, by first day.
#[derive(Debug)]
pub(super) struct Exports {
    months: BTreeMap<NaiveDate, Month>,
}

#[derive(Debug)]
struct Month {
    file: Output,
    /// Each row begins with a column that says what it is.
    marked: bool,
    states_total: bool,
    empty_rows: u32,
    /// Pence.
    total: i64,
    lines: u64,
}

/// Lines of a month that are not for alternative provision, at least: the one planted line stays below
/// the contract's limit.
const FEWEST: u32 = 120;
const COLUMNS: &str = "Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T),\
    Period,OrderNo";
const ASKED: &str = "query agr_getbrowser 'Monthly Spend Report (SE)',,,,,,,,,,,\r\nsort,,,,,,,,,,,\r\n\
    columns,text apar_id,text xapar_id,amount,text account,text xaccount,text pay_date__1,text voucher_no,text xstr20dim_1,text xdim_1,text period,text order_id\r\n";

impl Exports {
    pub(super) fn create(dir: &Path, seed: u64, first_year: i32) -> Result<Self, DemoError> {
        let mut chance = Stream::new(seed, "payments_form", 0);
        let mut months = BTreeMap::new();
        let (mut first, last) = span(first_year);
        while first < last {
            let name = format!("payments_{:04}_{:02}.csv", first.year(), first.month());
            let mut month = Month {
                file: Output::create(dir.join("extracts/finance/payments").join(name))?,
                marked: chance.chance(550),
                states_total: chance.chance(500),
                empty_rows: if chance.chance(400) { 20 + chance.below(600) } else { 0 },
                total: 0,
                lines: 0,
            };
            month.file.text("\u{feff}")?;
            if month.marked {
                month.file.text(ASKED)?;
                month.file.text(&format!(",{COLUMNS}\r\n\"subtotal,outline \",,,,,,,,,,,\r\n"))?;
            } else {
                month.file.text(&format!("{COLUMNS}\r\n"))?;
            }
            months.insert(first, month);
            first = plus(month_end(first), 1);
        }
        Ok(Self { months })
    }

    /// Writes one district, each month by supplier.
    pub(super) fn write(&mut self, town: &Town, spend: &Spend, seed: u64) -> Result<(), DemoError> {
        let mut chance = Stream::new(seed, "ledger", town.district);
        let suppliers = Suppliers::draw(&mut Stream::new(seed, "suppliers", town.district));
        let mut transaction = 191_000_000 + town.district * 100_000;
        let mut invoices = spend.invoices.iter().peekable();
        let mut planted = town.district > 0;
        for (first, month) in &mut self.months {
            let last = month_end(*first);
            let mut lines = Vec::new();
            while let Some(invoice) = invoices.next_if(|invoice| invoice.paid_on <= last) {
                lines.push(of_invoice(&mut chance, town.district, invoice));
            }
            for _ in 0..town.size.scaled(560).max(FEWEST) + chance.below(town.size.at_least_one(160)) {
                transaction += 1;
                let line = suppliers.line(&mut chance, *first, last, transaction);
                if chance.chance(9) {
                    lines.push(line.clone());
                }
                lines.push(line);
            }
            lines.sort_by_key(|line| (line.supplier_id, line.paid_on, line.transaction));
            for line in &lines {
                month.write(&mut chance, line)?;
            }
            if !planted
                && !month.states_total
                && let Some(line) = lines.first()
            {
                month.row(line, "TBC")?;
                planted = true;
            }
        }
        Ok(())
    }

    /// Closes the files and returns how many lines they hold.
    pub(super) fn finish(self) -> Result<u64, DemoError> {
        let mut lines = 0;
        for mut month in self.months.into_values() {
            lines += month.lines;
            let marker = if month.marked { "INSERTED FOOTER," } else { "" };
            if month.states_total {
                month.file.text(&format!("{marker},,\"{}\",,,,,,,,\r\n", grouped_pounds(month.total)))?;
            }
            let marker = if month.marked { "," } else { "" };
            if month.marked {
                month.file.text("detail,,,,,,,,,,,\r\nfooter,,,,,,,,,,,\r\n")?;
            }
            for _ in 0..month.empty_rows {
                month.file.text(&format!("{marker},,,,,,,,,,\r\n"))?;
            }
            month.file.finish()?;
        }
        Ok(lines)
    }
}

impl Month {
    fn write(&mut self, chance: &mut Stream, line: &LedgerLine) -> Result<(), DemoError> {
        let amount = match line.amount {
            large if large.abs() >= 100_000 => grouped_pounds(large),
            whole if whole % 100 == 0 && chance.chance(600) => (whole / 100).to_string(),
            small => pounds(small),
        };
        self.total += line.amount;
        self.lines += 1;
        self.row(line, &amount)
    }

    fn row(&mut self, of: &LedgerLine, amount: &str) -> Result<(), DemoError> {
        if self.marked {
            self.file.text("INSERTED DETAIL,")?;
        }
        let (id, transaction) = (of.supplier_id.to_string(), of.transaction.to_string());
        self.file.text(&line(&[
            &id,
            &of.supplier_name,
            amount,
            &of.account,
            &of.account_title,
            &british(of.paid_on),
            &transaction,
            &of.service,
            &of.cost_centre,
            &of.period,
            &of.order,
        ]))
    }
}

/// Makes the line of the ledger that pays an invoice, in the many spellings of one cost centre.
fn of_invoice(chance: &mut Stream, district: u32, invoice: &Invoice) -> LedgerLine {
    let code = invoice.account.code();
    let cost_centre = invoice.account.cost_centre();
    // A payment of lines of different orders names no order.
    let mut orders = invoice.lines.iter().map(|line| line.order.as_deref());
    let order = orders.next().flatten().filter(|order| orders.all(|other| other == Some(order)));
    LedgerLine {
        supplier_id: invoice.supplier.id(district),
        supplier_name: invoice.supplier.name().to_owned(),
        amount: invoice.net(),
        account: if chance.chance(300) { code.to_lowercase() } else { code.to_owned() },
        account_title: invoice.account.title().to_owned(),
        paid_on: invoice.paid_on,
        transaction: invoice.transaction,
        service: "Inclusion and SEND".to_owned(),
        cost_centre: match chance.below(10) {
            0 => format!("{cost_centre}\t\t\t"),
            1 => cost_centre.replace(' ', "  "),
            2 => format!("{} ", cost_centre.to_uppercase()),
            _ => cost_centre.to_owned(),
        },
        order: order.unwrap_or_default().to_owned(),
        period: if invoice.closing { format!("{}13", invoice.year()) } else { period(invoice.paid_on) },
    }
}
