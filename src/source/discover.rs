//! What there is to read: the files that fit a pattern, or the one query. Reads bytes, not their meaning.

use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Place, SourceError};
use crate::diagnostic::Diagnostic;
use crate::project::{Connection, Identity, SourceDefinition};

/// Greatest size of one file: more is a mistake, or wants a database.
const LARGEST: u64 = 8 << 30;
/// Bytes read at a time.
const BLOCK: usize = 1 << 18;

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
    /// The value of `_file`: the file's stem, nothing for a query.
    pub(super) fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// What `source` has to read now, sorted by name.
///
/// # Errors
///
/// The place cannot be reached or read, a file is too large, or no file fits.
pub fn discover(source: &SourceDefinition, place: Place<'_>) -> Result<Vec<Found>, SourceError> {
    match place.connection {
        Connection::Folder(folder) => files(source, &place.root.join(&folder.path), &folder.path),
        Connection::Sqlite(database) => {
            let path = place.root.join(&database.path);
            let sql = super::database::query(source)?;
            let (bytes, mut hash) = hash_file(&path, &database.path.to_string_lossy())?;
            hash.update(sql.text().as_bytes());
            let sha256 = hexadecimal(&hash.finalize());
            let name = source.name.clone();
            Ok(vec![Found { identity: name.clone(), name, bytes, sha256, path }])
        }
    }
}

fn files(source: &SourceDefinition, folder: &Path, shown: &Path) -> Result<Vec<Found>, SourceError> {
    let pattern = source.file.files.as_ref().ok_or_else(|| {
        let span = source.file.connection.span();
        let message = "a source of a folder says which files it reads";
        let fault = Diagnostic::error(&source.source, Some(span), message);
        SourceError::Contract(Box::new(fault.with_help("write `files = \"*.csv\"`".to_owned())))
    })?;
    if !folder.is_dir() {
        let reason = "there is no such folder".to_owned();
        return Err(SourceError::Unavailable { place: shown.to_string_lossy().into_owned(), reason });
    }
    let mut paths = vec![(String::new(), folder.to_owned())];
    for part in pattern.get_ref().split('/') {
        if part == ".." {
            let message = "a pattern stays within its connection's folder";
            let fault = Diagnostic::error(&source.source, Some(pattern.span()), message);
            return Err(SourceError::Contract(Box::new(fault)));
        }
        paths = descend(&paths, part)?;
    }
    let mut found = Vec::new();
    for (name, path) in paths.into_iter().filter(|(_, path)| path.is_file()) {
        found.push(file(source, name, path)?);
    }
    if found.is_empty() {
        let (folder, pattern) = (shown.to_string_lossy().into_owned(), pattern.get_ref().clone());
        return Err(SourceError::NoFiles { folder, pattern });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// One file as it is now.
pub(super) fn file(source: &SourceDefinition, name: String, path: PathBuf) -> Result<Found, SourceError> {
    let (bytes, hash) = hash_file(&path, &name)?;
    let sha256 = hexadecimal(&hash.finalize());
    let identity = match source.file.identity {
        Identity::FileStem => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        Identity::Content => sha256.clone(),
    };
    Ok(Found { name, identity, bytes, sha256, path })
}

/// The entries of each of `folders` whose name fits `part`. Hidden files and the lock files that
/// spreadsheets leave beside an open workbook fit nothing.
fn descend(folders: &[(String, PathBuf)], part: &str) -> Result<Vec<(String, PathBuf)>, SourceError> {
    let mut found = Vec::new();
    for (name, folder) in folders {
        if !folder.is_dir() {
            continue;
        }
        let shown = if name.is_empty() { "." } else { name };
        let unreadable = |error: std::io::Error| SourceError::from_io(shown, &error);
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let own = entry.file_name().to_string_lossy().into_owned();
            if own.starts_with('.') || own.starts_with("~$") || !fits(part, &own) {
                continue;
            }
            let full = if name.is_empty() { own } else { format!("{name}/{own}") };
            found.push((full, entry.path()));
        }
    }
    Ok(found)
}

/// Whether `text` fits `pattern`, in which `*` stands for any run of characters.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part).and_then(|at| rest.get(at + part.len()..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

/// The size and the hash, still open, of a file's bytes.
pub(super) fn hash_file(path: &Path, shown: &str) -> Result<(u64, Sha256), SourceError> {
    let unreadable = |error: std::io::Error| SourceError::from_io(shown, &error);
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(SourceError::TooLarge { file: shown.to_owned(), bytes: size, limit: LARGEST });
    }
    let (mut bytes, mut hash, mut block) = (0, Sha256::new(), vec![0; BLOCK]);
    loop {
        let count = file.read(&mut block).map_err(unreadable)?;
        let Some(read) = block.get(..count).filter(|read| !read.is_empty()) else { break };
        hash.update(read);
        bytes += read.len() as u64;
    }
    Ok((bytes, hash))
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    crate::text::hex(bytes)
}
