//! The values of one column as an Arrow array that grows, by its type.

use std::collections::HashMap;

use arrow::array::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};

use super::arrow_type::{UNIVERSAL, decimal_type};
use super::cell_fault::{CellFault, CellWarning, FROM_1904};
use super::cell_text::{boolean, is_error, looked_up, scientific, trimmed};
use super::date::{self, DateFault, DateForms};
use super::number::{self, NumberFault};
use super::year;
use crate::privacy::{KeyedPurpose, Upn};
use crate::project::Generalise;
use crate::source::marks::Marks;

/// What is known of the numbers of a column.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Amounts {
    /// The sum of every cell that was money or another decimal, in minor units.
    pub(super) total: i128,
    /// The number of the last cell, in minor units, where it was one.
    pub(super) last: Option<i128>,
}

impl Amounts {
    /// Takes money or another decimal, in minor units.
    fn add(&mut self, value: i128) {
        self.total += value;
        self.last = Some(value);
    }
}

/// A column's array as it grows, and what its type needs to fill it.
pub(super) enum Values {
    Text(StringBuilder),
    Integer(Int64Builder),
    Boolean(BooleanBuilder),
    Money(Decimal128Builder, u8),
    Decimal(Decimal128Builder, u8),
    Date(Date32Builder, DateForms),
    Moment(TimestampMicrosecondBuilder, DateForms),
    Birth(Int64Builder, DateForms, Generalise),
    BirthMonth(StringBuilder, DateForms),
    Lookup(StringBuilder, HashMap<String, String>),
    /// A year of birth, or nothing, as quarantine holds it.
    ReplayedYear(Int64Builder),
    /// A pseudonym, or nothing, as quarantine holds it.
    Replayed(StringBuilder),
    Year(StringBuilder),
    Upn(StringBuilder, UpnTo),
    Pseudonym(StringBuilder, KeyedPurpose),
}

/// What is written for a pupil number.
pub(super) enum UpnTo {
    /// Its pseudonym. A pupil is in many rows, so each pseudonym is computed once.
    Pseudonym(KeyedPurpose, HashMap<Upn, String>),
    /// A null: the number is tested and dropped.
    Nothing,
}

