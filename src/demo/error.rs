use std::io;
use std::path::PathBuf;

use super::options::MOST_PUPILS;

/// Why no demo was written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder holds something that no demo wrote.
    #[error("`{0}` is not empty and is not an earlier demo; name another folder with `--dir`")]
    Occupied(PathBuf),
    /// The options ask for a council that cannot be made.
    #[error("a demo has 200 to {MOST_PUPILS} pupils and 1 to 12 years, not {pupils} and {years}")]
    Options {
        /// Pupils asked for.
        pupils: u32,
        /// Years asked for.
        years: u32,
    },
    /// A file could not be written.
    #[error("could not write `{path}`")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The case database could not be written.
    #[error("could not write `{path}`")]
    Database {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The workbook could not be written.
    #[error("could not write `{path}`")]
    Workbook {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rust_xlsxwriter::XlsxError,
    },
}
