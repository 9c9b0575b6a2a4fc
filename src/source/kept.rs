//! Rows that were set aside, judged once more: released by a person or mended, under the contract of now.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::contract::{Cells, Contract};
use super::intake::Intake;
use super::layout::Settings;
use super::row::Row;
use super::{Extraction, Given, SourceError};
use crate::project::{ExactDuplicates, SourceDefinition};

/// One row that was set aside, as quarantine keeps it.
#[derive(Debug, Clone)]
pub struct KeptRow {
    /// Its number in the file or the result.
    pub row: i64,
    /// What it held, by column of the contract, mended where somebody did.
    pub values: BTreeMap<String, String>,
    /// The rules that a person has waived for it.
    pub waived: BTreeSet<String>,
}

/// Judges `rows` of one file or query by the contract of `source`.
///
/// `there`: rows of the same file that are published, whose keys theirs may not have. `stem`: the value of
/// `_file`, none for a query.
///
/// # Errors
///
/// As [`extract`](super::extract). Rows that still break the contract are in [`Extraction::quarantine`].
pub fn replay(
    source: &SourceDefinition,
    file: &str,
    stem: Option<String>,
    rows: &[KeptRow],
    there: &[RecordBatch],
    given: &Given,
) -> Result<Extraction, SourceError> {
    // What is kept goes by the store's names, each column with cells of its own.
    let mut kept = source.clone();
    kept.file.exact_duplicates = ExactDuplicates::Keep;
    for column in &mut kept.file.columns {
        column.from = None;
    }
    let contract = Contract::new(&kept, Cells::Kept, given)?;
    let names: Vec<String> = kept.file.columns.iter().map(|column| column.name.get_ref().clone()).collect();
    let mut intake = Intake::new(file, stem, contract, Settings::of_query(), &[])?;
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
