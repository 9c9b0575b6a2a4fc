//! The few types that are published, and how a result becomes one of them.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options, concat_batches};
use arrow::datatypes::{DataType, Decimal128Type, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;

use crate::diagnostic::{Diagnostic, SourceFile};

/// The most digits of a published decimal: Power BI and .NET hold no more, and no sum of a council has as many.
const DIGITS: u8 = 28;

/// Returns the type in which a column is published: one text, one integer, one date, decimals as they are but for digits that
/// no other tool could hold.
fn published_type(found: &DataType) -> DataType {
    match found {
        DataType::Utf8View | DataType::LargeUtf8 | DataType::Null => DataType::Utf8,
        DataType::Dictionary(_, value) => published_type(value),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => DataType::Int64,
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::Decimal128(precision, scale) if *precision > DIGITS && scale.unsigned_abs() <= DIGITS => {
            DataType::Decimal128(DIGITS, *scale)
        }
        DataType::Float16 | DataType::Float32 => DataType::Float64,
        DataType::Date64 => DataType::Date32,
        DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Microsecond, zone.clone()),
        other => other.clone(),
    }
}

/// Returns `found` in the published types; every column may be null, as SQL has it.
pub(super) fn schema(found: &Schema) -> SchemaRef {
    let fields: Vec<Field> = found
        .fields()
        .iter()
        .map(|field| Field::new(field.name(), published_type(field.data_type()), true))
        .collect();
    Arc::new(Schema::new(fields))
}

/// Refuses columns of types that neither the store nor analysts' tools agree on.
pub(super) fn refuse_unpublishable(sql: &Arc<SourceFile>, schema: &Schema) -> Result<(), Diagnostic> {
    let mut names = std::collections::BTreeSet::new();
    for field in schema.fields() {
        if !names.insert(field.name()) {
            let message =
                format!("expected a name of its own for each column, found `{}` twice", field.name());
            let help = "give one of them another name with `AS`";
            return Err(Diagnostic::error(sql, None, message).with_help(help.to_owned()));
        }
        let fits = matches!(
            field.data_type(),
            DataType::Utf8
                | DataType::Int64
                | DataType::Boolean
                | DataType::Float64
                | DataType::Date32
                | DataType::Decimal128(..)
                | DataType::Decimal256(..)
                | DataType::Timestamp(..)
        );
        if !fits {
            let message = format!(
                "column `{}` is of type {}, which cannot be published",
                field.name(),
                field.data_type()
            );
            return Err(Diagnostic::error(sql, None, message).with_help(
                "cast it to VARCHAR, BIGINT, DOUBLE, DECIMAL, DATE, TIMESTAMP or BOOLEAN".to_owned(),
            ));
        }
    }
    Ok(())
}

/// Refuses decimals that are larger than their type: arithmetic of DataFusion does not always notice.
pub(super) fn refuse_too_large(sql: &Arc<SourceFile>, rows: &RecordBatch) -> Result<(), Diagnostic> {
    for (column, field) in rows.columns().iter().zip(rows.schema().fields()) {
        let DataType::Decimal128(digits, _) = field.data_type() else { continue };
        let values = column.as_primitive::<Decimal128Type>();
        if values.validate_decimal_precision(*digits).is_err() {
            let message = format!("a number of column `{}` has more than {digits} digits", field.name());
            return Err(Diagnostic::error(sql, None, message)
                .with_help("cast what it is worked out from to a narrower DECIMAL".to_owned()));
        }
    }
    Ok(())
}

/// Returns `batches` as one batch of `schema`.
pub(super) fn batch(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let tidied: Vec<RecordBatch> =
        batches.iter().map(|batch| cast_to(schema, batch)).collect::<Result<_, _>>()?;
    concat_batches(schema, &tidied)
}

fn cast_to(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<ArrayRef> = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| {
            if column.data_type() == field.data_type() {
                Ok(Arc::clone(column))
            } else {
                // A number that does not fit is a fault, never a blank.
                let options = CastOptions { safe: false, ..CastOptions::default() };
                cast_with_options(column, field.data_type(), &options)
            }
        })
        .collect::<Result<_, _>>()?;
    RecordBatch::try_new(Arc::clone(schema), columns)
}
