use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Date32Builder, Int64Builder, StringBuilder};
use arrow::datatypes::DataType;

use super::arrow_type::data_type;
use super::cell_fault::{CellFault, CellWarning, REQUIRED, fault_of_shape};
use super::cell_text::{fold, strange_character, tidy, trimmed};
use super::cells::Cells;
use super::date::{DateFault, DateForms, Reading};
use super::number;
use super::values::{Amounts, UpnTo, Values, decimals, moments};
use super::year;
use crate::privacy::{KeyedPurpose, Upn};
use crate::project::{Column, ColumnType, Generalise, OnBad, Privacy};
use crate::source::column_name::normalise;
use crate::source::marks::Marks;
use crate::source::quarantine::PERSONAL;
use crate::source::row::is_blank;

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
    amounts: Amounts,
    /// Cells that were not blank, and those of them that were refused.
    filled: u64,
    refused: u64,
    values: Values,
}

impl<'a> ColumnWriter<'a> {
    /// Builds the writer of a column. `purpose`: its pseudonyms, if the contract asks for them.
    pub(super) fn new(
        definition: &'a Column,
        cells: Cells,
        purpose: Option<KeyedPurpose>,
        reading: Reading,
    ) -> Self {
        let typed = cells != Cells::Written;
        let forms = |of| DateForms::new(of, typed, reading);
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
            (ColumnType::Timestamp(of), _, None) => Values::Moment(moments(), forms(of)),
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
        let codes = by_spelling(definition.map.iter().map(|(from, to)| (from.as_str(), to.as_str())));
        Self {
            definition,
            // The source's own codes come last: one of them may be spelled as another code of ours.
            codes: ours.map(|to| (fold(to), to.as_str())).chain(codes).collect(),
            allowed: by_spelling(definition.allowed.iter().map(|code| (code.as_str(), code.as_str()))),
            blanks: definition.blanks.iter().map(|blank| fold(blank)).collect(),
            listed: HashMap::new(),
            tidied: String::new(),
            amounts: Amounts::default(),
            filled: 0,
            refused: 0,
            values,
        }
    }

    /// Sets a list of codes: each is written as the list has it. Of codes that differ only by case each is itself, and
    /// any other spelling is the first of them in the order of text, whatever the order of the set.
    pub(super) fn with_list(self, codes: HashSet<String>) -> Self {
        let mut codes: Vec<String> = codes.into_iter().collect();
        codes.sort_unstable_by(|one, other| other.cmp(one));
        let mut listed: HashMap<String, String> =
            codes.iter().map(|code| (fold(code), code.clone())).collect();
        listed.extend(codes.into_iter().map(|code| (code.clone(), code)));
        Self { listed, ..self }
    }

    /// Sets a look-up: each value is replaced by what the list has for it.
    pub(super) fn with_lookup(self, known: HashMap<String, String>) -> Self {
        Self { values: Values::Lookup(StringBuilder::new(), known), ..self }
    }

    /// Returns the count of cells that were not blank, and of those of them that were refused.
    pub(in crate::source) fn cells(&self) -> (u64, u64) {
        (self.filled, self.refused)
    }

