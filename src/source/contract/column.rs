use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder};
use arrow::datatypes::DataType;

use super::cells::Cells;
use super::date::{self, DateForms};
use super::number::{self, NumberFault};
use super::year;
use crate::privacy::{KeyedPurpose, Upn};
use crate::project::{Column, ColumnType, Generalise, Normalise, Privacy};
use crate::source::quarantine::PERSONAL;
use crate::source::row::is_blank;

/// What spreadsheets write where a formula failed.
const ERROR_CELLS: &[&str] = &["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"];

/// Why a cell was refused. Never holds the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct CellFault {
    /// The rule that it broke.
    pub(in crate::source) rule: &'static str,
    /// The rule in words.
    pub(in crate::source) reason: &'static str,
}

/// A warning about a cell: counted, not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct CellWarning(pub(in crate::source) &'static str);

/// Types the cells of one column, one after another, into an Arrow array.
pub(in crate::source) struct ColumnWriter<'a> {
    pub(in crate::source) definition: &'a Column,
    /// The source's codes, in small letters, to ours.
    codes: HashMap<String, &'a str>,
    /// The allowed codes, in small letters, to how the contract writes them.
    allowed: HashMap<String, &'a str>,
    /// Codes of a list, in small letters, to how the list writes them.
    listed: HashMap<String, String>,
    blanks: Vec<String>,
    tidied: String,
    /// Sum of every cell that was a sum of money, in minor units.
    total: i128,
    /// Cells that were not blank, and those of them that were refused.
    filled: u64,
    refused: u64,
    values: Values,
}

/// A column's array as it grows, and what its type needs to fill it.
enum Values {
    Text(StringBuilder),
    Integer(Int64Builder),
    Boolean(BooleanBuilder),
    Money(Decimal128Builder, u8),
    Decimal(Decimal128Builder, u8),
    Date(Date32Builder, DateForms),
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
enum UpnTo {
    /// Its pseudonym. A pupil is in many rows, so each pseudonym is computed once.
    Pseudonym(KeyedPurpose, HashMap<Upn, String>),
    /// A null: the number is tested and dropped.
    Nothing,
}

impl<'a> ColumnWriter<'a> {
    /// Builds the writer of a column. `purpose`: its pseudonyms, if the contract asks for them.
    pub(super) fn new(definition: &'a Column, cells: Cells, purpose: Option<KeyedPurpose>) -> Self {
        let typed = cells != Cells::Written;
        let forms = |of| DateForms::new(of, typed);
        let values = match (&definition.kind, &definition.privacy, purpose) {
            (_, privacy, None) if cells == Cells::Replayed && privacy.is_personal() => {
                if data_type(definition) == DataType::Int64 {
                    Values::ReplayedYear(Int64Builder::new())
                } else {
                    Values::Replayed(StringBuilder::new())
                }
            }
            (ColumnType::Upn, _, Some(purpose)) => {
                Values::Upn(StringBuilder::new(), UpnTo::Pseudonym(purpose, HashMap::new()))
            }
            (ColumnType::Upn, _, None) => Values::Upn(StringBuilder::new(), UpnTo::Nothing),
            (_, _, Some(purpose)) => Values::Pseudonym(StringBuilder::new(), purpose),
            (ColumnType::Date(of), Privacy::Generalise(Generalise::BirthMonth), None) => {
                Values::BirthMonth(StringBuilder::new(), forms(of))
            }
            (ColumnType::Date(of), Privacy::Generalise(by), None) => {
                Values::Birth(Int64Builder::new(), forms(of), by.clone())
            }
            (ColumnType::Date(of), _, None) => Values::Date(Date32Builder::new(), forms(of)),
            (ColumnType::Text, _, None) => Values::Text(StringBuilder::new()),
            (ColumnType::Integer, _, None) => Values::Integer(Int64Builder::new()),
            (ColumnType::Boolean, _, None) => Values::Boolean(BooleanBuilder::new()),
            (ColumnType::Money(of), _, None) => Values::Money(decimals(of.scale), of.scale),
            (ColumnType::Decimal(of), _, None) => Values::Decimal(decimals(of.scale), of.scale),
            (ColumnType::AcademicYear | ColumnType::FinancialYear, _, None) => {
                Values::Year(StringBuilder::new())
            }
        };
        let ours = definition.map.values().filter(|_| cells == Cells::Replayed);
        let codes = definition.map.iter().map(|(from, to)| (fold(from), to.as_str()));
        Self {
            definition,
            // The source's own codes come last: one of them may be spelled as another code of ours.
            codes: ours.map(|to| (fold(to), to.as_str())).chain(codes).collect(),
            allowed: definition.allowed.iter().map(|code| (fold(code), code.as_str())).collect(),
            blanks: definition.blanks.iter().map(|blank| fold(blank)).collect(),
            listed: HashMap::new(),
            tidied: String::new(),
            total: 0,
            filled: 0,
            refused: 0,
            values,
        }
    }

