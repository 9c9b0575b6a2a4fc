use std::io;
use std::path::PathBuf;

use super::options::{LEAST_PUPILS, MOST_PUPILS, MOST_YEARS};

/// Why no demo was written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder holds something that no demo wrote.
    #[error("expected a new or an empty folder, or one of an earlier demo, found other files")]
    Occupied(PathBuf),
    /// The options ask for a council that cannot be made.
    #[error(
        "expected {LEAST_PUPILS} to {MOST_PUPILS} pupils and 1 to {MOST_YEARS} years, found {pupils} and {years}"
    )]
    Options {
        /// Pupils asked for.
        pupils: u32,
        /// Years asked for.
        years: u32,
    },
    /// A file could not be written.
    #[error("the file cannot be written")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The case database could not be written.
    #[error("the file cannot be written")]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The workbook could not be written.
    #[error("the file cannot be written")]
    Workbook {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rust_xlsxwriter::XlsxError,
    },
}
