use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Endings of files that a project is made of.
const OF_A_PROJECT: &[&str] = &["toml", "sql", "hbs", "key", "typ"];
/// Folders that every store has.
const OF_A_STORE: &[&str] = &["commits", "landings", "runs"];

/// Writes `bytes` at `path`, whole or not at all.
///
/// # Errors
///
/// The reason that the folder gives.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    of_its_own(path)?;
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes files below `folder`, all or none. The folder must not be there, or be empty.
///
/// # Errors
///
/// The reason that the place gives.
pub fn write_new_folder(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    of_its_own(folder)?;
    if folder.is_dir() && std::fs::read_dir(folder)?.next().is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the folder is not empty"));
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let new = tempfile::Builder::new().prefix(".new-").tempdir_in(parent)?;
    let inner = new.path().join("pack");
    for (name, bytes) in files {
        let path = inner.join(name);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, bytes)?;
    }
    // An empty folder gives way to the one that is put in its place.
    std::fs::rename(&inner, folder)
}

/// Tries whether the folder of `path` takes a file, and leaves none.
///
/// # Errors
///
/// The reason that the folder gives.
pub fn try_folder(path: &Path) -> io::Result<()> {
    of_its_own(path)?;
    beside(path).map(drop)
}

/// Refuses a path within a store, and one at which a file that a project is made of may be: a name too much in a command
/// must not replace what cannot be made again.
fn of_its_own(path: &Path) -> io::Result<()> {
    let refused = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if OF_A_PROJECT.contains(&ending.to_ascii_lowercase().as_str()) {
        return refused("a file with that ending may be one of a project");
    }
    let whole = std::path::absolute(path)?;
    let folder = whole.parent().and_then(|folder| folder.canonicalize().ok()).unwrap_or(whole);
    let is_store = |folder: &Path| OF_A_STORE.iter().all(|name| folder.join(name).is_dir());
    if folder.ancestors().any(is_store) {
        return refused("it is within a store, which only runs write");
    }
    Ok(())
}

/// Makes a file with a name of its own in the folder of `path`.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The system says best why a folder cannot be used; the maker of the file names one that nobody asked for.
    std::fs::read_dir(folder)?;
    NamedTempFile::new_in(folder).map_err(|error| io::Error::from(error.kind()))
}
