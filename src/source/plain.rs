//! Reads single cells as a contract would, for those who write one.

use chrono::NaiveDate;

use super::contract::cell_text;
use super::contract::date::{Form, is_likely};
use super::contract::number::{self, NumberFault};
use super::contract::year;
use super::intake::{layout, totals};
use super::{column_name, row};

/// How a text fits a number of some decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFit {
    /// It is such a number.
    Fits,
    /// It is a number of more decimal places.
    MorePlaces,
    /// It is not a number, or one of more digits than the store keeps.
    Not,
}

/// A form in which days are written.
#[derive(Debug)]
pub struct DayForm(Form);

impl DayForm {
    /// Prepares a format of dates, as a contract writes it.
    #[must_use]
    pub fn new(format: &str) -> Self {
        Self(Form::new(format))
    }

    /// Reads a text as a day that a council's records may have.
    #[must_use]
    pub fn read(&self, cell: &str) -> Option<NaiveDate> {
        self.0.read(cell, chrono_tz::UTC).filter(|day| is_likely(*day))
    }
}

/// Returns how a cell fits a decimal number; with `as_money`, a sum of money.
#[must_use]
pub fn fits_number(cell: &str, scale: u8, as_money: bool) -> NumberFit {
    let read =
        if as_money { number::money(cell, scale).map(drop) } else { number::decimal(cell, scale).map(drop) };
    match read {
        Ok(()) => NumberFit::Fits,
        Err(NumberFault::Scale) => NumberFit::MorePlaces,
        Err(NumberFault::Form | NumberFault::Range) => NumberFit::Not,
    }
}

/// Returns a cell without white space, and characters of no width, at its ends.
#[must_use]
pub fn trimmed(cell: &str) -> &str {
    cell_text::trimmed(cell)
}

/// Returns whether a cell holds nothing but white space.
#[must_use]
pub fn is_blank(cell: &str) -> bool {
    row::is_blank(cell)
}

/// Returns whether a cell is yes or no.
#[must_use]
pub fn is_boolean(cell: &str) -> bool {
    cell_text::boolean(cell).is_some()
}

/// Returns whether a cell is an academic or a financial year, as `2018-19`.
#[must_use]
pub fn is_year(cell: &str) -> bool {
    year::parse(cell).is_some()
}

/// Returns whether a cell is what a spreadsheet shows where a formula failed.
#[must_use]
pub fn is_error(cell: &str) -> bool {
    cell_text::is_error(cell)
}

/// Returns whether a cell is the label of a total, and nothing else.
#[must_use]
pub fn is_a_total(cell: &str) -> bool {
    totals::is_a_total(cell)
}

/// Returns whether a cell begins, or ends, as the label of a total does.
#[must_use]
pub fn begins_as_a_total(cell: &str) -> bool {
    totals::begins_as_a_total(cell)
}

/// Returns a name of a column as names are compared.
#[must_use]
pub fn same_name(name: &str) -> String {
    column_name::normalise(name)
}

/// The cells of a row, and its merged cells: the first place and the last of each.
pub(super) type NamedRow = (Vec<String>, Vec<(usize, usize)>);

/// Joins the names of a header that spans several rows, each with its merged cells, column by column.
#[must_use]
pub fn joined_names(rows: Vec<NamedRow>) -> Vec<String> {
    layout::joined(&rows.into())
}

/// Returns the pattern that fits `name` and nothing else.
#[must_use]
pub fn exact_pattern(name: &str) -> String {
    super::pattern::exact(name)
}
