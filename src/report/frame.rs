//! The rows of a cleared table that a report's table keeps.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ReportError;
use super::escape::line;
use super::number::Format;
use crate::calendar::{Period, Reported};
use crate::diagnostic::Spanned;
use crate::disclosure::{Cell, Cleared, Role};
use crate::project::{Order, Running, TableSpec};

/// Rows of one cleared table, up to the edition's period, after the table's `where`.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) name: &'a str,
    pub(super) table: &'a Cleared,
    pub(super) spec: &'a TableSpec,
    /// Rows of every period up to the edition's.
    pub(super) rows: Vec<&'a [Cell]>,
    /// The period's column, for a table that has one.
    pub(super) period: Option<usize>,
    /// The codes of the periods found, oldest first.
    pub(super) periods: Vec<String>,
    /// The code of the edition's period, and of the one before.
    pub(super) current: String,
    pub(super) previous: String,
    /// Whether the edition reports its period so far.
    pub(super) so_far: bool,
    /// The measures shown.
    pub(super) measures: Vec<usize>,
}

impl<'a> Frame<'a> {
    /// Takes the rows of `table` that `spec` keeps for `period`.
    pub(super) fn new(
        name: &'a str,
        spec: &'a TableSpec,
        table: &'a Cleared,
        reported: Reported,
    ) -> Result<Self, ReportError> {
        let reported = match spec.running {
            Running::LastFinished if reported.is_running() => Reported::whole(reported.of.previous()),
            _ => reported,
        };
        let period = reported.of;
        let position = |column: &str| {
            table.position(column).ok_or_else(|| ReportError::NoColumn {
                table: name.to_owned(),
                model: table.model().to_owned(),
                column: column.to_owned(),
            })
        };
        let over = spec.period.as_ref().map(|column| position(column.get_ref())).transpose()?;
        let mut keep: Vec<(usize, &str)> = Vec::new();
        for (column, code) in &spec.filter {
            keep.push((position(column)?, code));
        }
        let current = period.code();
        let code = |row: &[Cell], at: usize| row.get(at).map(Cell::code).unwrap_or_default();
        let rows: Vec<&[Cell]> = table
            .rows()
            .iter()
            .map(Vec::as_slice)
            .filter(|row| keep.iter().all(|(at, wanted)| code(row, *at) == *wanted))
            .filter(|row| over.is_none_or(|at| code(row, at) <= current))
            .collect();
        let mut periods: Vec<String> =
            over.map_or_else(Vec::new, |at| rows.iter().map(|row| code(row, at)).collect());
        periods.sort();
        periods.dedup();
        let measures = if spec.values.is_empty() {
            let columns = table.columns().iter().enumerate();
            columns
                .filter(|(_, column)| column.indicator.is_some() && column.role == Role::Measure)
                .map(|(at, _)| at)
                .collect()
        } else {
            spec.values.iter().map(|column| position(column.get_ref())).collect::<Result<_, _>>()?
        };
        Ok(Self {
            name,
            table,
            spec,
            rows,
            period: over,
            periods,
            current,
            previous: before(period),
            so_far: reported.is_running(),
            measures,
        })
    }

    /// Returns whether the table is left out of the edition: it says so, or has no rows of the edition's period.
    pub(super) fn is_left_out(&self) -> bool {
        self.stays_away() || (self.period.is_some() && self.shown_periods().is_empty())
    }

    /// Returns whether the table is for editions of the other kind: of whole periods, or of those that run.
    pub(super) fn stays_away(&self) -> bool {
        match self.spec.running {
            Running::LeftOut => self.so_far,
            Running::Shown | Running::LastFinished => false,
            Running::Only => !self.so_far,
        }
    }

    /// Returns the column whose sizes are drawn as bars.
    pub(super) fn bar(&self) -> Option<usize> {
        self.table.position(self.spec.bar.as_ref()?.get_ref())
    }

    /// Returns in which order the rows stand.
    pub(super) fn order_by(&self) -> Order {
        self.spec.order_by
    }

    /// Returns how many rows are shown before one of others.
    pub(super) fn top(&self) -> Option<usize> {
        self.spec.top
    }

    /// Returns the column that holds what `measure` was at the same point of the period before; `None` for an edition of
    /// a whole period, and where the model has none.
    pub(super) fn same_point(&self, measure: usize) -> Option<usize> {
        let name = &self.table.columns().get(measure)?.name;
        self.table.position(&format!("{name}_same_point")).filter(|_| self.so_far)
    }

    /// Returns whether the period heads the rows or the columns.
    pub(super) fn heads_by_period(&self) -> bool {
        self.spec.period.as_ref().is_some_and(|period| {
            let is_period = |column: &Spanned<String>| column.get_ref() == period.get_ref();
            self.spec.rows.0.iter().any(is_period) || self.spec.columns.as_ref().is_some_and(is_period)
        })
    }

    /// Returns the periods shown: the last of those found where periods are rows or columns, else the edition's own and
    /// no other. A period that is reported so far stands beside no whole one.
    pub(super) fn shown_periods(&self) -> Vec<&str> {
        if self.so_far || !self.heads_by_period() {
            return self.periods.iter().filter(|code| **code == self.current).map(String::as_str).collect();
        }
        let last = self.spec.last.unwrap_or(usize::MAX);
        self.periods.iter().skip(self.periods.len().saturating_sub(last)).map(String::as_str).collect()
    }

