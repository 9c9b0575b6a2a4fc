use std::collections::BTreeMap;

use super::check::Plan;
use super::cleared::Cell;
use super::measure::{Copied, Measure};
use super::sets::key;

/// Finds, for each column that repeats a count, and each row, the row and column that it repeats.
pub(super) fn copies(plan: &Plan, rows: &[Vec<Cell>]) -> Vec<Vec<Option<(usize, usize)>>> {
    let found = |copied: &Copied| {
        let others: Vec<usize> = plan.grain.iter().copied().filter(|&at| at != copied.key).collect();
        let code = |row: &[Cell], at: usize| row.get(at).map(Cell::code).unwrap_or_default();
        let places: BTreeMap<(Vec<String>, String), usize> = rows
            .iter()
            .enumerate()
            .map(|(at, row)| ((key(others.iter(), row), code(row, copied.key)), at))
            .collect();
        let target = |row: &Vec<Cell>| places.get(&(key(others.iter(), row), code(row, copied.code_in)));
        rows.iter().map(|row| target(row).map(|&at| (at, copied.of))).collect()
    };
    let measures = plan.measures.iter();
    measures
        .map(|measure| match measure {
            Some(Measure::Copy(copied)) => found(copied),
            _ => Vec::new(),
        })
        .collect()
}
