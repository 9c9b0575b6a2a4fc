//! Judges typed rows: by rules in SQL, code lists and the days on which their codes were valid, other tables, ranges
//! and patterns. Each has a severity of its own.

use std::collections::{HashMap, HashSet};

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::NaiveDate;
use regex::Regex;

use super::rules::PlannedRule;
use super::{date, number};
use crate::engine::Predicate;
use crate::project::{
    Codes, Column, ColumnType, Disposition, Generalise, Privacy, References, RuleSeverity, SourceDefinition,
    Text,
};
use crate::source::error::SourceError;
use crate::source::inputs::{Inputs, ListUse};

/// The rule of rows that changed after the day of reading.
pub const FUTURE_CHANGE: &str = "changed_after_today";
/// The rule of rows that do not say when they changed.
const UNKNOWN_CHANGE: &str = "change_without_a_moment";
/// The word in settings for the day on which the source is read.
const TODAY: &str = "today";

/// One thing that every row is judged by.
pub(in crate::source) struct Judge {
    /// Its name: the rule's own, or `range`, `pattern`, `references`, `unmapped_code`, `code_not_valid`.
    pub(in crate::source) rule: String,
    /// The column that it is about, where it is about one.
    pub(in crate::source) column: Option<usize>,
    /// The fault of a row that fails, in words, without a value.
    pub(in crate::source) reason: String,
    /// What happens to such a row.
    pub(in crate::source) severity: RuleSeverity,
    /// Whether it reads a personal column: a row that breaks it is corrected at its source.
    pub(in crate::source) personal: bool,
    /// Whether it compares values with each other or with another table, and not one value by itself.
    pub(in crate::source) relates: bool,
    /// Whether it reads a value that is dropped, so that a row of quarantine cannot be judged again.
    reads_dropped: bool,
    test: Test,
}

enum Test {
    Rule(Predicate),
    Between(usize, Option<i128>, Option<i128>),
    Fits(usize, Regex),
    In(usize, HashSet<String>),
    /// Not later than this: days since 1970, or microseconds.
    Until(usize, i128),
    /// Not blank.
    Known(usize),
    /// The days on which each code was valid, by the date in another column.
    ValidOn(usize, usize, HashMap<String, Vec<(i32, i32)>>),
}

/// Returns everything that rows of `source` are judged by, rules first.
pub(super) fn judges(
    source: &SourceDefinition,
    rules: Vec<PlannedRule<'_>>,
    inputs: &Inputs,
) -> Result<Vec<Judge>, SourceError> {
    let mut judges: Vec<Judge> = rules
        .into_iter()
        .map(|rule| Judge {
            rule: rule.name.to_owned(),
            column: None,
            reason: "breaks a rule of the contract".to_owned(),
            severity: rule.severity,
            personal: rule.personal,
            relates: true,
            reads_dropped: rule.reads_dropped,
            test: Test::Rule(rule.predicate),
        })
        .collect();
    for (place, column) in source.file.columns.iter().enumerate() {
        if let Some(codes) = &column.codes {
            judges.extend(of_codes(source, place, column, codes, inputs)?);
        }
        if let Some(references) = &column.references {
            judges.push(of_references(source, place, column, references, inputs)?);
        }
        if let Some(range) = &column.range {
            let bound = |text: &Option<Text>| {
                text.as_ref().map(|text| bound(source, column, text, inputs.today)).transpose()
            };
            let test = Test::Between(place, bound(&range.least)?, bound(&range.most)?);
            judges.push(of_column(place, column, "range", "is outside its range", range.severity, test));
        }
        if let Some(pattern) = &column.pattern {
            let test = Test::Fits(place, regex(source, &pattern.regex)?);
            let reason = "does not look as the contract says";
            judges.push(of_column(place, column, "pattern", reason, pattern.severity, test));
        }
    }
    judges.extend(of_changes(source, inputs));
    Ok(judges)
}

/// Returns what says of a merge when a row last changed: one that changed after the day of reading would win for good, and
/// one without a moment never does.
fn of_changes(source: &SourceDefinition, inputs: &Inputs) -> Vec<Judge> {
    let is_named = |column: &Column| {
        let name = source.file.updated_at.as_ref();
        name.is_some_and(|name| name.get_ref() == column.name.get_ref())
    };
    let named = source.file.columns.iter().enumerate().find(|(_, column)| is_named(column));
    let Some((place, column)) = named.filter(|_| source.file.disposition == Disposition::Merge) else {
        return Vec::new();
    };
    let last = match &column.kind {
        ColumnType::Date(_) => Some(i128::from(date::days(inputs.today))),
        ColumnType::Timestamp(_) => {
            date::end_of(inputs.today, inputs.zone.unwrap_or(chrono_tz::UTC)).map(i128::from)
        }
        _ => None,
    };
    let known = Test::Known(place);
    let known =
        of_column(place, column, UNKNOWN_CHANGE, "does not say when it changed", RuleSeverity::Warn, known);
    let until = last.map(|last| {
        let reason = "is after the day of reading";
        of_column(place, column, FUTURE_CHANGE, reason, RuleSeverity::Quarantine, Test::Until(place, last))
    });
    until.into_iter().chain([known]).collect()
}

