//! Landings to the current table, by the source's write disposition.

use std::collections::BTreeMap;

use arrow::array::{Array, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::{DateTime, Utc};

use super::current;
use crate::job::{Context, Failure, Fingerprint, Kept, Kind};
use crate::project::{Disposition, Pipeline, SourceDefinition};
use crate::source;
use crate::store::LandingRecord;

/// The landings that make a source's table, in the order that decides.
#[derive(Debug)]
pub(crate) struct Assembly {
    landings: Vec<LandingRecord>,
    disposition: Disposition,
    key: Vec<String>,
    schema: SchemaRef,
    /// Names the table's content.
    pub(crate) fingerprint: String,
}

/// Finds the landings that a source's table is made of now, or was at `as_of`; `None` when nothing has landed.
pub(crate) fn assembly(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    as_of: Option<DateTime<Utc>>,
) -> Result<Option<Assembly>, Failure> {
    let all = context.store().landings(&pipeline.name, &definition.name, as_of)?;
    let landings: Vec<LandingRecord> =
        current::landings(&all, definition.file.disposition).into_iter().cloned().collect();
    if landings.is_empty() {
        return Ok(None);
    }
    let schema = source::schema(definition);
    let mut fingerprint = Fingerprint::of("source").with(format!("{:?}", definition.file.disposition));
    fingerprint.add(definition.source.text());
    for landing in &landings {
        fingerprint.add(&landing.contract);
        fingerprint.add(landing.replays.as_deref().unwrap_or_default());
        fingerprint.add(landing.file.as_ref().map_or(landing.id.as_str(), |file| file.sha256.as_str()));
        fingerprint.add(landing.file.as_ref().map_or("", |file| file.name.as_str()));
    }
    let key = definition.file.key.iter().map(|name| name.get_ref().clone()).collect();
    let disposition = definition.file.disposition;
    Ok(Some(Assembly { landings, disposition, key, schema, fingerprint: fingerprint.finish() }))
}

impl Assembly {
    /// Returns the landings, where the table is nothing but their rows one after the other, and its columns.
    pub(crate) fn as_landed(&self) -> Option<(&[LandingRecord], &SchemaRef)> {
        let newest = &self.landings.last()?.contract;
        let same = self.landings.iter().all(|landing| landing.contract == *newest);
        (same && self.disposition != Disposition::Merge).then_some((self.landings.as_slice(), &self.schema))
    }

    /// Returns the rows of the table.
    pub(crate) fn rows(&self, context: &Context) -> Result<Vec<RecordBatch>, Failure> {
        let mut batches = Vec::new();
        for landing in &self.landings {
            for batch in context.store().read_landing(landing)? {
                batches.push(self.in_schema(batch, landing)?);
            }
        }
        if self.disposition == Disposition::Merge { last_of_each(&batches, &self.key) } else { Ok(batches) }
    }

    /// Returns a landing's rows under today's contract. A landing of an older contract has been read again by
    /// then, unless its file is gone; then the columns that both know are kept.
    fn in_schema(&self, batch: RecordBatch, landing: &LandingRecord) -> Result<RecordBatch, Failure> {
        if batch.schema().fields() == self.schema.fields() {
            return Ok(batch);
        }
        let columns = self
            .schema
            .fields()
            .iter()
            .map(|field| match batch.column_by_name(field.name()) {
                Some(column) if column.data_type() == field.data_type() => Ok(column.clone()),
                None if field.is_nullable() => {
                    Ok(arrow::array::new_null_array(field.data_type(), batch.num_rows()))
                }
                _ => {
                    let what = format!(
                        "landing `{}` was made under an older contract and its column `{}` does not fit today's",
                        landing.id,
                        field.name()
                    );
                    Err(Failure::new(Kind::SourceRejected, what)
                        .kept(Kept::LastTables)
                        .help("put its file back, so that it is read again"))
                }
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        RecordBatch::try_new(self.schema.clone(), columns).map_err(Failure::bug)
    }
}

/// Returns the last row of each key, in the order in which the last rows came.
fn last_of_each(batches: &[RecordBatch], key: &[String]) -> Result<Vec<RecordBatch>, Failure> {
    let options = FormatOptions::default();
    let mut last: BTreeMap<Vec<String>, (usize, usize)> = BTreeMap::new();
    for (at, batch) in batches.iter().enumerate() {
        let columns: Vec<ArrayFormatter<'_>> = key
            .iter()
            .map(|name| {
                let column = batch
                    .column_by_name(name)
                    .ok_or_else(|| Failure::bug(format!("no key column `{name}`")))?;
                ArrayFormatter::try_new(column, &options).map_err(Failure::bug)
            })
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            last.insert(columns.iter().map(|column| column.value(row).to_string()).collect(), (at, row));
        }
    }
    let mut keep: Vec<Vec<bool>> = batches.iter().map(|batch| vec![false; batch.num_rows()]).collect();
    for (at, row) in last.into_values() {
        keep[at][row] = true;
    }
    batches
        .iter()
        .zip(keep)
        .map(|(batch, keep)| {
            let keep = BooleanArray::from(keep);
            if keep.true_count() == keep.len() {
                Ok(batch.clone())
            } else {
                filter_record_batch(batch, &keep).map_err(Failure::bug)
            }
        })
        .collect()
}
