//! What an earlier edition showed for the same figures.

use std::collections::{BTreeMap, BTreeSet};

use super::csv::{self, records};
use super::document::{Changes, TableBlock};
use super::facts::Earlier;
use super::tabulate::CHANGE;

/// Compares the tables with those of an earlier edition, figure by figure.
///
/// A figure is known by its table and its headings. Across editions of different periods only tables
/// whose headings name the period are compared: in others the same place holds another year's figure.
pub(super) fn changes(tables: &[TableBlock], earlier: &Earlier) -> Changes {
    let mut changes = Changes {
        edition: earlier.edition.clone(),
        compared: 0,
        changed: 0,
        tables: BTreeSet::new(),
        why: earlier.why.clone(),
    };
    let comparable = tables.iter().filter(|table| earlier.same_period || table.dated);
    for table in comparable {
        let Some(before) = earlier.tables.get(&table.name) else { continue };
        let before = figures(records(before), table.row_headings);
        for (place, now) in figures(records(&csv::csv(table)), table.row_headings) {
            let Some(then) = before.get(&place) else { continue };
            changes.compared += 1;
            if *then != now {
                changes.changed += 1;
                changes.tables.insert(table.number);
            }
        }
    }
    changes
}

/// Returns the figures of a CSV by their headings; the change on a year belongs to its own edition.
fn figures(
    records: impl Iterator<Item = Vec<String>>,
    row_headings: usize,
) -> BTreeMap<(Vec<String>, String), String> {
    let mut records = records;
    let headings = records.next().unwrap_or_default();
    let mut found = BTreeMap::new();
    for record in records {
        let (names, cells) = record.split_at(row_headings.min(record.len()));
        for (heading, cell) in headings.iter().skip(row_headings).zip(cells) {
            if heading != CHANGE {
                found.insert((names.to_vec(), heading.clone()), cell.clone());
            }
        }
    }
    found
}
