//! Landings to the current table, by the source's write disposition.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
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
    updated_at: Option<String>,
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
    let landings: Vec<LandingRecord> = current::landings(&all, definition).into_iter().cloned().collect();
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
        // The same bytes under the same contract may be judged otherwise on another day or beside another file.
        for part in &landing.parts {
            fingerprint.add(&part.sha256);
        }
    }
    let key = definition.file.key.iter().map(|name| name.get_ref().clone()).collect();
    let disposition = definition.file.disposition;
    let updated_at = definition.file.updated_at.as_ref().map(|name| name.get_ref().clone());
    let fingerprint = fingerprint.finish();
    Ok(Some(Assembly { landings, disposition, key, updated_at, schema, fingerprint }))
}

impl Assembly {
    /// Returns the landings, where the table is nothing but their rows one after the other, and its columns.
    pub(crate) fn as_landed(&self) -> Option<(&[LandingRecord], &SchemaRef)> {
        let newest = &self.landings.last()?.contract;
        let same = self.landings.iter().all(|landing| landing.contract == *newest);
        (same && self.disposition != Disposition::Merge).then_some((self.landings.as_slice(), &self.schema))
    }

    /// Returns the names of the keys of the pseudonyms in the table.
    pub(crate) fn keys(&self) -> BTreeSet<String> {
        self.landings.iter().filter_map(|landing| landing.key.clone()).collect()
    }

    /// Reads the rows of the table.
    pub(crate) fn rows(&self, context: &Context) -> Result<Vec<RecordBatch>, Failure> {
        let mut batches = Vec::new();
        for landing in &self.landings {
            for batch in context.store().read_landing(landing)? {
                batches.push(in_schema(&self.schema, batch, landing)?);
            }
        }
        if self.disposition == Disposition::Merge {
            newest_of_each(&batches, &self.key, self.updated_at.as_deref())
        } else {
            Ok(batches)
        }
    }
}

/// Returns a landing's rows under today's contract, whose columns are `schema`. A landing of an older contract has been
/// read again by then, unless its file is gone; then the columns that both know are kept.
pub(super) fn in_schema(
    schema: &SchemaRef,
    batch: RecordBatch,
    landing: &LandingRecord,
) -> Result<RecordBatch, Failure> {
    if batch.schema().fields() == schema.fields() {
        return Ok(batch);
    }
    let columns = schema
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
    RecordBatch::try_new(schema.clone(), columns).map_err(Failure::bug)
}

/// Returns the row of each key that changed last by `updated_at`, or else came last, in the order in which rows came.
fn newest_of_each(
    batches: &[RecordBatch],
    key: &[String],
    updated_at: Option<&str>,
) -> Result<Vec<RecordBatch>, Failure> {
    let keep = survivors(batches, key, updated_at, &BTreeSet::new())?;
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

/// Returns for each row of each batch whether it is the one of its key that changed last by `updated_at`, or else came
/// last. A row whose key has a blank is no other's: all of them stay. `without`: rows that are left out, by batch and
/// row.
pub(super) fn survivors(
    batches: &[RecordBatch],
    key: &[String],
    updated_at: Option<&str>,
    without: &BTreeSet<(usize, usize)>,
) -> Result<Vec<Vec<bool>>, Failure> {
    let mut keys = Comparing::of(batches, key)?;
    let mut moments = updated_at.map(|name| Comparing::of(batches, &[name.to_owned()])).transpose()?;
    // The newest row of each key: its place, and when it changed.
    let mut newest: HashMap<OwnedRow, (usize, usize, Option<OwnedRow>)> = HashMap::new();
    let mut keep: Vec<Vec<bool>> = batches.iter().map(|batch| vec![true; batch.num_rows()]).collect();
    for (at, batch) in batches.iter().enumerate() {
        let rows = keys.rows(batch)?;
        let changed = moments.as_mut().map(|moments| moments.rows(batch)).transpose()?;
        for row in 0..batch.num_rows() {
            if without.contains(&(at, row)) {
                if let Some(keep) = keep.get_mut(at).and_then(|rows| rows.get_mut(row)) {
                    *keep = false;
                }
                continue;
            }
            if keys.has_blank(batch, row) {
                continue;
            }
            // A blank moment is earlier than any.
            let changed = changed.as_ref().map(|changed| changed.row(row).owned());
            let drop = match newest.entry(rows.row(row).owned()) {
                Entry::Vacant(place) => {
                    place.insert((at, row, changed));
                    continue;
                }
                Entry::Occupied(there) if changed < there.get().2 => (at, row),
                Entry::Occupied(mut there) => {
                    let (at, row, _) = there.insert((at, row, changed));
                    (at, row)
                }
            };
            if let Some(keep) = keep.get_mut(drop.0).and_then(|rows| rows.get_mut(drop.1)) {
                *keep = false;
            }
        }
    }
    Ok(keep)
}

/// Columns by which rows are compared.
pub(super) struct Comparing {
    places: Vec<usize>,
    converter: RowConverter,
}

impl Comparing {
    pub(super) fn of(batches: &[RecordBatch], names: &[String]) -> Result<Self, Failure> {
        let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        let (mut places, mut fields) = (Vec::new(), Vec::new());
        for name in names.iter().filter(|_| !batches.is_empty()) {
            let place = schema.index_of(name).map_err(Failure::bug)?;
            places.push(place);
            fields.push(SortField::new(schema.field(place).data_type().clone()));
        }
        Ok(Self { places, converter: RowConverter::new(fields).map_err(Failure::bug)? })
    }

    pub(super) fn rows(&mut self, batch: &RecordBatch) -> Result<Rows, Failure> {
        let columns: Vec<ArrayRef> = self.places.iter().map(|place| batch.column(*place).clone()).collect();
        self.converter.convert_columns(&columns).map_err(Failure::bug)
    }

    fn has_blank(&self, batch: &RecordBatch, row: usize) -> bool {
        self.places.iter().any(|place| batch.column(*place).is_null(row))
    }
}