    /// Returns the newest period up to `code` with which the series starts again; none where it goes on from its first.
    pub(super) fn starts_again(&self, code: &str) -> Option<&str> {
        self.spec.breaks.keys().map(|period| period.get_ref().as_str()).filter(|period| *period <= code).max()
    }

    /// Returns the keys of the model that the table's `where` and period leave open.
    pub(super) fn open_keys(&self) -> Vec<usize> {
        let columns = self.table.columns().iter().enumerate();
        columns
            .filter(|(at, column)| column.role == Role::Key && column.in_grain && self.period != Some(*at))
            .filter(|(_, column)| !self.spec.filter.contains_key(&column.name))
            .map(|(at, _)| at)
            .collect()
    }

    /// Returns the rows with these codes in which every other open key that has a total is at its total.
    pub(super) fn select(&self, fixed: &BTreeMap<usize, &str>, free: &[usize]) -> Vec<&'a [Cell]> {
        self.select_of(&self.rows, fixed, free)
    }

    /// Returns the same of some of the rows.
    pub(super) fn select_of(
        &self,
        rows: &[&'a [Cell]],
        fixed: &BTreeMap<usize, &str>,
        free: &[usize],
    ) -> Vec<&'a [Cell]> {
        let totals: Vec<(usize, &str)> = self
            .open_keys()
            .into_iter()
            .filter(|at| !fixed.contains_key(at) && !free.contains(at))
            .filter_map(|at| Some((at, self.table.columns().get(at)?.total.as_deref()?)))
            .collect();
        let holds = |row: &[Cell], at: usize, code: &str| row.get(at).is_some_and(|cell| cell.is_code(code));
        rows.iter()
            .copied()
            .filter(|row| fixed.iter().all(|(at, code)| holds(row, *at, code)))
            .filter(|row| totals.iter().all(|(at, code)| holds(row, *at, code)))
            .collect()
    }

    /// Returns how the numbers of the column at `at` are written.
    pub(super) fn format(&self, at: usize) -> Format {
        let column = self.table.columns().get(at);
        Format::of(column.and_then(|column| column.indicator.as_ref()).map(crate::project::Indicator::unit))
    }

    /// Returns the codes of a key in the order of the rows, totals last.
    pub(super) fn codes(&self, column: usize) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let found = self.rows.iter().map(|row| row.get(column).map(Cell::code).unwrap_or_default());
        let mut codes: Vec<String> = found.filter(|code| seen.insert(code.clone())).collect();
        if self.period == Some(column) {
            codes.sort();
        }
        codes
            .sort_by_key(|code| self.table.columns().get(column).is_some_and(|column| column.is_total(code)));
        codes
    }

    /// Returns how a code of `column` is written for readers, on one line.
    pub(super) fn code_label(&self, column: usize, code: &str) -> String {
        let Some(described) = self.table.columns().get(column) else { return line(code) };
        if described.labels.contains_key(code) {
            return line(described.label_of(code));
        }
        if described.is_total(code) {
            return "Total".to_owned();
        }
        if self.period == Some(column) {
            let broken = self.spec.breaks.keys().any(|period| period.get_ref() == code);
            let label = period_label(code);
            return match (broken, self.so_far && code == self.current) {
                (_, true) => label + " so far",
                (true, false) => label + " [b]",
                (false, false) => label,
            };
        }
        // A year beside the period of the edition, as that of a forecast.
        if described.name.ends_with("_year") && !code.is_empty() {
            return period_label(code);
        }
        if code.is_empty() { "Not recorded".to_owned() } else { line(code) }
    }
}

/// Returns `2018/19` for `2018-19`, `June 2019` for `2019-06`; the code itself when it is not a period.
pub(super) fn period_label(code: &str) -> String {
    let as_year = Period::parse(code, Period::AcademicYear(0));
    as_year
        .or_else(|_| Period::parse(code, Period::Month(0, 1)))
        .map_or_else(|_| code.to_owned(), Period::label)
}

/// Returns whether one period's code is that of the period directly before another's.
pub(super) fn follows(earlier: &str, later: &str) -> bool {
    let as_year = Period::parse(later, Period::AcademicYear(0));
    let later = as_year.or_else(|_| Period::parse(later, Period::Month(0, 1)));
    later.is_ok_and(|later| before(later) == earlier)
}

/// Returns the code of the period before; for a term, of the year before, because rows hold years.
fn before(period: Period) -> String {
    match period {
        Period::Term(year, _) => Period::AcademicYear(year - 1).code(),
        other => other.previous().code(),
    }
}

pub(super) fn is_total(frame: &Frame, heads: &[usize], row: &[Cell]) -> bool {
    heads
        .iter()
        .any(|&at| frame.table.columns().get(at).is_some_and(|column| column.is_total(&code_at(row, at))))
}

pub(super) fn code_at(row: &[Cell], at: usize) -> String {
    row.get(at).map(Cell::code).unwrap_or_default()
}