    /// Sets a list of codes: each is written as the list has it. Of codes that differ only by case the first in the
    /// order of text is written, whatever the order of the set.
    pub(super) fn with_list(self, codes: HashSet<String>) -> Self {
        let mut codes: Vec<String> = codes.into_iter().collect();
        codes.sort_unstable_by(|one, other| other.cmp(one));
        Self { listed: codes.into_iter().map(|code| (fold(&code), code)).collect(), ..self }
    }

    /// Sets a look-up: each value is replaced by what the list has for it.
    pub(super) fn with_lookup(self, known: HashMap<String, String>) -> Self {
        Self { values: Values::Lookup(StringBuilder::new(), known), ..self }
    }

    /// Returns the count of cells that were not blank, and of those of them that were refused.
    pub(in crate::source) fn cells(&self) -> (u64, u64) {
        (self.filled, self.refused)
    }

    /// Returns the column's name in the source.
    pub(in crate::source) fn source_name(&self) -> &'a str {
        self.definition.from.as_deref().unwrap_or(self.definition.name.get_ref())
    }

    /// Returns the column's name in the store.
    pub(in crate::source) fn name(&self) -> &'a str {
        self.definition.name.get_ref()
    }

    /// Types one cell and appends it. A cell that is refused is appended as null, so that the columns of a
    /// batch stay of one length; its row is set aside.
    pub(in crate::source) fn push(&mut self, cell: &str) -> Result<Option<CellWarning>, CellFault> {
        if let Values::Replayed(array) = &mut self.values {
            // A pseudonym is not normalised, mapped or tested for a check letter.
            let value = Some(cell).filter(|cell| !is_blank(cell) && *cell != PERSONAL);
            array.append_option(value);
            self.filled += u64::from(value.is_some());
            let lacks = value.is_none() && self.definition.required;
            let dropped = matches!(self.definition.privacy, Privacy::Drop);
            return if lacks && !dropped { Err(REQUIRED) } else { Ok(None) };
        }
        tidy(&mut self.tidied, cell, self.definition);
        let is_coded = !self.codes.is_empty() || !self.allowed.is_empty() || !self.listed.is_empty();
        let folded = (is_coded || !self.blanks.is_empty()).then(|| fold(&self.tidied));
        let blank = is_blank(&self.tidied) || folded.as_ref().is_some_and(|text| self.blanks.contains(text));
        if blank {
            self.values.push_null();
            return if self.definition.required { Err(REQUIRED) } else { Ok(None) };
        }
        self.filled += 1;
        let coded = match code(&self.tidied, folded.as_deref(), &self.codes, &self.allowed) {
            Ok(coded) => coded,
            Err(fault) => {
                self.refused += 1;
                self.values.push_null();
                return Err(fault);
            }
        };
        let listed = if self.listed.is_empty() { None } else { self.listed.get(&fold(coded)) };
        match self.values.push(listed.map_or(coded, String::as_str), &mut self.total) {
            Ok(warning) => Ok(warning),
            Err(fault) => {
                self.refused += 1;
                self.values.push_null();
                Err(fault)
            }
        }
    }

    /// Appends a null, for a row that is set aside or a column that the source lacks.
    pub(in crate::source) fn push_null(&mut self) {
        self.values.push_null();
    }

    /// Returns the amount of a cell in minor units, for columns of money and other decimals.
    pub(in crate::source) fn amount(&self, cell: &str) -> Option<i128> {
        match &self.values {
            Values::Money(_, scale) => number::money(cell, *scale).ok().map(|(value, _)| value),
            Values::Decimal(_, scale) => number::decimal(cell, *scale).ok(),
            _ => None,
        }
    }

    /// Returns the decimal places of a column that adds up: money and other decimals.
    pub(in crate::source) fn money_scale(&self) -> Option<u8> {
        match &self.values {
            Values::Money(_, scale) | Values::Decimal(_, scale) => Some(*scale),
            _ => None,
        }
    }

    /// Returns the sum of every cell that was an amount, in minor units.
    pub(in crate::source) fn total(&self) -> i128 {
        self.total
    }

    /// Returns the array of all cells since the last call.
    pub(in crate::source) fn finish(&mut self) -> ArrayRef {
        match &mut self.values {
            Values::Text(array)
            | Values::Year(array)
            | Values::Upn(array, _)
            | Values::BirthMonth(array, _)
            | Values::Lookup(array, _)
            | Values::Replayed(array)
            | Values::Pseudonym(array, _) => Arc::new(array.finish()),
            Values::Integer(array) | Values::Birth(array, ..) | Values::ReplayedYear(array) => {
                Arc::new(array.finish())
            }
            Values::Boolean(array) => Arc::new(array.finish()),
            Values::Money(array, _) | Values::Decimal(array, _) => Arc::new(array.finish()),
            Values::Date(array, _) => Arc::new(array.finish()),
        }
    }
}

