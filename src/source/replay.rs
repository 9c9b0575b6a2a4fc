//! Judges rows of quarantine once more, by the contract as it is now: rows that were released or corrected.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::contract::Contract;
use super::contract::cells::Cells;
use super::error::SourceError;
use super::extraction::Extraction;
use super::inputs::Inputs;
use super::intake::Intake;
use super::intake::layout_settings::LayoutSettings;
use super::receiver::Receiver;
use super::row::Row;
use crate::project::{ExactDuplicates, SourceDefinition};

/// A row taken out of quarantine to be judged again.
#[derive(Debug, Clone)]
pub struct ReplayRow {
    /// Its number in the file or the result.
    pub row: i64,
    /// Its values by column of the contract, with corrections.
    pub values: BTreeMap<String, String>,
    /// The rules that are waived for it.
    pub waived: BTreeSet<String>,
}

/// Judges `rows` of one file or query by the contract of `source`.
///
/// `there`: rows of the same file that are published, whose keys these rows may not repeat. `is_file`: whether
/// rows carry the name in `_file`; those of a query do not.
///
/// # Errors
///
/// As [`extract`](super::extract). Rows that still break the contract are in [`Extraction::quarantine`].
pub fn replay(
    source: &SourceDefinition,
    file: &str,
    is_file: bool,
    rows: &[ReplayRow],
    there: &[RecordBatch],
    inputs: &Inputs,
) -> Result<Extraction, SourceError> {
    // Quarantine holds the names of the store, each column with cells of its own.
    let mut replayed = source.clone();
    replayed.file.exact_duplicates = ExactDuplicates::Keep;
    for column in &mut replayed.file.columns {
        column.from = None;
    }
    let contract = Contract::new(&replayed, Cells::Replayed, inputs)?;
    let names: Vec<String> =
        replayed.file.columns.iter().map(|column| column.name.get_ref().clone()).collect();
    let mut intake = Intake::new(file, is_file, contract, LayoutSettings::names_first())?;
    intake.waive(rows.iter().map(|row| (row.row, row.waived.clone())).collect(), there)?;
    let mut line = Row::default();
    for name in &names {
        line.push(name);
    }
    intake.take(&line)?;
    for row in rows {
        line.clear();
        line.number = row.row;
        for name in &names {
            line.push(row.values.get(name).map_or("", String::as_str));
        }
        intake.take(&line)?;
    }
    intake.finish(true)
}
