use super::cell_text::{boolean, fold};
use super::date::{Form, is_likely};
use super::{number, year};
use crate::project::{Column, ColumnType};

/// Returns what a column expects of a cell that a person corrects, where `text` is not that: a number, a day, one of its
/// codes.
#[must_use]
pub fn expected_of(column: &Column, text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return column.required.then(|| "a value, which each row must have".to_owned());
    }
    let codes: Vec<&String> = column.map.keys().chain(column.map.values()).chain(&column.allowed).collect();
    if !codes.is_empty() && !codes.iter().any(|code| fold(code) == fold(text)) {
        let mut known: Vec<String> =
            column.map.values().chain(&column.allowed).map(|code| format!("`{code}`")).collect();
        known.sort();
        known.dedup();
        return Some(format!("one of {}", known.join(", ")));
    }
    let (fits, expected) = match &column.kind {
        ColumnType::Money(of) => {
            (number::money(text, of.scale).is_ok(), "an amount, as `1234.50`".to_owned())
        }
        ColumnType::Decimal(of) => {
            (number::decimal(text, of.scale).is_ok(), "a number, as `0.25`".to_owned())
        }
        ColumnType::Integer => (number::decimal(text, 0).is_ok(), "a whole number".to_owned()),
        ColumnType::Boolean => (boolean(text).is_some(), "`yes` or `no`".to_owned()),
        ColumnType::Date(of) => {
            let mut forms = of.format.0.iter().map(|format| Form::new(format));
            let is_day = |form: Form| form.read(text, chrono_tz::UTC).is_some_and(is_likely);
            (forms.any(is_day), format!("a day as `{}`", of.format.0.join("` or `")))
        }
        ColumnType::Timestamp(of) => {
            let mut forms = of.format.0.iter().map(|format| Form::new(format));
            let is_moment = |form: Form| form.read_moment(text, chrono_tz::UTC).is_some();
            (forms.any(is_moment), format!("a day with its time as `{}`", of.format.0.join("` or `")))
        }
        ColumnType::AcademicYear | ColumnType::FinancialYear => {
            (year::parse(text).is_some(), "a year, as `2018-19`".to_owned())
        }
        ColumnType::Text | ColumnType::Upn => return None,
    };
    (!fits && codes.is_empty()).then_some(expected)
}