    /// Returns the column's name in the source, the first where it may have several.
    pub(in crate::source) fn source_name(&self) -> &'a str {
        self.source_names().first().map_or(self.definition.name.get_ref(), String::as_str)
    }

    /// Returns the names that the column may have in the source.
    pub(in crate::source) fn source_names(&self) -> &'a [String] {
        let own = std::slice::from_ref(self.definition.name.get_ref());
        self.definition.from.as_ref().map_or(own, |from| from.0.as_slice())
    }

    /// Returns whether the source may call the column `wanted`, a normalised name.
    pub(in crate::source) fn has_source_name(&self, wanted: &str) -> bool {
        self.source_names().iter().any(|name| normalise(name) == wanted)
    }

    /// Returns whether a cell is one of the column's type; `None` for types that any text fits.
    pub(in crate::source) fn fits(&self, cell: &str) -> Option<bool> {
        let cell = trimmed(cell);
        match &self.values {
            Values::Money(..) | Values::Decimal(..) => Some(self.amount(cell).is_some()),
            Values::Integer(_) => Some(number::decimal(cell, 0).is_ok()),
            Values::Date(_, forms) | Values::Birth(_, forms, _) | Values::BirthMonth(_, forms) => {
                Some(forms.read(cell, false) != Err(DateFault::Form))
            }
            Values::Moment(_, forms) => Some(forms.read_moment(cell, false) != Err(DateFault::Form)),
            Values::Year(_) => Some(year::parse(cell).is_some()),
            Values::Upn(..) => Some(Upn::parse(cell).is_ok()),
            _ => None,
        }
    }

    /// Returns whether the column is of a type that not every text fits.
    pub(in crate::source) fn is_typed(&self) -> bool {
        self.is_of_numbers() || self.is_of_days() || matches!(self.values, Values::Year(_) | Values::Upn(..))
    }

    /// Returns whether a cell is a word that the contract takes for blank.
    pub(in crate::source) fn is_blank_code(&self, cell: &str) -> bool {
        self.blanks.contains(&fold(cell))
    }

    /// Returns whether the column holds numbers.
    pub(in crate::source) fn is_of_numbers(&self) -> bool {
        matches!(self.values, Values::Money(..) | Values::Decimal(..) | Values::Integer(_))
    }

    /// Returns whether the column is read as days.
    pub(in crate::source) fn is_of_days(&self) -> bool {
        matches!(
            self.values,
            Values::Date(..) | Values::Moment(..) | Values::Birth(..) | Values::BirthMonth(..)
        )
    }

    /// Returns the column's name in the store.
    pub(in crate::source) fn name(&self) -> &'a str {
        self.definition.name.get_ref()
    }

    /// Types one cell and appends it. A cell that is refused is appended as null, so that the columns of a
    /// batch stay of one length; its row is set aside, unless the contract says that such a cell is blank.
    pub(in crate::source) fn push(
        &mut self,
        cell: &str,
        marks: Marks,
    ) -> Result<Option<CellWarning>, CellFault> {
        self.amounts.last = None;
        match self.type_cell(cell, marks) {
            Err(fault) if self.definition.on_bad == OnBad::Null && fault != REQUIRED => {
                Ok(Some(CellWarning("bad_cell_as_blank")))
            }
            typed => typed,
        }
    }

    fn type_cell(&mut self, cell: &str, marks: Marks) -> Result<Option<CellWarning>, CellFault> {
        if let Values::Replayed(array) = &mut self.values {
            // A pseudonym is not normalised, mapped or tested for a check letter.
            let value = Some(cell).filter(|cell| !is_blank(cell) && *cell != PERSONAL);
            array.append_option(value);
            self.filled += u64::from(value.is_some());
            let lacks = value.is_none() && self.definition.required;
            let dropped = matches!(self.definition.privacy, Privacy::Drop);
            return if lacks && !dropped { Err(REQUIRED) } else { Ok(None) };
        }
        if marks != Marks::default()
            && let Some(fault) = self.fault_of(cell, marks)
        {
            self.filled += 1;
            self.refused += 1;
            self.values.push_null();
            return Err(fault);
        }
        tidy(&mut self.tidied, cell, self.definition);
        let guarded = self
            .tidied
            .strip_prefix('\'')
            .is_some_and(|rest| !rest.is_empty() && trimmed(rest).bytes().all(|byte| byte.is_ascii_digit()));
        if guarded {
            self.tidied.remove(0);
        }
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
        let as_text = !self.is_of_numbers() && !self.is_of_days();
        let listed = if self.listed.is_empty() { None } else { found(&self.listed, coded, None) };
        match self.values.push(listed.map_or(coded, String::as_str), marks, &mut self.amounts) {
            Ok(warning) => {
                let shown = as_text && (marks.has(Marks::CODE) || marks.has(Marks::OTHERWISE));
                let guarded = guarded.then_some(CellWarning("apostrophe_before_figures"));
                let strange = || strange_character(&self.tidied).filter(|_| as_text).map(CellWarning);
                Ok(warning
                    .or(shown.then_some(CellWarning("number_shown_as_code")))
                    .or(guarded)
                    .or_else(strange))
            }
            Err(fault) => {
                self.refused += 1;
                self.values.push_null();
                Err(fault)
            }
        }
    }

    /// Returns why a cell cannot be read, by what its format knows of it.
    fn fault_of(&self, cell: &str, marks: Marks) -> Option<CellFault> {
        if marks.has(Marks::UNCALCULATED) {
            return Some(CellFault {
                rule: "formula_without_result",
                reason: "is a formula that was never calculated: open the file in a spreadsheet and save it",
            });
        }
        if marks.has(Marks::NOT_UTF8) {
            return Some(CellFault { rule: "encoding", reason: "holds bytes that are not UTF-8" });
        }
        if let Some(fault) = fault_of_shape(marks) {
            return Some(fault);
        }
        if matches!(self.values, Values::Money(..)) && marks.has(Marks::PERCENT) && !is_blank(cell) {
            return Some(CellFault { rule: "money", reason: "is a percentage and no sum of money" });
        }
        if matches!(self.values, Values::Money(..)) && marks.has(Marks::FOREIGN) && !is_blank(cell) {
            return Some(CellFault {
                rule: "money",
                reason: "is shown as a sum of another currency, expected pounds",
            });
        }
        if self.is_of_numbers() && marks.has(Marks::OTHERWISE) && !is_blank(cell) {
            return Some(CellFault {
                rule: "number_shown_otherwise",
                reason: "is shown as another number than it is, by a sign, `CR`, `k` or figures of its format",
            });
        }
        let as_text = !self.is_of_numbers() && !self.is_of_days();
        (as_text && marks.has(Marks::DIGITS_LOST)).then_some(CellFault {
            rule: "digits_lost",
            reason: "is a number of more than 15 digits, and a spreadsheet keeps 15: store it as text",
        })
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
        self.amounts.total
    }

    /// Returns the number of the last cell, in minor units, where it was one.
    pub(in crate::source) fn number(&self) -> Option<i128> {
        self.amounts.last
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
            Values::Moment(array, _) => Arc::new(array.finish()),
            Values::Date(array, _) => Arc::new(array.finish()),
        }
    }
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
        found(codes, tidied, Some(folded)).copied().ok_or(unmapped)?
    };
    if allowed.is_empty() {
        return Ok(mapped);
    }
    let strange = CellFault { rule: "not_allowed", reason: "is not one of the allowed codes" };
    found(allowed, mapped, None).copied().ok_or(strange)
}

/// Returns codes by their text and by their text whatever its case. Where two differ only by case, either is found as it
/// is written, and no other spelling says which of them is meant.
fn by_spelling<'b>(codes: impl Iterator<Item = (&'b str, &'b str)> + Clone) -> HashMap<String, &'b str> {
    let (mut known, mut doubtful) = (HashMap::new(), Vec::new());
    for (from, to) in codes.clone() {
        if known.insert(fold(from), to).is_some_and(|other| other != to) {
            doubtful.push(fold(from));
        }
    }
    known.retain(|from, _| !doubtful.contains(from));
    known.extend(codes.map(|(from, to)| (from.trim().to_owned(), to)));
    known
}

/// Returns what is known of a text as it is written, or else whatever its case. `folded`: the text without its case,
/// where the caller has it.
fn found<'m, T>(known: &'m HashMap<String, T>, text: &str, folded: Option<&str>) -> Option<&'m T> {
    known.get(text.trim()).or_else(|| match folded {
        Some(folded) => known.get(folded),
        None => known.get(&fold(text)),
    })
}

#[cfg(test)]
mod tests;
