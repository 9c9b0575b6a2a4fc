use arrow::datatypes::{DataType, TimeUnit};

use super::number::PRECISION;
use crate::project::{Column, ColumnType, Generalise, Privacy};

/// The zone of stored moments.
pub(super) const UNIVERSAL: &str = "+00:00";

/// Returns the Arrow type of a column, before privacy drops it.
pub(in crate::source) fn data_type(column: &Column) -> DataType {
    match (&column.kind, &column.privacy) {
        (_, Privacy::Pseudonymise(_))
        | (ColumnType::Date(_), Privacy::Generalise(Generalise::BirthMonth)) => DataType::Utf8,
        (ColumnType::Date(_), Privacy::Generalise(_)) | (ColumnType::Integer, _) => DataType::Int64,
        (ColumnType::Date(_), _) => DataType::Date32,
        (ColumnType::Timestamp(_), _) => moment_type(),
        (ColumnType::Boolean, _) => DataType::Boolean,
        (ColumnType::Money(of) | ColumnType::Decimal(of), _) => decimal_type(of.scale),
        (ColumnType::Text | ColumnType::Upn | ColumnType::AcademicYear | ColumnType::FinancialYear, _) => {
            DataType::Utf8
        }
    }
}

/// Returns the type of a moment: microseconds of universal time.
pub(super) fn moment_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(UNIVERSAL.into()))
}

/// Returns the type of an amount. The check has made sure that no scale is above the precision.
pub(super) fn decimal_type(scale: u8) -> DataType {
    DataType::Decimal128(PRECISION, i8::try_from(scale).unwrap_or(0))
}
