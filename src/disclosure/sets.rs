use std::collections::BTreeMap;

use super::cleared::{Cell, Column};

/// Rows whose measures add up: parts and, where the table has it, their total.
#[derive(Debug, Clone)]
pub(super) struct Set {
    /// The key over which the parts add up.
    pub(super) over: usize,
    pub(super) total: Option<usize>,
    pub(super) parts: Vec<usize>,
}

impl Set {
    /// Returns the parts, then the total.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().copied().chain(self.total)
    }
}

/// Finds every set of a declared hierarchy: for each combination of the other keys, the row whose code is the total and
/// the rows of all other codes.
///
/// Two hierarchies over the same rows give the rows and the columns of a crosstab; a hierarchy inside
/// another gives sets that share cells.
pub(super) fn sets(columns: &[Column], grain: &[usize], rows: &[Vec<Cell>]) -> Vec<Set> {
    let mut found = Vec::new();
    for &over in grain {
        let Some(total) = columns.get(over).and_then(|column| column.total.as_deref()) else { continue };
        let mut groups: BTreeMap<Vec<String>, (Option<usize>, Vec<usize>)> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let (totals, parts) =
                groups.entry(key(grain.iter().filter(|&&key| key != over), row)).or_default();
            if row.get(over).map(Cell::code).as_deref() == Some(total) {
                *totals = Some(at);
            } else {
                parts.push(at);
            }
        }
        let groups = groups.into_values().filter(|(_, parts)| !parts.is_empty());
        found.extend(groups.map(|(total, parts)| Set { over, total, parts }));
    }
    found
}

/// Returns whether two rows have the same key.
pub(super) fn repeats(grain: &[usize], rows: &[Vec<Cell>]) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    rows.iter().any(|row| !seen.insert(key(grain.iter(), row)))
}

/// Returns the codes of `row` at `positions`.
pub(super) fn key<'a>(positions: impl Iterator<Item = &'a usize>, row: &[Cell]) -> Vec<String> {
    positions.map(|&at| row.get(at).map(Cell::code).unwrap_or_default()).collect()
}
