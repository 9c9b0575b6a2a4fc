//! Computed columns: what SQL does not say well, worked out in Rust from a model's rows.
//!
//! A model declares them in its sidecar under `[computed]`; they stand after the columns of its query.
//! Each value is worked out from its own row alone and by basic arithmetic, so the same rows give the same
//! digits on every machine, and nothing here is drawn by chance.

mod fisher;

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, did_you_mean};
use crate::project::{Computation, Model, TwoByTwo};

/// Precision and scale of every computed number.
const KIND: DataType = DataType::Decimal128(12, SCALE);
const SCALE: i8 = 4;

/// The columns of `model` when its query gives those of `query`.
///
/// # Errors
///
/// A fault at its place in the sidecar for a column that the query does not give or that counts nothing,
/// and for a computed column that has the name of another.
pub fn schema(model: &Model, query: &SchemaRef) -> Result<SchemaRef, Diagnostics> {
    let mut faults = Diagnostics::default();
    let file = model.settings.as_ref().unwrap_or(&model.sql);
    let mut fields: Vec<Arc<Field>> = query.fields().iter().cloned().collect();
    for (name, Computation::FisherExact(cells)) in &model.file.computed {
        let mut fault = |place: &Spanned<String>, message: String, help: Option<String>| {
            faults.push(Diagnostic::error(file, Some(place.span()), message).with_help(help));
        };
        if query.field_with_name(name.get_ref()).is_ok() {
            let message = format!("`{}` is a column of the query already", name.get_ref());
            fault(name, message, Some("give the computed column a name of its own".to_owned()));
        }
        for cell in columns(cells) {
            match query.field_with_name(cell.get_ref()) {
                Ok(field) if field.data_type() == &DataType::Int64 => {}
                Ok(_) => {
                    let message =
                        format!("`{}` is not a whole number, and `fisher_exact` counts", cell.get_ref());
                    fault(cell, message, Some("cast it to BIGINT in the query".to_owned()));
                }
                Err(_) => {
                    let known = query.fields().iter().map(|field| field.name());
                    let message = format!("`{}` gives no column `{}`", model.sql.shown(), cell.get_ref());
                    fault(cell, message, did_you_mean(cell.get_ref(), known));
                }
            }
        }
        fields.push(Arc::new(Field::new(name.get_ref(), KIND, true)));
    }
    faults.or(Arc::new(Schema::new(fields)))
}

/// `rows` of the query of `model`, with its computed columns after them.
///
/// A row whose cells are null or negative, or whose table has an empty margin, has no value.
///
/// # Errors
///
/// Arrow's, when `rows` have not the columns that [`schema`] has looked up.
pub fn compute(model: &Model, rows: RecordBatch) -> Result<RecordBatch, ArrowError> {
    if model.file.computed.is_empty() {
        return Ok(rows);
    }
    let mut fields: Vec<Arc<Field>> = rows.schema().fields().iter().cloned().collect();
    let mut arrays: Vec<ArrayRef> = rows.columns().to_vec();
    for (name, Computation::FisherExact(cells)) in &model.file.computed {
        fields.push(Arc::new(Field::new(name.get_ref(), KIND, true)));
        arrays.push(Arc::new(fisher_exact(cells, &rows)?));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

fn columns(cells: &TwoByTwo) -> impl Iterator<Item = &Spanned<String>> {
    cells.first.iter().chain(&cells.second)
}

/// The p of each row, to four decimals.
fn fisher_exact(cells: &TwoByTwo, rows: &RecordBatch) -> Result<Decimal128Array, ArrowError> {
    let counts: Vec<Vec<Option<u64>>> =
        columns(cells).map(|column| counts(rows, column.get_ref())).collect::<Result<_, _>>()?;
    let at = |column: usize, row: usize| counts.get(column)?.get(row).copied().flatten();
    let values: Decimal128Array = (0..rows.num_rows())
        .map(|row| {
            let first = [at(0, row)?, at(1, row)?];
            let second = [at(2, row)?, at(3, row)?];
            fisher::two_sided(first, second).map(ten_thousandths)
        })
        .collect();
    values.with_precision_and_scale(12, SCALE)
}

/// The counts of a column; none where it is null or below zero.
fn counts(rows: &RecordBatch, name: &str) -> Result<Vec<Option<u64>>, ArrowError> {
    let column = rows
        .column_by_name(name)
        .and_then(|column| column.as_primitive_opt::<Int64Type>())
        .ok_or_else(|| ArrowError::SchemaError(format!("no whole numbers in column `{name}`")))?;
    Ok((0..column.len())
        .map(|row| if column.is_null(row) { None } else { u64::try_from(column.value(row)).ok() })
        .collect())
}

/// A probability in units of the column, halves away from zero.
#[expect(clippy::cast_possible_truncation, reason = "a probability is at most 1, so this is at most 10,000")]
fn ten_thousandths(probability: f64) -> i128 {
    (probability * 10_000.0).round() as i128
}

#[cfg(test)]
mod tests;
