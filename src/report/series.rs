//! A measure over time, as the narrative speaks of it.

use std::collections::BTreeMap;

use super::frame::{Frame, period_label};
use super::number::{self, Format};
use crate::disclosure::{Cell, Decimal};

/// One measure of one row of a table, in the edition's period, the one before and the first.
#[derive(Debug, Clone)]
pub(super) struct Series {
    /// `Permanent exclusions`, or `Permanent exclusions, secondary` for one row.
    pub(super) label: String,
    /// The label of the row's own code, as written within a sentence.
    pub(super) part: String,
    /// Whether the row is the total of others.
    pub(super) total: bool,
    pub(super) format: Format,
    pub(super) current: Point,
    pub(super) previous: Option<Point>,
    pub(super) first: Option<Point>,
    /// Whether the edition reports its period so far: `previous` is then the same point of the period before, and there is
    /// no `first`.
    pub(super) so_far: bool,
}

/// A cell with its period.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// `2018/19`.
    pub(super) period: String,
    pub(super) cell: Cell,
}

impl Point {
    /// Returns the number as far as it is written.
    pub(super) fn number(&self, format: Format) -> Option<Decimal> {
        self.cell.number().map(|number| format.rounded(number))
    }

    /// Returns the cell as written.
    pub(super) fn shown(&self, format: Format) -> String {
        number::cell(&self.cell, format)
    }
}

impl Series {
    /// Makes the series of `measure` in the row with the codes `fixed`; every other key at its total.
    pub(super) fn new(frame: &Frame, measure: usize, fixed: &BTreeMap<usize, &str>) -> Self {
        Self::of_rows(frame, &frame.rows, measure, fixed)
    }

    /// Returns the same, when it is known which rows have the codes.
    pub(super) fn of_rows(
        frame: &Frame,
        rows: &[&[Cell]],
        measure: usize,
        fixed: &BTreeMap<usize, &str>,
    ) -> Self {
        let column = frame.table.columns().get(measure);
        let parts: Vec<String> = fixed
            .iter()
            .filter(|(at, code)| !frame.table.columns().get(**at).is_some_and(|column| column.is_total(code)))
            .map(|(at, code)| within_sentence(frame, *at, code))
            .collect();
        let mut label = column.map(|column| column.label.clone()).unwrap_or_default();
        for part in &parts {
            label.push_str(", ");
            label.push_str(part);
        }
        let point = |code: &str| Point {
            period: period_label(code),
            cell: cell(frame, rows, measure, fixed, Some(code)),
        };
        let (current, previous, first) = if frame.is_left_out() {
            (Point { period: period_label(&frame.current), cell: Cell::Missing }, None, None)
        } else if frame.so_far {
            let column = frame.same_point(measure);
            let before = column.map(|column| Point {
                period: period_label(&frame.previous),
                cell: cell(frame, rows, column, fixed, Some(&frame.current)),
            });
            (point(&frame.current), before, None)
        } else if frame.period.is_some() {
            // What is counted otherwise from a period on is compared with nothing from before it.
            let start = frame.starts_again(&frame.current).unwrap_or_default();
            let first = frame.shown_periods().into_iter().find(|code| *code >= start).map(point);
            let previous = Some(&frame.previous).filter(|code| code.as_str() >= start);
            (point(&frame.current), previous.map(|code| point(code)), first)
        } else {
            let cell = cell(frame, rows, measure, fixed, None);
            (Point { period: period_label(&frame.current), cell }, None, None)
        };
        Self {
            label,
            part: parts.last().cloned().unwrap_or_default(),
            total: parts.len() < fixed.len(),
            format: frame.format(measure),
            current,
            previous,
            first,
            so_far: frame.so_far,
        }
    }
}

/// Returns the one cell that the codes name; missing where they name none or several.
fn cell(
    frame: &Frame,
    rows: &[&[Cell]],
    measure: usize,
    fixed: &BTreeMap<usize, &str>,
    period: Option<&str>,
) -> Cell {
    let mut fixed = fixed.clone();
    if let (Some(at), Some(code)) = (frame.period, period) {
        fixed.insert(at, code);
    }
    match frame.select_of(rows, &fixed, &[]).as_slice() {
        [row] => row.get(measure).cloned().unwrap_or(Cell::Missing),
        _ => Cell::Missing,
    }
}

/// Returns a code's label as written within a sentence. Words of a code list lose their capital, names and
/// initials keep theirs.
fn within_sentence(frame: &Frame, at: usize, code: &str) -> String {
    let label = frame.code_label(at, code);
    let listed = frame.table.columns().get(at).is_some_and(|column| column.labels.contains_key(code));
    let mut letters = label.chars();
    match letters.next() {
        Some(first) if listed && !letters.clone().any(char::is_uppercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => label,
    }
}
