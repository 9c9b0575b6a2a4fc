use std::fs::File;

use crate::source::error::SourceError;
use crate::source::format::parquet::rows;
use crate::source::format::workbook::sheet;
use crate::source::row::Take;

/// Processor time for a workbook, in seconds.
const WORKBOOK_SECONDS: u64 = 120;
/// Processor time for a Parquet file, which may have many more rows, in seconds.
const PARQUET_SECONDS: u64 = 3600;

/// What is read in the sandbox.
#[derive(Debug, Clone, Copy)]
pub enum Task<'a> {
    /// The one sheet of a workbook whose name fits this pattern.
    Workbook(&'a str),
    /// A Parquet file.
    Parquet,
}

impl Task<'_> {
    /// Returns the argument of the command line for this task, if it needs one.
    pub(super) fn argument(self) -> Option<String> {
        match self {
            Self::Workbook(sheet) => Some(format!("--sheet={sheet}")),
            Self::Parquet => None,
        }
    }

    /// Returns the most processor time that it may take, in seconds.
    pub(super) fn seconds(self) -> u64 {
        match self {
            Self::Workbook(_) => WORKBOOK_SECONDS,
            Self::Parquet => PARQUET_SECONDS,
        }
    }

    /// Builds the fault of a file that its parser cannot read.
    pub(super) fn fault(self, file: &str, reason: impl Into<String>) -> SourceError {
        let (file, reason) = (file.to_owned(), reason.into());
        match self {
            Self::Workbook(_) => SourceError::Workbook { file, reason },
            Self::Parquet => SourceError::Parquet { file, reason },
        }
    }

    /// Reads in this process.
    pub(super) fn read(self, file: &str, from: File, take: Take<'_>) -> Result<(), SourceError> {
        match self {
            Self::Workbook(name) => sheet::read(file, from, name, take),
            Self::Parquet => rows::read(file, from, take),
        }
    }
}
