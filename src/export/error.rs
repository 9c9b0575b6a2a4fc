use std::io;

use arrow::error::ArrowError;
use rust_xlsxwriter::XlsxError;

/// Why rows cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A value cannot be shown.
    #[error("a value cannot be written")]
    Arrow(#[from] ArrowError),
    /// The Parquet writer refused.
    #[error("the rows cannot be written as Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The workbook writer refused.
    #[error("the rows cannot be written as a workbook")]
    Workbook(#[from] XlsxError),
    /// The CSV writer refused.
    #[error("the rows cannot be written as CSV")]
    Csv(#[from] csv::Error),
    /// The bytes cannot be written.
    #[error("the bytes cannot be written")]
    Io(#[from] io::Error),
}
