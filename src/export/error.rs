use std::io;

use arrow::error::ArrowError;
use rust_xlsxwriter::XlsxError;

/// Why rows cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A value cannot be shown.
    #[error("{0}")]
    Arrow(#[from] ArrowError),
    /// The Parquet writer refused.
    #[error("{0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The workbook writer refused.
    #[error("{0}")]
    Workbook(#[from] XlsxError),
    /// The CSV writer refused.
    #[error("{0}")]
    Csv(#[from] csv::Error),
    /// The bytes cannot be written.
    #[error("{0}")]
    Io(#[from] io::Error),
}
