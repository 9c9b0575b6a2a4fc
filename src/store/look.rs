//! A store that is only looked at: nothing is opened, repaired, locked or written.

use std::io::{Error, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;

use super::error::StoreError;
use super::objects::{Created, Objects};

/// The objects in a folder, to be read.
#[derive(Debug)]
pub(super) struct Look {
    root: PathBuf,
}

impl Look {
    pub(super) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    fn refused<T>(name: &str) -> Result<T, StoreError> {
        let source = Error::new(ErrorKind::PermissionDenied, "the store is only looked at");
        Err(StoreError::Write { name: name.to_owned(), source })
    }

    /// Returns `None` for what is not there.
    fn found<T>(name: &str, read: std::io::Result<T>) -> Result<Option<T>, StoreError> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StoreError::Read { name: name.to_owned(), source }),
        }
    }
}

impl Objects for Look {
    fn create(&self, name: &str, _: &[u8]) -> Result<Created, StoreError> {
        Self::refused(name)
    }

    fn replace(&self, name: &str, _: &[u8]) -> Result<(), StoreError> {
        Self::refused(name)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Self::found(name, std::fs::read(self.root.join(name)))
    }

    fn read_range(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        let part = || {
            let mut file = std::fs::File::open(self.root.join(name))?;
            file.seek(SeekFrom::Start(range.start))?;
            let mut bytes = Vec::new();
            file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        Self::found(name, part())
    }

    fn size(&self, name: &str) -> Result<Option<u64>, StoreError> {
        Self::found(name, std::fs::metadata(self.root.join(name)).map(|metadata| metadata.len()))
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        let mut folders = vec![prefix.to_owned()];
        while let Some(folder) = folders.pop() {
            let Some(entries) = Self::found(&folder, std::fs::read_dir(self.root.join(&folder)))? else {
                continue;
            };
            for entry in entries {
                let read = |source| StoreError::Read { name: folder.clone(), source };
                let entry = entry.map_err(read)?;
                let own = entry.file_name().to_string_lossy().into_owned();
                let name = if folder.is_empty() { own } else { format!("{folder}/{own}") };
                let is_folder = entry.file_type().map_err(read)?.is_dir();
                if is_folder { folders.push(name) } else { names.push(name) }
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        Self::refused(name)
    }

    fn while_alone(&self, _: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn exclusively(&self, _: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        Self::refused("tables")
    }
}
