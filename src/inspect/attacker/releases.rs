//! What a reader of two releases learns by laying them side by side.

use std::collections::BTreeMap;

use super::grid::{Cell, Grid, Row};
use super::names::{is_named_as_count, is_period, is_total};
use super::{Found, How, name};

/// Returns the day up to which a period is reported, of one that is reported so far.
pub(super) fn cut(period: &str) -> Option<&str> {
    period.split_once("-to-").map(|(_, last)| last)
}

/// A release and those of its report before it.
pub(super) struct Series<'a> {
    /// The tables of those before it, the oldest first, each with whether it is of the same period.
    pub(super) before: &'a [(Vec<Grid>, bool)],
    pub(super) after: &'a [Grid],
    pub(super) threshold: f64,
}

impl Series<'_> {
    /// Returns the cells that moved by a small count since they were shown last, and those that are shown and were hidden then.
    pub(super) fn found(&self) -> Vec<Found> {
        // The last word on each cell; of one without a period of its own, the last of this period.
        let mut last: BTreeMap<(&str, &[String], &str), &Cell> = BTreeMap::new();
        for (grids, same_period) in self.before {
            for grid in grids.iter().filter(|grid| is_file(grid)) {
                for row in &grid.rows {
                    for (head, cell) in grid.heads.iter().zip(&row.cells) {
                        if *same_period || has_period(row, head) {
                            last.insert((&grid.place, &row.names, head), cell);
                        }
                    }
                }
            }
        }
        let mut found = Vec::new();
        for grid in self.after.iter().filter(|grid| is_file(grid)) {
            for (at, row) in grid.rows.iter().enumerate() {
                for (column, cell) in row.cells.iter().enumerate().filter(|(column, _)| counts(grid, *column))
                {
                    let Some(head) = grid.heads.get(column) else { continue };
                    let before = last.get(&(grid.place.as_str(), row.names.as_slice(), head.as_str()));
                    if let Some(how) = before.and_then(|before| self.between(before, cell)) {
                        found.push(Found { place: name(grid, at, column), how });
                    }
                }
            }
        }
        found
    }

    fn between(&self, before: &Cell, after: &Cell) -> Option<How> {
        match (before.number(), after.number()) {
            (Some((before, _)), Some((after, _))) => {
                let moved = (before - after).abs();
                (moved > 0.0 && moved < self.threshold).then_some(How::Moved)
            }
            (None, Some(_)) if *before == Cell::Hidden => Some(How::HiddenBefore),
            _ => None,
        }
    }
}

/// Returns whether a table is in a file of its own: the others repeat those.
fn is_file(grid: &Grid) -> bool {
    std::path::Path::new(&grid.place).extension().is_some_and(|kind| kind == "csv")
}

fn has_period(row: &Row, head: &str) -> bool {
    is_period(head) || row.names.iter().any(|name| is_period(name))
}

/// Returns whether a reader takes the figures of a column for counts: they are whole, and are no pounds by their head. Those
/// of a year must add up to a total: unit costs do not.
fn counts(grid: &Grid, column: usize) -> bool {
    let head = grid.heads.get(column).map(String::as_str).unwrap_or_default();
    grid.is_whole(column) && is_named_as_count(head) && (!is_period(head) || adds_up(grid))
}

/// Returns whether in some column of figures the rows add up to the one that is called their total.
fn adds_up(grid: &Grid) -> bool {
    let is_total = |row: &Row| row.names.iter().any(|name| is_total(name));
    (0..grid.heads.len()).any(|column| {
        let number = |row: &Row| row.cells.get(column).and_then(Cell::number).map(|number| number.0);
        let parts: Option<Vec<f64>> = grid.rows.iter().filter(|row| !is_total(row)).map(number).collect();
        let totals: Vec<f64> = grid.rows.iter().filter(|row| is_total(row)).filter_map(number).collect();
        let sum = parts.map(|parts| parts.iter().sum::<f64>());
        matches!((sum, totals.as_slice()), (Some(sum), [total]) if (sum - total).abs() < 0.5 && sum > 0.0)
    })
}
