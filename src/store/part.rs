//! Rows to Parquet and back.
//!
//! The same rows give the same bytes: nothing of the run, the clock or the machine is written.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::error::StoreError;
use super::stored_file::StoredFile;

/// Rows in a row group: the unit in which a reader skips.
const GROUP_ROWS: usize = 1_000_000;

/// What is written into a table's files besides its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout<'a> {
    /// For messages.
    pub(super) table: &'a str,
    /// Columns that the rows are put in order of.
    pub(super) sort: &'a [String],
    /// What the table is.
    pub(super) comment: Option<&'a str>,
    /// What the columns mean.
    pub(super) column_comments: &'a BTreeMap<String, String>,
    /// Bytes after which a new part is begun.
    pub(super) part_bytes: usize,
}

impl Layout<'_> {
    fn refused(&self, what: impl std::fmt::Display) -> StoreError {
        StoreError::Rows { table: self.table.to_owned(), what: what.to_string().into() }
    }
}

/// One encoded part.
#[derive(Debug)]
pub(super) struct Part {
    /// The file.
    pub(super) bytes: Vec<u8>,
    /// Its rows.
    pub(super) rows: u64,
}

/// Returns the schema as it is published: our comments, and nothing else that the batches carried with them.
pub(super) fn schema(batches: &[RecordBatch], layout: &Layout<'_>) -> Result<SchemaRef, StoreError> {
    let first = batches.first().ok_or_else(|| layout.refused("there is no batch to take columns from"))?;
    if let Some(comment) =
        layout.column_comments.keys().find(|column| first.schema().field_with_name(column).is_err())
    {
        return Err(layout.refused(format_args!("a comment is for column `{comment}`, which is not there")));
    }
    let fields: Vec<Field> = first
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let comment = layout.column_comments.get(field.name());
            let metadata = comment.map(|text| ("comment".to_owned(), text.clone())).into_iter().collect();
            let nullable = batches
                .iter()
                .any(|batch| batch.schema().field_with_name(field.name()).is_ok_and(Field::is_nullable));
            Field::new(field.name(), field.data_type().clone(), nullable).with_metadata(metadata)
        })
        .collect();
    Ok(Arc::new(Schema::new(fields)))
}

/// Encodes `batches`, sorted as `layout` says, as one part or as many as its size asks for.
pub(super) fn encode(batches: &[RecordBatch], layout: &Layout<'_>) -> Result<Vec<Part>, StoreError> {
    let schema = schema(batches, layout)?;
    let refused = |fault: ArrowError| layout.refused(fault);
    let mut rows = Vec::with_capacity(batches.len());
    for batch in batches {
        rows.push(RecordBatch::try_new(schema.clone(), batch.columns().to_vec()).map_err(refused)?);
    }
    let rows = sorted(rows, &schema, layout.sort).map_err(refused)?;
    write(&rows, &schema, layout).map_err(|fault| layout.refused(fault))
}

fn write(
    batches: &[RecordBatch],
    schema: &SchemaRef,
    layout: &Layout<'_>,
) -> Result<Vec<Part>, ParquetError> {
    let mut encoder = Encoder::new(schema, layout)?;
    batches.iter().try_for_each(|batch| encoder.push(batch))?;
    encoder.finish()
}

/// Encodes rows as they come: what is held of them is what they take in the file.
pub(super) struct Encoder {
    writer: ArrowWriter<Vec<u8>>,
    schema: SchemaRef,
    properties: WriterProperties,
    part_bytes: usize,
    rows: u64,
    parts: Vec<Part>,
}

impl Encoder {
    /// Makes a writer for rows of `schema`, in the order in which they will come.
    pub(super) fn new(schema: &SchemaRef, layout: &Layout<'_>) -> Result<Self, ParquetError> {
        let properties = properties(schema, layout)?;
        Ok(Self {
            writer: ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties.clone()))?,
            schema: schema.clone(),
            properties,
            part_bytes: layout.part_bytes,
            rows: 0,
            parts: Vec::new(),
        })
    }

    /// Adds rows.
    pub(super) fn push(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        for start in (0..batch.num_rows()).step_by(GROUP_ROWS) {
            if self.writer.bytes_written() + self.writer.in_progress_size() > self.part_bytes {
                self.end_part()?;
            }
            let slice = batch.slice(start, GROUP_ROWS.min(batch.num_rows() - start));
            self.rows += slice.num_rows() as u64;
            self.writer.write(&slice)?;
        }
        Ok(())
    }

    fn end_part(&mut self) -> Result<(), ParquetError> {
        let next = ArrowWriter::try_new(Vec::new(), self.schema.clone(), Some(self.properties.clone()))?;
        let full = std::mem::replace(&mut self.writer, next);
        self.parts.push(Part { bytes: full.into_inner()?, rows: std::mem::take(&mut self.rows) });
        Ok(())
    }

    /// Ends the last part, and returns all of them, at least one.
    pub(super) fn finish(mut self) -> Result<Vec<Part>, ParquetError> {
        self.parts.push(Part { bytes: self.writer.into_inner()?, rows: self.rows });
        Ok(self.parts)
    }
}

