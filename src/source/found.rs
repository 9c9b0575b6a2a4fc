use crate::text::hex;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::SourceError;
use super::file::archive;
use super::hash::hash_file;
use crate::project::{Identity, SourceDefinition};

/// One thing to extract: a file, or the query of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The file relative to the connection, with `/`; for a member of an archive, with the archive as a folder; for a
    /// query, the source's name.
    pub name: String,
    /// What makes it the same file when it comes again, as [`identity`] says.
    pub identity: String,
    /// Its size; for a query, that of the database file.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal; for a query, of the database file and the query's text.
    pub sha256: String,
    /// Where it is on this machine; for a member of an archive, where the archive is.
    pub path: PathBuf,
    /// The member of an archive, by its name there.
    pub member: Option<String>,
}

/// Returns what makes the file `name` of `source` the same file when it comes again: its path below the connection,
/// its name without folder and extension, or its bytes.
///
/// It follows from the name and the bytes, which every landing records, and not from what a landing of an older
/// program recorded as its identity: a contract that changes its `identity` finds its files again.
#[must_use]
pub fn identity(source: &SourceDefinition, name: &str, sha256: &str) -> String {
    match source.file.identity {
        Identity::Path => name.to_owned(),
        Identity::FileStem => stem(Path::new(name)),
        Identity::Content => sha256.to_owned(),
    }
}

impl Found {
    /// Looks at the file at `path` as it is now.
    pub(super) fn file(source: &SourceDefinition, name: String, path: PathBuf) -> Result<Self, SourceError> {
        let (bytes, hash) = hash_file(&path, &name)?;
        let sha256 = hex(&hash.finalize());
        let identity = identity(source, &name, &sha256);
        Ok(Self { name, identity, bytes, sha256, path, member: None })
    }

    /// Returns a member of the archive at `path`, with its bytes unpacked.
    pub(super) fn member(
        source: &SourceDefinition,
        name: String,
        path: PathBuf,
        member: String,
        unpacked: &[u8],
    ) -> Self {
        let sha256 = hex(&Sha256::digest(unpacked));
        let identity = identity(source, &name, &sha256);
        Self { name, identity, bytes: unpacked.len() as u64, sha256, path, member: Some(member) }
    }

    /// Looks at the same file, or member of an archive, again as it is now.
    pub(super) fn again(self, source: &SourceDefinition) -> Result<Self, SourceError> {
        match self.member {
            Some(member) => {
                let unpacked = archive::member(&self.name, &self.path, &member)?;
                Ok(Self::member(source, self.name, self.path, member, &unpacked))
            }
            None => Self::file(source, self.name, self.path),
        }
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
