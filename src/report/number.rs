//! How numbers are written: one way for every medium.

use chrono::{Datelike, NaiveDate};

use crate::disclosure::{Cell, Decimal, Value};
use crate::project::Unit;
use crate::text::grouped;

/// The minus sign of text set for readers.
const MINUS: char = '\u{2212}';

/// How a number is written, which also says to how many decimals it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `1,234`
    Whole,
    /// `1,234.5`
    OneDecimal,
    /// `1,234`, and `1,234.5` where it is not whole.
    Places,
    /// `£1,234`
    Pounds,
    /// `12.6%`
    Percent,
    /// `0.28`
    Rate,
    /// `0.046`
    Probability,
    /// With the decimals that it has.
    AsIs,
    /// `+12.6%`
    ChangePercent,
    /// `+4.1 points`
    ChangePoints,
    /// `+0.04`
    ChangeRate,
}

impl Format {
    /// Returns how numbers of `unit` are written.
    #[must_use]
    pub fn of(unit: Option<Unit>) -> Self {
        match unit {
            Some(
                Unit::Events
                | Unit::Pupils
                | Unit::People
                | Unit::Placements
                | Unit::Schools
                | Unit::Providers
                | Unit::Rows,
            ) => Self::Whole,
            Some(Unit::Places | Unit::Hours) => Self::Places,
            Some(Unit::Fte | Unit::Weeks | Unit::Days) => Self::OneDecimal,
            Some(Unit::Pounds) => Self::Pounds,
            Some(Unit::Percent) => Self::Percent,
            Some(Unit::RatePer100 | Unit::RatePer1000 | Unit::Ratio | Unit::Number) => Self::Rate,
            Some(Unit::Probability) => Self::Probability,
            None => Self::AsIs,
        }
    }

    /// Returns how a change between two numbers of this format is written in a column.
    #[must_use]
    pub fn of_change(self) -> Self {
        match self {
            Self::Percent => Self::ChangePoints,
            Self::Rate => Self::ChangeRate,
            _ => Self::ChangePercent,
        }
    }

    /// Returns the number as far as it is written.
    #[must_use]
    pub fn rounded(self, number: Decimal) -> Decimal {
        match self {
            Self::Whole | Self::Pounds => number.rounded(0),
            Self::OneDecimal | Self::Percent | Self::ChangePercent | Self::ChangePoints => number.rounded(1),
            Self::Places => {
                let whole = number.rounded(0);
                let tenths = number.rounded(1);
                if tenths.minus(whole).is_zero() { whole } else { tenths }
            }
            Self::Rate | Self::ChangeRate => number.rounded(2),
            Self::Probability => number.rounded(3),
            Self::AsIs => number,
        }
    }

    /// Returns the number as written.
    #[must_use]
    pub fn show(self, number: Decimal) -> String {
        let number = self.rounded(number);
        let digits = grouped(&number.magnitude().to_string());
        let sign = match self {
            _ if number.is_negative() => String::from(MINUS),
            Self::ChangePercent | Self::ChangePoints | Self::ChangeRate if !number.is_zero() => {
                "+".to_owned()
            }
            _ => String::new(),
        };
        match self {
            Self::Pounds => format!("{sign}£{digits}"),
            Self::Percent | Self::ChangePercent => format!("{sign}{digits}%"),
            Self::ChangePoints => format!("{sign}{digits} points"),
            Self::Whole
            | Self::OneDecimal
            | Self::Places
            | Self::Rate
            | Self::Probability
            | Self::AsIs
            | Self::ChangeRate => format!("{sign}{digits}"),
        }
    }

    /// Returns the number format of a spreadsheet cell.
    #[must_use]
    pub fn spreadsheet(self, number: Decimal) -> &'static str {
        match self {
            Self::Whole => "#,##0",
            // One pattern for whole places and others would leave the point of a whole number.
            Self::Places if Self::OneDecimal.rounded(number).minus(number.rounded(0)).is_zero() => "#,##0",
            Self::OneDecimal | Self::Places => "#,##0.0",
            Self::Pounds => "£#,##0;-£#,##0",
            Self::Percent => "0.0\"%\"",
            Self::Rate => "0.00",
            Self::Probability => "0.000",
            Self::AsIs => "General",
            Self::ChangePercent => "+0.0\"%\";-0.0\"%\";0.0\"%\"",
            Self::ChangePoints => "+0.0\" points\";-0.0\" points\";0.0\" points\"",
            Self::ChangeRate => "+0.00;-0.00;0.00",
        }
    }
}

/// Returns a cell as written: a number in `format`, or its symbol in brackets.
pub(super) fn cell(cell: &Cell, format: Format) -> String {
    match cell {
        Cell::Shown(Value::Number(number)) => format.show(*number),
        Cell::Shown(Value::Text(text)) => text.clone(),
        Cell::Shown(Value::Date(day)) => date(*day),
        Cell::Shown(Value::Boolean(yes)) => (if *yes { "yes" } else { "no" }).to_owned(),
        Cell::Hidden => "[c]".to_owned(),
        Cell::NotApplicable => "[z]".to_owned(),
        Cell::Unreliable => "[u]".to_owned(),
        Cell::Missing => "[x]".to_owned(),
    }
}

/// Returns `1 September 2019`.
pub(super) fn date(day: NaiveDate) -> String {
    format!("{} {}", day.day(), day.format("%B %Y"))
}

/// Returns `1,234` for 1234, as an email writes a count of rows.
pub(super) fn count(number: u64) -> String {
    grouped(&number.to_string())
}