fn of_column(
    place: usize,
    column: &Column,
    rule: &str,
    reason: &str,
    severity: RuleSeverity,
    test: Test,
) -> Judge {
    Judge {
        rule: rule.to_owned(),
        column: Some(place),
        reason: format!("`{}` {reason}", column.name.get_ref()),
        severity,
        personal: column.privacy.is_personal(),
        relates: false,
        reads_dropped: matches!(column.privacy, Privacy::Drop),
        test,
    }
}

fn of_codes(
    source: &SourceDefinition,
    place: usize,
    column: &Column,
    codes: &Codes,
    inputs: &Inputs,
) -> Result<Vec<Judge>, SourceError> {
    let list = |column| ListUse { written: &codes.list, table: codes.list.get_ref(), column };
    let table = codes.list.get_ref();
    let known = Test::In(place, inputs.set(source, &list(&codes.column))?);
    let reason = format!("is a code that `{table}` does not have");
    let mut judges = vec![of_column(place, column, "unmapped_code", &reason, codes.severity, known)];
    let on = codes.on.as_ref().and_then(|on| {
        let position = source.file.columns.iter().position(|column| column.name.get_ref() == on.get_ref());
        Some((on, position?))
    });
    if let Some((on, day)) = on {
        let from = inputs.column(source, &list("valid_from"))?;
        let to = inputs.column(source, &list("valid_to"))?;
        let mut periods: HashMap<String, Vec<(i32, i32)>> = HashMap::new();
        for ((code, from), to) in inputs.column(source, &list(&codes.column))?.into_iter().zip(from).zip(to) {
            let day = |text: Option<String>, open: i32| match text {
                None => Ok(open),
                Some(text) => NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(date::days).map_err(|_| {
                    let message = format!(
                        "expected days in `valid_from` and `valid_to` of `{table}`, found another value"
                    );
                    SourceError::contract(source, codes.list.span(), message, None)
                }),
            };
            let Some(code) = code else { continue };
            periods.entry(code).or_default().push((day(from, i32::MIN)?, day(to, i32::MAX)?));
        }
        let reason = format!("is a code that was not valid on `{}`", on.get_ref());
        let test = Test::ValidOn(place, day, periods);
        judges.push(of_column(place, column, "code_not_valid", &reason, codes.severity, test));
    }
    Ok(judges)
}

fn of_references(
    source: &SourceDefinition,
    place: usize,
    column: &Column,
    references: &References,
    inputs: &Inputs,
) -> Result<Judge, SourceError> {
    let target = references.to.get_ref();
    let (table, name) = target.rsplit_once('.').unwrap_or((target, ""));
    let known = inputs.set(source, &ListUse { written: &references.to, table, column: name })?;
    let reason = format!("is not in `{target}`");
    let test = Test::In(place, known);
    let judge = of_column(place, column, "references", &reason, references.severity, test);
    Ok(Judge { relates: true, ..judge })
}

/// Builds the expression that must fit a whole value.
pub(super) fn regex(source: &SourceDefinition, written: &Text) -> Result<Regex, SourceError> {
    Regex::new(&format!("^(?:{})$", written.get_ref())).map_err(|_| {
        let help = "write it as the regex crate does, such as `[0-9]{6}`".to_owned();
        SourceError::contract(source, written.span(), "not a regular expression", Some(help))
    })
}

/// Reads a bound in the column's own units: whole numbers, minor units of money, days since 1970, years of birth.
pub(super) fn bound(
    source: &SourceDefinition,
    column: &Column,
    written: &Text,
    today: NaiveDate,
) -> Result<i128, SourceError> {
    let text = written.get_ref().trim();
    let day = || {
        if text == TODAY { Some(today) } else { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() }
    };
    let (value, help) = match (&column.kind, &column.privacy) {
        (ColumnType::Integer, _) => (number::decimal(text, 0).ok(), "write a whole number"),
        (ColumnType::Money(of), _) => {
            (number::money(text, of.scale).ok().map(|(value, _)| value), "write it as `1234.50`")
        }
        (ColumnType::Decimal(of), _) => (number::decimal(text, of.scale).ok(), "write it as `0.25`"),
        (ColumnType::Date(_), Privacy::Generalise(by)) => (
            day().and_then(|day| date::coarse(day, by)).map(i128::from),
            "write a day as `2026-01-31`, or `today`; a month of birth has no range",
        ),
        (ColumnType::Date(_), _) => {
            (day().map(|day| i128::from(date::days(day))), "write a day as `2026-01-31`, or `today`")
        }
        _ => (None, "only numbers, money and dates have a range"),
    };
    value.ok_or_else(|| {
        let message = format!("`{text}` cannot be a bound of `{}`", column.name.get_ref());
        SourceError::contract(source, written.span(), message, Some(help.to_owned()))
    })
}

