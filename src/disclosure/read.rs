use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use chrono::{Days, NaiveDate};

use super::cleared::{Cell, Value};
use super::decimal::Decimal;
use crate::diagnostic::Diagnostics;

/// Why rows did not pass the gate.
#[derive(Debug, thiserror::Error)]
pub enum DisclosureError {
    /// Not even an empty batch, so the columns are unknown.
    #[error("model `{model}` gave no batch, so that its columns are unknown")]
    NoBatch {
        /// The model.
        model: String,
    },
    /// The policy does not fit the columns.
    #[error("the disclosure policy of model `{model}` does not fit its columns:\n{faults}")]
    Policy {
        /// The model.
        model: String,
        /// What does not fit.
        faults: Diagnostics,
    },
    /// A type that no report shows.
    #[error("column `{column}` of model `{model}` is {kind}, which no report shows")]
    Type {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// Its type.
        kind: DataType,
    },
    /// Two rows of the same name: sets of parts and totals cannot be distinguished.
    #[error("two rows of model `{model}` have the same key: its `grain` does not name a row")]
    RepeatedKey {
        /// The model.
        model: String,
    },
    /// A hidden count that can be worked out, with nothing left to hide beside it.
    #[error(
        "`{cell}` is hidden, and can be worked out from what is shown or was shown by an earlier edition: nothing is left to hide beside it"
    )]
    Exposed {
        /// The count and the codes of its keys.
        cell: String,
    },
    /// A revision from which a reader of the last one would learn what became of a few.
    #[error(
        "{counts} counts move by less than the threshold since an earlier edition: whoever has both would learn of how few, and of whom"
    )]
    Moved {
        /// How many counts move so.
        counts: usize,
    },
}

/// Reads the cells of `batches`, row by row; nulls are [`Cell::Missing`].
pub(super) fn rows(batches: &[RecordBatch], model: &str) -> Result<Vec<Vec<Cell>>, DisclosureError> {
    let mut rows = Vec::new();
    for batch in batches {
        let start = rows.len();
        rows.resize_with(start + batch.num_rows(), || Vec::with_capacity(batch.num_columns()));
        for (array, field) in batch.columns().iter().zip(batch.schema().fields()) {
            let unreadable = || DisclosureError::Type {
                model: model.to_owned(),
                column: field.name().clone(),
                kind: array.data_type().clone(),
            };
            for (at, row) in rows.iter_mut().skip(start).enumerate() {
                let cell =
                    if array.is_null(at) { Some(Cell::Missing) } else { value(array, at).map(Cell::Shown) };
                row.push(cell.ok_or_else(unreadable)?);
            }
        }
    }
    Ok(rows)
}

/// Returns the value of `array` at `at`, which is not null; `None` for a type that no report shows.
fn value(array: &dyn Array, at: usize) -> Option<Value> {
    let whole = |number: i64| Value::Number(Decimal::integer(number));
    Some(match array.data_type() {
        DataType::Utf8 => Value::Text(array.as_string::<i32>().value(at).to_owned()),
        DataType::LargeUtf8 => Value::Text(array.as_string::<i64>().value(at).to_owned()),
        DataType::Utf8View => Value::Text(array.as_string_view().value(at).to_owned()),
        DataType::Boolean => Value::Boolean(array.as_boolean().value(at)),
        DataType::Date32 => Value::Date(day(array.as_primitive::<Date32Type>().value(at))?),
        DataType::Decimal128(_, scale) => {
            let units = array.as_primitive::<Decimal128Type>().value(at);
            Value::Number(Decimal::new(units, u32::try_from(*scale).ok()?))
        }
        DataType::Int8 => whole(array.as_primitive::<Int8Type>().value(at).into()),
        DataType::Int16 => whole(array.as_primitive::<Int16Type>().value(at).into()),
        DataType::Int32 => whole(array.as_primitive::<Int32Type>().value(at).into()),
        DataType::Int64 => whole(array.as_primitive::<Int64Type>().value(at)),
        DataType::UInt8 => whole(array.as_primitive::<UInt8Type>().value(at).into()),
        DataType::UInt16 => whole(array.as_primitive::<UInt16Type>().value(at).into()),
        DataType::UInt32 => whole(array.as_primitive::<UInt32Type>().value(at).into()),
        DataType::UInt64 => whole(i64::try_from(array.as_primitive::<UInt64Type>().value(at)).ok()?),
        _ => return None,
    })
}

/// Returns the day that lies `days` after 1 January 1970.
fn day(days: i32) -> Option<NaiveDate> {
    let distance = Days::new(u64::from(days.unsigned_abs()));
    let start = NaiveDate::default();
    if days < 0 { start.checked_sub_days(distance) } else { start.checked_add_days(distance) }
}
