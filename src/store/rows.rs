//! Rows on their way into the store, encoded as they come: what is held of them is what they take in a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;

use super::error::StoreError;
use super::part::{self, Encoder, Layout, Part};
use super::stored_file::StoredFile;

/// Bytes after which the rows go on in another part: they are read part by part.
const PART_BYTES: usize = 64 << 20;

const NO_COMMENTS: &BTreeMap<String, String> = &BTreeMap::new();

/// Returns how rows are laid out that land as they are.
pub(super) fn as_they_come(table: &str, part_bytes: usize) -> Layout<'_> {
    Layout { table, sort: &[], comment: None, column_comments: NO_COMMENTS, part_bytes }
}

/// Takes rows.
pub struct RowWriter {
    table: String,
    schema: SchemaRef,
    encoder: Encoder,
    count: u64,
}

impl std::fmt::Debug for RowWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowWriter").field("table", &self.table).finish_non_exhaustive()
    }
}

impl RowWriter {
    /// Makes a writer for rows of `schema`; `table` names them in messages.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rows`] when Parquet cannot hold such columns.
    pub fn new(table: &str, schema: &SchemaRef) -> Result<Self, StoreError> {
        // Comments are the publication's.
        let plain =
            |field: &Arc<Field>| field.as_ref().clone().with_metadata(std::collections::HashMap::new());
        let schema: SchemaRef = Arc::new(Schema::new(schema.fields().iter().map(plain).collect::<Vec<_>>()));
        let encoder = Encoder::new(&schema, &as_they_come(table, PART_BYTES));
        let encoder = encoder.map_err(|fault| refused(table, &fault))?;
        Ok(Self { table: table.to_owned(), schema, encoder, count: 0 })
    }

    /// Adds rows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rows`] when they are not of the schema.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<(), StoreError> {
        let rows = RecordBatch::try_new(self.schema.clone(), batch.columns().to_vec());
        let rows = rows.map_err(|fault| refused(&self.table, &fault))?;
        self.count += rows.num_rows() as u64;
        self.encoder.push(&rows).map_err(|fault| refused(&self.table, &fault))
    }

    /// Returns how many were added.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Ends the last part, and returns the rows, whole.
    ///
    /// # Errors
    ///
    /// [`StoreError::Rows`] when they cannot be encoded.
    pub fn finish(self) -> Result<WrittenRows, StoreError> {
        let parts = self.encoder.finish().map_err(|fault| refused(&self.table, &fault))?;
        Ok(WrittenRows { parts: parts.into() })
    }
}

/// Encoded rows. A clone is the same rows.
#[derive(Debug, Clone)]
pub struct WrittenRows {
    pub(super) parts: Arc<[Part]>,
}

impl WrittenRows {
    /// Returns how many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// Decodes the rows themselves: at least one batch, which may be empty.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when what was encoded cannot be decoded: a fault of this program.
    pub fn batches(&self) -> Result<Vec<RecordBatch>, StoreError> {
        let mut batches = Vec::new();
        for part in self.parts.iter() {
            let file = StoredFile::describe("rows".to_owned(), &part.bytes, part.rows);
            batches.extend(part::decode(&file, part.bytes.clone())?);
        }
        Ok(batches)
    }
}

fn refused(table: &str, what: &dyn std::fmt::Display) -> StoreError {
    StoreError::Rows { table: table.to_owned(), what: what.to_string().into() }
}