fn properties(schema: &SchemaRef, layout: &Layout<'_>) -> Result<WriterProperties, ParquetError> {
    let mut sorting = Vec::with_capacity(layout.sort.len());
    for name in layout.sort {
        let column = schema.index_of(name).map_err(|fault| ParquetError::General(fault.to_string()))?;
        let column_idx = i32::try_from(column).map_err(|fault| ParquetError::General(fault.to_string()))?;
        sorting.push(SortingColumn { column_idx, descending: false, nulls_first: false });
    }
    let comment = layout.comment.map(|text| vec![KeyValue::new("comment".to_owned(), text.to_owned())]);
    Ok(WriterProperties::builder()
        .set_created_by(concat!("sufficiency ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_sorting_columns((!sorting.is_empty()).then_some(sorting))
        .set_key_value_metadata(comment)
        .build())
}

/// Sorts the rows by `sort`, rows that are equal in it as they came. Batches that are in order already are left as they
/// are.
fn sorted(
    batches: Vec<RecordBatch>,
    schema: &SchemaRef,
    sort: &[String],
) -> Result<Vec<RecordBatch>, ArrowError> {
    if sort.is_empty() {
        return Ok(batches);
    }
    let options = arrow::compute::SortOptions { descending: false, nulls_first: false };
    let mut columns = Vec::with_capacity(sort.len());
    for name in sort {
        columns.push(schema.index_of(name)?);
    }
    let fields = schema
        .project(&columns)?
        .fields()
        .iter()
        .map(|field| field.data_type().clone())
        .map(|kind| SortField::new_with_options(kind, options))
        .collect();
    let converter = RowConverter::new(fields)?;
    let mut keys = converter.empty_rows(0, 0);
    for batch in &batches {
        let sorting: Vec<ArrayRef> = batch.project(&columns)?.columns().to_vec();
        converter.append(&mut keys, &sorting)?;
    }
    if keys.iter().is_sorted() {
        return Ok(batches);
    }
    let count =
        u32::try_from(keys.num_rows()).map_err(|fault| ArrowError::ComputeError(fault.to_string()))?;
    let mut order: Vec<(arrow::row::Row<'_>, u32)> = keys.iter().zip(0..count).collect();
    order.sort_unstable();
    let order = UInt32Array::from_iter_values(order.into_iter().map(|(_, row)| row));
    let whole = concat_batches(schema, &batches)?;
    Ok(vec![take_record_batch(&whole, &order)?])
}

/// Decodes the rows of a file whose hash was checked. Comments are in the commit, so columns come without them.
pub(super) fn decode(file: &StoredFile, bytes: Vec<u8>) -> Result<Vec<RecordBatch>, StoreError> {
    let mut batches = Vec::new();
    let schema = decode_each(file, bytes, &mut |batch| {
        batches.push(batch);
        Ok(())
    })?;
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    Ok(batches)
}

/// Decodes as [`decode`] does, batch by batch, and returns the columns besides, as there may be no rows.
pub(super) fn decode_each(
    file: &StoredFile,
    bytes: Vec<u8>,
    take: &mut dyn FnMut(RecordBatch) -> Result<(), StoreError>,
) -> Result<SchemaRef, StoreError> {
    let unreadable = |fault: &dyn std::fmt::Display| file.damaged(fault.to_string());
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
        .map_err(|fault| unreadable(&fault))?
        .with_batch_size(64 * 1024);
    let schema = plain(reader.schema());
    for batch in reader.build().map_err(|fault| unreadable(&fault))? {
        let batch = batch.map_err(|fault| unreadable(&fault))?;
        let columns = batch.columns().to_vec();
        take(RecordBatch::try_new(schema.clone(), columns).map_err(|fault| unreadable(&fault))?)?;
    }
    Ok(schema)
}

fn plain(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<Field> =
        schema.fields().iter().map(|field| field.as_ref().clone().with_metadata(HashMap::new())).collect();
    Arc::new(Schema::new(fields))
}