impl Judge {
    /// Returns whether each row passes. A row without the value passes: `required` judges that.
    ///
    /// `replayed`: the rows come from quarantine. A judge that reads a value that was removed fails all of them.
    pub(in crate::source) fn verdicts(
        &self,
        batch: &RecordBatch,
        replayed: bool,
    ) -> Result<BooleanArray, SourceError> {
        if replayed && self.reads_dropped {
            return Ok(std::iter::repeat_n(Some(false), batch.num_rows()).collect());
        }
        match &self.test {
            Test::Rule(predicate) => {
                predicate.evaluate(batch).map_err(|fault| SourceError::Contract(Box::new(fault)))
            }
            Test::Between(column, least, most) => {
                let within = |value: i128| {
                    least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most)
                };
                Ok(numbers(batch.column(*column)).map(|value| Some(value.is_none_or(within))).collect())
            }
            Test::Until(column, last) => {
                let is_until = |value: i128| value <= *last;
                Ok(numbers(batch.column(*column)).map(|value| Some(value.is_none_or(is_until))).collect())
            }
            Test::Known(column) => {
                let column = batch.column(*column);
                Ok((0..column.len()).map(|at| Some(column.is_valid(at))).collect())
            }
            Test::Fits(column, regex) => texts(batch.column(*column), |text| regex.is_match(text)),
            Test::In(column, known) => texts(batch.column(*column), |text| known.contains(text)),
            Test::ValidOn(column, day, periods) => {
                let days: Vec<Option<i128>> = numbers(batch.column(*day)).collect();
                let mut row = 0;
                texts_or_null(batch.column(*column), |text| {
                    let day = days.get(row).copied().flatten();
                    row += 1;
                    let (Some(text), Some(day)) = (text, day) else { return true };
                    // A code that the list does not have is another judge's.
                    periods.get(text).is_none_or(|periods| {
                        periods.iter().any(|(from, to)| (i128::from(*from)..=i128::from(*to)).contains(&day))
                    })
                })
            }
        }
    }
}

/// Returns the values of a column of numbers, money or days, in its own units.
fn numbers(array: &dyn Array) -> Box<dyn Iterator<Item = Option<i128>> + '_> {
    match array.data_type() {
        DataType::Int64 => {
            Box::new(array.as_primitive::<Int64Type>().iter().map(|value| value.map(i128::from)))
        }
        DataType::Date32 => {
            Box::new(array.as_primitive::<Date32Type>().iter().map(|value| value.map(i128::from)))
        }
        DataType::Timestamp(..) => {
            let moments = array.as_primitive_opt::<TimestampMicrosecondType>();
            Box::new((0..array.len()).map(move |at| {
                moments.filter(|moments| moments.is_valid(at)).map(|moments| i128::from(moments.value(at)))
            }))
        }
        DataType::Decimal128(..) => Box::new(array.as_primitive::<Decimal128Type>().iter()),
        _ => Box::new(std::iter::repeat_n(None, array.len())),
    }
}

fn texts(array: &dyn Array, mut right: impl FnMut(&str) -> bool) -> Result<BooleanArray, SourceError> {
    texts_or_null(array, |text| text.is_none_or(&mut right))
}

fn texts_or_null(
    array: &dyn Array,
    mut right: impl FnMut(Option<&str>) -> bool,
) -> Result<BooleanArray, SourceError> {
    if let Some(texts) = array.as_string_opt::<i32>() {
        return Ok(texts.iter().map(|text| Some(right(text))).collect());
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options)?;
    let verdict = |row| {
        if array.is_null(row) { right(None) } else { right(Some(&formatter.value(row).to_string())) }
    };
    Ok((0..array.len()).map(verdict).map(Some).collect())
}

/// Returns the faults of a column's judges that the settings alone show.
pub(super) fn check(source: &SourceDefinition, column: &Column) -> Vec<SourceError> {
    let mut faults = Vec::new();
    let range = column.range.iter().flat_map(|range| range.least.iter().chain(&range.most));
    faults.extend(range.filter_map(|written| bound(source, column, written, NaiveDate::MIN).err()));
    if let Some(pattern) = &column.pattern {
        faults.extend(regex(source, &pattern.regex).err());
    }
    let hidden = matches!(column.privacy, Privacy::Pseudonymise(_))
        || matches!(column.privacy, Privacy::Generalise(Generalise::Lookup(_)));
    if hidden && (column.pattern.is_some() || column.codes.is_some()) {
        let message = format!(
            "`{}` is replaced as it is read, so `pattern` and `codes` cannot apply to it",
            column.name.get_ref()
        );
        faults.push(SourceError::contract(source, column.name.span(), message, None));
    }
    if let Some(on) = column.codes.as_ref().and_then(|codes| codes.on.as_ref()) {
        let day = source.file.columns.iter().find(|other| other.name.get_ref() == on.get_ref());
        let is_day = day.is_some_and(|day| {
            matches!(day.kind, ColumnType::Date(_)) && !matches!(day.privacy, Privacy::Generalise(_))
        });
        if !is_day {
            let message = format!("expected a column of dates, found `{}`", on.get_ref());
            faults.push(SourceError::contract(source, on.span(), message, None));
        }
    }
    faults
}
