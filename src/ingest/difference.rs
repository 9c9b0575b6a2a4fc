//! What an extract changes: its rows against those that it takes the place of, and against those of other files.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::DataType;
use arrow::row::{RowConverter, SortField};

use crate::job::Failure;
use crate::project::{Privacy, SourceDefinition};
use crate::source;
use crate::store::Replaced;

/// The columns by which two rows are the same: those of the contract, without the file and the row's number in it.
#[derive(Debug)]
pub(super) struct Columns(Vec<(String, DataType)>);

impl Columns {
    /// Returns the published columns of a contract.
    pub(super) fn of(definition: &SourceDefinition) -> Self {
        let schema = source::schema(definition);
        let columns = definition.file.columns.iter().filter_map(|column| {
            let field = schema.field_with_name(column.name.get_ref()).ok()?;
            Some((field.name().clone(), field.data_type().clone()))
        });
        Self(columns.collect())
    }

    /// Leaves out the columns that `batches` do not have as they are here: rows of an older contract.
    fn shared_with(&mut self, batches: &[RecordBatch]) {
        self.0.retain(|(name, kind)| {
            let is_there = |batch: &RecordBatch| {
                batch.column_by_name(name).is_some_and(|column| column.data_type() == kind)
            };
            batches.iter().all(is_there)
        });
    }

    /// Leaves out pseudonyms: under another key the same child has another.
    fn without_pseudonyms(&mut self, definition: &SourceDefinition) {
        let is_pseudonym = |name: &str| {
            let column = definition.file.columns.iter().find(|column| column.name.get_ref() == name);
            column.is_some_and(|column| matches!(column.privacy, Privacy::Pseudonymise(_)))
        };
        self.0.retain(|(name, _)| !is_pseudonym(name));
    }

    /// Calls `take` with each row, as a number that equal rows share.
    fn each(&self, batches: &[RecordBatch], mut take: impl FnMut(u128)) -> Result<(), Failure> {
        let fields = self.0.iter().map(|(_, kind)| SortField::new(kind.clone())).collect();
        let converter = RowConverter::new(fields).map_err(Failure::bug)?;
        for batch in batches {
            let columns: Option<Vec<ArrayRef>> =
                self.0.iter().map(|(name, _)| batch.column_by_name(name).cloned()).collect();
            let Some(columns) = columns.filter(|columns| !columns.is_empty()) else { continue };
            for row in &converter.convert_columns(&columns).map_err(Failure::bug)? {
                take(hash(row.as_ref()));
            }
        }
        Ok(())
    }
}

/// Rows by what is in them, each with how often it is there.
#[derive(Debug, Default)]
pub(super) struct Bag(HashMap<u128, u64>);

impl Bag {
    /// Adds rows.
    pub(super) fn add(&mut self, columns: &Columns, batches: &[RecordBatch]) -> Result<(), Failure> {
        columns.each(batches, |row| *self.0.entry(row).or_default() += 1)
    }

    /// Counts the rows of `batches` that are in the bag, a row of the bag for each.
    pub(super) fn shared(&self, columns: &Columns, batches: &[RecordBatch]) -> Result<u64, Failure> {
        let mut theirs = Self::default();
        theirs.add(columns, batches)?;
        Ok(theirs.0.iter().map(|(row, count)| *self.0.get(row).unwrap_or(&0).min(count)).sum())
    }

    fn count(&self) -> u64 {
        self.0.values().sum()
    }
}

/// Holds an extract against the one before it. Columns that only one of them has are left out, and so are pseudonyms
/// where the key is another.
pub(super) fn replaced(
    definition: &SourceDefinition,
    before: &[RecordBatch],
    now: &[RecordBatch],
    same_key: bool,
) -> Result<Replaced, Failure> {
    let mut columns = Columns::of(definition);
    columns.shared_with(before);
    if !same_key {
        columns.without_pseudonyms(definition);
    }
    let mut bag = Bag::default();
    bag.add(&columns, before)?;
    let same = bag.shared(&columns, now)?;
    let read: u64 = now.iter().map(|batch| batch.num_rows() as u64).sum();
    Ok(Replaced { same, gone: bag.count().saturating_sub(same), new: read.saturating_sub(same) })
}

/// Returns 128 bits of a row, so that two rows of any table never share them. The hasher's keys are the same in every run.
fn hash(row: &[u8]) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(row);
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}