const REQUIRED: CellFault = CellFault { rule: "required", reason: "is blank and may not be" };

impl Values {
    /// Appends one value; one of money is added to `total` as well.
    fn push(&mut self, text: &str, total: &mut i128) -> Result<Option<CellWarning>, CellFault> {
        let fault = |rule, reason| CellFault { rule, reason };
        let trimmed = text.trim();
        if ERROR_CELLS.contains(&trimmed) {
            return Err(fault("error_cell", "is the error of a spreadsheet's formula"));
        }
        match self {
            Self::Text(array) => {
                array.append_value(text);
                return Ok(scientific(trimmed).then_some(CellWarning("scientific_notation")));
            }
            Self::Integer(array) => {
                let whole = number::decimal(trimmed, 0).ok().and_then(|value| i64::try_from(value).ok());
                array.append_value(whole.ok_or(fault("integer", "is not a whole number"))?);
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
                *total += value;
                return Ok(destroyed.then_some(CellWarning("destroyed_pound_sign")));
            }
            Self::Decimal(array, scale) => {
                let value = number::decimal(trimmed, *scale).map_err(|why| match why {
                    NumberFault::Form => fault("decimal", "is not a number"),
                    NumberFault::Scale => fault("decimal", "has more decimal places than the contract"),
                    NumberFault::Range => fault("decimal", "has more digits than the store keeps"),
                })?;
                array.append_value(value);
                *total += value;
            }
            Self::Date(array, forms) => {
                let date = forms.parse(trimmed).ok_or(fault("date", "is not a date in a declared format"))?;
                array.append_value(date::days(date));
            }
            Self::Birth(array, forms, by) => {
                let date = forms.parse(trimmed).ok_or(fault("date", "is not a date in a declared format"))?;
                array.append_option(date::coarse(date, by));
            }
            Self::BirthMonth(array, forms) => {
                let date = forms.parse(trimmed).ok_or(fault("date", "is not a date in a declared format"))?;
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

    fn push_null(&mut self) {
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
        }
    }
}

/// Returns the Arrow type of a column, before privacy drops it.
pub(in crate::source) fn data_type(column: &Column) -> DataType {
    match (&column.kind, &column.privacy) {
        (_, Privacy::Pseudonymise(_))
        | (ColumnType::Date(_), Privacy::Generalise(Generalise::BirthMonth)) => DataType::Utf8,
        (ColumnType::Date(_), Privacy::Generalise(_)) | (ColumnType::Integer, _) => DataType::Int64,
        (ColumnType::Date(_), _) => DataType::Date32,
        (ColumnType::Boolean, _) => DataType::Boolean,
        (ColumnType::Money(of) | ColumnType::Decimal(of), _) => decimal_type(of.scale),
        (ColumnType::Text | ColumnType::Upn | ColumnType::AcademicYear | ColumnType::FinancialYear, _) => {
            DataType::Utf8
        }
    }
}

/// Returns the type of an amount. The check has made sure that no scale is above the precision.
fn decimal_type(scale: u8) -> DataType {
    DataType::Decimal128(number::PRECISION, i8::try_from(scale).unwrap_or(0))
}

fn decimals(scale: u8) -> Decimal128Builder {
    Decimal128Builder::new().with_data_type(decimal_type(scale))
}

/// Returns a value as it is looked up in a list: in capitals, without white space.
pub(super) fn looked_up(value: &str) -> String {
    value.chars().filter(|character| !character.is_whitespace()).collect::<String>().to_uppercase()
}

/// Returns a code as it is compared: in small letters, trimmed.
fn fold(code: &str) -> String {
    code.trim().to_lowercase()
}

/// Returns the contract's code for a cell; the cell itself where the contract names no codes.
fn code<'b>(
    tidied: &'b str,
    folded: Option<&str>,
    codes: &HashMap<String, &'b str>,
    allowed: &HashMap<String, &'b str>,
) -> Result<&'b str, CellFault> {
    let Some(folded) = folded else { return Ok(tidied) };
    let mapped = if codes.is_empty() {
        tidied
    } else {
        let unmapped =
            CellFault { rule: "unmapped_code", reason: "is a code that the contract does not map" };
        codes.get(folded).copied().ok_or(unmapped)?
    };
    if allowed.is_empty() {
        return Ok(mapped);
    }
    let strange = CellFault { rule: "not_allowed", reason: "is not one of the allowed codes" };
    allowed.get(&fold(mapped)).copied().ok_or(strange)
}

/// Writes the cell into `tidied`, normalised as the contract says.
fn tidy(tidied: &mut String, cell: &str, column: &Column) {
    tidied.clear();
    tidied.push_str(if column.kind == ColumnType::Text { cell } else { cell.trim() });
    for step in &column.normalise {
        match step {
            Normalise::Trim => replace(tidied, |text| text.trim().to_owned()),
            Normalise::Uppercase if tidied.is_ascii() => tidied.make_ascii_uppercase(),
            Normalise::Uppercase => replace(tidied, str::to_uppercase),
            Normalise::Lowercase if tidied.is_ascii() => tidied.make_ascii_lowercase(),
            Normalise::Lowercase => replace(tidied, str::to_lowercase),
            Normalise::CollapseSpaces => {
                replace(tidied, |text| text.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            Normalise::Alphanumeric => tidied.retain(char::is_alphanumeric),
        }
    }
}

fn replace(text: &mut String, by: impl FnOnce(&str) -> String) {
    *text = by(text);
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// Returns whether a spreadsheet has made a number of an identifier: `3.36203E+11`.
fn scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once("E+") else { return false };
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    !mantissa.is_empty() && !exponent.is_empty() && number(mantissa) && number(exponent)
}

#[cfg(test)]
mod tests;
