use std::path::PathBuf;

use sha2::Digest;

use super::error::SourceError;
use super::hash::{hash_file, hexadecimal};
use crate::project::{Identity, SourceDefinition};

/// One thing to extract: a file, or the query of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file relative to the connection, with `/`; for a query, the source's name.
    pub name: String,
    /// What makes it the same file when it comes again: the stem of its name, or the hash of its bytes.
    pub identity: String,
    /// Its size; for a query, that of the database file.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal; for a query, of the database file and the query's text.
    pub sha256: String,
    /// Where it is on this machine.
    pub path: PathBuf,
}

impl Found {
    /// Looks at the file at `path` as it is now.
    pub(super) fn file(source: &SourceDefinition, name: String, path: PathBuf) -> Result<Self, SourceError> {
        let (bytes, hash) = hash_file(&path, &name)?;
        let sha256 = hexadecimal(&hash.finalize());
        let identity = match source.file.identity {
            Identity::FileStem => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            Identity::Content => sha256.clone(),
        };
        Ok(Self { name, identity, bytes, sha256, path })
    }

    /// Returns the value of `_file` for the rows of a file: its name without folder and extension.
    pub(super) fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}