impl Values {
    /// Appends one value; a number is noted in `amounts` as well.
    pub(super) fn push(
        &mut self,
        text: &str,
        marks: Marks,
        amounts: &mut Amounts,
    ) -> Result<Option<CellWarning>, CellFault> {
        let fault = |rule, reason| CellFault { rule, reason };
        let (from_1904, trimmed) = (marks.has(Marks::FROM_1904), trimmed(text));
        if is_error(trimmed) {
            return Err(fault("error_cell", "is the error of a spreadsheet's formula"));
        }
        match self {
            Self::Text(array) => {
                array.append_value(text);
                return Ok(scientific(trimmed).then_some(CellWarning("scientific_notation")));
            }
            Self::Integer(array) => {
                let whole = number::decimal(trimmed, 0).ok().and_then(|value| i64::try_from(value).ok());
                let whole = whole.ok_or(fault("integer", "is not a whole number"))?;
                array.append_value(whole);
                amounts.last = Some(i128::from(whole));
            }
            Self::Boolean(array) => {
                let truth = boolean(trimmed).ok_or(fault("boolean", "is neither yes nor no"))?;
                array.append_value(truth);
            }
            Self::Money(array, scale) => {
                let (value, destroyed) = number::money(trimmed, *scale).map_err(|why| match why {
                    NumberFault::Form => fault("money", "is not a sum of money"),
                    NumberFault::Scale => fault("money", "has more decimal places than the contract"),
                    NumberFault::Range => fault("money", "has more digits than the store keeps"),
                })?;
                array.append_value(value);
                amounts.add(value);
                return Ok(destroyed.then_some(CellWarning("destroyed_pound_sign")));
            }
            Self::Decimal(array, scale) if marks.has(Marks::TIME) => {
                let hours = number::hours(trimmed, *scale);
                let value = hours.ok_or(fault("decimal", "is a time that is not hours and minutes"))?;
                array.append_value(value);
                amounts.add(value);
                return Ok(Some(CellWarning("time_as_hours")));
            }
            Self::Decimal(array, scale) => {
                let value = number::decimal(trimmed, *scale).map_err(|why| match why {
                    NumberFault::Form => fault("decimal", "is not a number"),
                    NumberFault::Scale => fault("decimal", "has more decimal places than the contract"),
                    NumberFault::Range => fault("decimal", "has more digits than the store keeps"),
                })?;
                array.append_value(value);
                amounts.add(value);
            }
            Self::Date(array, forms) => {
                let date = forms.parse(trimmed, from_1904).map_err(day_fault)?;
                array.append_value(date::days(date));
            }
            Self::Moment(array, forms) => {
                let moment = forms.read_moment(trimmed, from_1904).map_err(|why| match why {
                    DateFault::Form => fault("timestamp", "is not a day with a time in a declared format"),
                    why => day_fault(why),
                })?;
                array.append_value(moment.timestamp_micros());
            }
            Self::Birth(array, forms, by) => {
                let date = forms.parse_birth(trimmed, from_1904).map_err(day_fault)?;
                array.append_option(date::coarse(date, by));
            }
            Self::BirthMonth(array, forms) => {
                let date = forms.parse_birth(trimmed, from_1904).map_err(day_fault)?;
                array.append_value(date.format("%Y-%m").to_string());
            }
            Self::Lookup(array, known) => {
                let found = known.get(&looked_up(trimmed));
                array.append_option(found);
                return Ok(found.is_none().then_some(CellWarning("not_in_lookup")));
            }
            Self::ReplayedYear(array) => array.append_option(trimmed.parse().ok()),
            // Appended before normalisation.
            Self::Replayed(array) => array.append_value(text),
            Self::Year(array) => {
                let year = year::parse(trimmed).ok_or(fault("year", "is not a year such as 2018-19"))?;
                array.append_value(year);
            }
            Self::Upn(array, to) => {
                let upn = Upn::parse(trimmed).map_err(|why| match why {
                    crate::privacy::UpnFault::Form => fault("upn_form", "is not a unique pupil number"),
                    crate::privacy::UpnFault::CheckLetter => {
                        fault("upn_check_letter", "is a unique pupil number with the wrong check letter")
                    }
                })?;
                match to {
                    UpnTo::Pseudonym(purpose, known) => {
                        array.append_value(known.entry(upn).or_insert_with(|| purpose.of_upn(&upn)));
                    }
                    UpnTo::Nothing => array.append_null(),
                }
                return Ok(upn.is_temporary().then_some(CellWarning("upn_temporary")));
            }
            Self::Pseudonym(array, purpose) => array.append_value(purpose.of_text(&trimmed.to_uppercase())),
        }
        Ok(None)
    }

    pub(super) fn push_null(&mut self) {
        match self {
            Self::Text(array)
            | Self::Year(array)
            | Self::Upn(array, _)
            | Self::BirthMonth(array, _)
            | Self::Lookup(array, _)
            | Self::Replayed(array)
            | Self::Pseudonym(array, _) => array.append_null(),
            Self::Integer(array) | Self::Birth(array, ..) | Self::ReplayedYear(array) => array.append_null(),
            Self::Boolean(array) => array.append_null(),
            Self::Money(array, _) | Self::Decimal(array, _) => array.append_null(),
            Self::Date(array, _) => array.append_null(),
            Self::Moment(array, _) => array.append_null(),
        }
    }
}

/// Returns why a cell is not a day.
fn day_fault(why: DateFault) -> CellFault {
    let fault = |rule, reason| CellFault { rule, reason };
    match why {
        DateFault::Form => fault("date", "is not a date in a declared format"),
        DateFault::Century => fault(
            "century",
            "has a year of two figures and lies after today: state the first of its hundred years by `years_from`",
        ),
        DateFault::Unborn => fault("birth_after_today", "is a day of birth after the day of reading"),
        DateFault::From1904 => fault(FROM_1904, "is a plain number in a workbook whose days count from 1904"),
    }
}

pub(super) fn moments() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_timezone(UNIVERSAL)
}

pub(super) fn decimals(scale: u8) -> Decimal128Builder {
    Decimal128Builder::new().with_data_type(decimal_type(scale))
}
