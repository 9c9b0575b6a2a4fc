//! The parts of a series: which are there, thin, missing or not due yet.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::Date32Type;
use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::calendar::{Period, Terms};
use crate::project::{Due, Series, SeriesUnit};
use crate::source;

/// Parts before a part whose rows it is held against.
const BEFORE: usize = 12;
/// Fewest of them by which a part can be called thin.
const LEAST: usize = 3;

/// Most days between two parts of one series: rows that lie further before all others are of no part that was due.
const LONG_GAP: i64 = 3 * 366;

/// What is known of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartState {
    /// It has rows, about as many as the parts before it.
    Present,
    /// It has rows, and far fewer than the parts before it.
    Thin,
    /// It was due and has no row.
    Missing,
    /// It is not due yet and has no row.
    NotDue,
}

impl PartState {
    /// Returns the state as tables have it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Present => "PRESENT",
            Self::Thin => "THIN",
            Self::Missing => "MISSING",
            Self::NotDue => "NOT_DUE",
        }
    }
}

/// One part of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartFact {
    /// The month, term or year.
    pub(crate) part: Period,
    /// What is known of it.
    pub(crate) state: PartState,
    /// Its rows.
    pub(crate) rows: u64,
    /// The day by which it was due.
    pub(crate) due: NaiveDate,
}

/// Counts the rows of each part.
pub(crate) fn rows(series: &Series, batches: &[RecordBatch]) -> BTreeMap<Period, u64> {
    let mut parts = BTreeMap::new();
    for batch in batches {
        for part in of_rows(series, batch).into_iter().flatten() {
            *parts.entry(part).or_default() += 1;
        }
    }
    parts
}

/// Returns the part of each row; `None` for one whose cell is blank or names none.
pub(super) fn of_rows(series: &Series, batch: &RecordBatch) -> Vec<Option<Period>> {
    let Some(column) = batch.column_by_name(series.by.get_ref()) else { return Vec::new() };
    if let Some(days) = column.as_primitive_opt::<Date32Type>() {
        // A ledger has few days and many rows.
        let mut known: BTreeMap<i32, Option<Period>> = BTreeMap::new();
        let part = |day: i32| NaiveDate::from_epoch_days(day).map(|day| part_of(series.unit, day));
        let mut of = |day: i32| *known.entry(day).or_insert_with(|| part(day));
        return days.iter().map(|day| of(day?)).collect();
    }
    column.as_string_opt::<i32>().map_or_else(Vec::new, |years| named(series, years, batch))
}

/// Returns the part of each row that a column of years names, with the term of each row where they are terms.
fn named(series: &Series, years: &StringArray, batch: &RecordBatch) -> Vec<Option<Period>> {
    let terms = series.term.as_ref().and_then(|term| batch.column_by_name(term.get_ref()));
    let terms = terms.and_then(|terms| terms.as_string_opt::<i32>());
    let part = |(row, year): (usize, Option<&str>)| {
        let year = year?;
        let text = match series.unit {
            SeriesUnit::Month => None,
            SeriesUnit::Term => {
                let term = terms.filter(|terms| terms.is_valid(row)).map(|terms| terms.value(row));
                term.map(|term| format!("ay{year}-{}", term.trim().to_lowercase()))
            }
            SeriesUnit::AcademicYear => Some(format!("ay{year}")),
            SeriesUnit::FinancialYear => Some(format!("fy{year}")),
        };
        Period::parse(&text?, Period::AcademicYear(2000)).ok()
    };
    years.iter().enumerate().map(part).collect()
}

