use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Writes `bytes` at `path`, whole or not at all.
///
/// # Errors
///
/// The reason that the folder gives.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Tries whether the folder of `path` takes a file, and leaves none.
///
/// # Errors
///
/// The reason that the folder gives.
pub fn try_folder(path: &Path) -> io::Result<()> {
    beside(path).map(drop)
}

/// Makes a file with a name of its own in the folder of `path`.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The system says best why a folder cannot be used; the maker of the file names one that nobody asked for.
    std::fs::read_dir(folder)?;
    NamedTempFile::new_in(folder).map_err(|error| io::Error::from(error.kind()))
}
