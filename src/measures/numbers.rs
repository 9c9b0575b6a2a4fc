//! The numbers of a column, exact: whole numbers and decimals.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use arrow::error::ArrowError;

/// A number as so many units of a power of ten: `value` over ten to the `scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: i128,
    pub(super) scale: u32,
}

impl Number {
    /// Returns the number, when it is whole and not below zero.
    pub(super) fn count(self) -> Option<u64> {
        if self.scale == 0 { u64::try_from(self.value).ok() } else { None }
    }
}

/// Returns whether a column of this type holds exact numbers.
pub(super) fn is_exact(kind: &DataType) -> bool {
    matches!(kind, DataType::Int64) || matches!(kind, DataType::Decimal128(_, scale) if *scale >= 0)
}

/// Reads the numbers of a column, row by row.
pub(super) fn numbers(rows: &RecordBatch, name: &str) -> Result<Vec<Option<Number>>, ArrowError> {
    let refused = || ArrowError::SchemaError(format!("no exact numbers in column `{name}`"));
    let column = rows.column_by_name(name).ok_or_else(refused)?;
    let at = |row: usize, value: i128, scale: u32| (!column.is_null(row)).then_some(Number { value, scale });
    if let Some(whole) = column.as_primitive_opt::<Int64Type>() {
        return Ok((0..whole.len()).map(|row| at(row, i128::from(whole.value(row)), 0)).collect());
    }
    let decimals = column.as_primitive_opt::<Decimal128Type>().ok_or_else(refused)?;
    let scale = u32::try_from(decimals.scale()).map_err(|_| refused())?;
    Ok((0..decimals.len()).map(|row| at(row, decimals.value(row), scale)).collect())
}

/// Returns for each row whether it has a value: all of them, or those in which the column is true.
pub(super) fn flags(rows: &RecordBatch, name: Option<&str>) -> Result<Vec<bool>, ArrowError> {
    let Some(name) = name else { return Ok(vec![true; rows.num_rows()]) };
    let column = rows.column_by_name(name).and_then(|column| column.as_boolean_opt());
    let column = column.ok_or_else(|| ArrowError::SchemaError(format!("no yes or no in column `{name}`")))?;
    Ok(column.iter().map(|value| value == Some(true)).collect())
}