/// Returns the parts that lie far off the series, of those before `until`: more than three years before all others where
/// those have more rows, as a day of 1901 does among those of this year. Nothing is due for the time between.
pub(crate) fn far_off(rows: &BTreeMap<Period, u64>, until: NaiveDate) -> BTreeSet<Period> {
    // Runs of parts without a long gap, each with its rows.
    let mut runs: Vec<(Vec<Period>, u64)> = Vec::new();
    let mut sorted: Vec<(Period, u64)> = rows.iter().map(|(part, rows)| (*part, *rows)).collect();
    sorted.sort_by_key(|(part, _)| part.start());
    for (part, rows) in sorted.into_iter().filter(|(part, _)| part.start() <= until) {
        let goes_on = |last: &Period| (part.start() - last.end()).num_days() <= LONG_GAP;
        match runs.last_mut().filter(|(parts, _)| parts.last().is_some_and(goes_on)) {
            Some((parts, sum)) => {
                parts.push(part);
                *sum += rows;
            }
            None => runs.push((vec![part], rows)),
        }
    }
    // Of two as large the newer is the series.
    let largest = runs.iter().enumerate().max_by_key(|(at, (_, rows))| (*rows, *at)).map_or(0, |(at, _)| at);
    runs.into_iter().take(largest).flat_map(|(parts, _)| parts).collect()
}

/// Returns the parts from the first that there must be, or else the first with rows that is not far off, to the one that
/// holds `until`, oldest first, as they are known on the day `known`.
pub(crate) fn states(
    series: &Series,
    rows: &BTreeMap<Period, u64>,
    known: NaiveDate,
    until: NaiveDate,
) -> Vec<PartFact> {
    let far_off = far_off(rows, until);
    let earliest =
        || rows.keys().filter(|part| !far_off.contains(part)).min_by_key(|part| part.start()).copied();
    let Some(first) = series.first().flatten().or_else(earliest) else { return Vec::new() };
    let Some(due) = series.due() else { return Vec::new() };
    let working_days = Terms::default();
    let mut parts = Vec::new();
    let mut part = part_of(series.unit, until);
    while part.start() >= first.start() {
        parts.push(part);
        part = part.previous();
    }
    parts.reverse();
    let mut facts: Vec<PartFact> = Vec::new();
    for part in parts {
        let due = match due {
            Due::WorkingDays(number) => working_days.working_day_after(part.end(), number),
            Due::Days(number) => part.end() + TimeDelta::days(number),
        };
        let rows = rows.get(&part).copied().unwrap_or(0);
        let state = match rows {
            0 if due <= known => PartState::Missing,
            0 => PartState::NotDue,
            rows if due <= known && is_thin(series, rows, &facts) => PartState::Thin,
            _ => PartState::Present,
        };
        facts.push(PartFact { part, state, rows, due });
    }
    facts
}

/// Returns the last day to which a series is whole: the end of the part before the first that is missing, or else the
/// end of the newest that is there.
pub(crate) fn known_to(facts: &[PartFact]) -> Option<NaiveDate> {
    let gap = facts.iter().position(|fact| fact.state == PartState::Missing).unwrap_or(facts.len());
    facts.iter().take(gap).rfind(|fact| fact.rows > 0).map(|fact| fact.part.end())
}

/// Returns whether a part has fewer rows than `thin_share` of the median of the parts before it.
fn is_thin(series: &Series, rows: u64, before: &[PartFact]) -> bool {
    let mut counts: Vec<u64> =
        before.iter().rev().filter(|fact| fact.rows > 0).take(BEFORE).map(|fact| fact.rows).collect();
    if counts.len() < LEAST {
        return false;
    }
    counts.sort_unstable();
    let at = |place: usize| u128::from(counts.get(place).copied().unwrap_or(0));
    let twice_the_median = at((counts.len() - 1) / 2) + at(counts.len() / 2);
    // Exact: rows / median < share / 10,000, without a division.
    let share = source::share(series.thin_share()).unwrap_or(0);
    u128::from(rows) * 2 * 10_000 < twice_the_median * u128::from(share)
}

/// Returns the month, term or year that holds a day.
pub(crate) fn part_of(unit: SeriesUnit, day: NaiveDate) -> Period {
    match unit {
        SeriesUnit::Month => Period::Month(day.year(), day.month()),
        SeriesUnit::Term => Period::term_of(day),
        SeriesUnit::AcademicYear => Period::academic_year_of(day),
        SeriesUnit::FinancialYear => Period::financial_year_of(day),
    }
}

#[cfg(test)]
mod tests;
