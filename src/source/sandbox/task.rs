use std::fs::File;

use crate::source::error::SourceError;
use crate::source::format::parquet::rows;
use crate::source::format::workbook::pick::Wanted;
use crate::source::format::workbook::sheet;
use crate::source::row::Take;

/// Processor time for a workbook, in seconds.
const WORKBOOK_SECONDS: u64 = 120;
/// Processor time for a Parquet file, which may have many more rows, in seconds.
const PARQUET_SECONDS: u64 = 3600;

/// What is read in the sandbox.
#[derive(Debug, Clone, Copy)]
pub enum Task<'a> {
    /// One sheet of a workbook.
    Workbook {
        /// Its name, or a pattern.
        sheet: &'a str,
        /// Whether the workbook is of persons, so that a sheet may be called by a child's name.
        of_persons: bool,
    },
    /// A Parquet file.
    Parquet,
}

impl Task<'_> {
    /// Returns the arguments of the command line for this task.
    pub(super) fn arguments(self) -> Vec<String> {
        match self {
            Self::Workbook { sheet, of_persons } => {
                let mut arguments = vec![format!("--sheet={sheet}")];
                arguments.extend(of_persons.then(|| "--of-persons".to_owned()));
                arguments
            }
            Self::Parquet => Vec::new(),
        }
    }

    /// Returns the most processor time that it may take, in seconds.
    pub(super) fn seconds(self) -> u64 {
        match self {
            Self::Workbook { .. } => WORKBOOK_SECONDS,
            Self::Parquet => PARQUET_SECONDS,
        }
    }

    /// Builds the fault of a file that its parser cannot read.
    pub(super) fn fault(self, file: &str, reason: impl Into<String>) -> SourceError {
        let (file, reason) = (file.to_owned(), reason.into());
        match self {
            Self::Workbook { .. } => SourceError::Workbook { file, reason },
            Self::Parquet => SourceError::Parquet { file, reason },
        }
    }

    /// Reads in this process.
    pub(super) fn read(self, file: &str, from: File, take: Take<'_>) -> Result<(), SourceError> {
        match self {
            Self::Workbook { sheet, of_persons } => {
                sheet::read(file, from, Wanted { name: sheet, of_persons }, take)
            }
            Self::Parquet => rows::read(file, from, take),
        }
    }
}
