//! The few things that the store asks of the place it lives in.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

/// Whether a create-if-absent made the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It was not there; now it is, and it survives a crash.
    New,
    /// Something is there already; nothing was changed. Read it back to learn whose it is.
    Exists,
}

/// A place that holds named bytes. Names are relative, with `/`.
///
/// The only primitive that correctness rests on is [`Objects::create`]: it is atomic, and durable when
/// it returns. The same code is then right on disk, in memory and on a bucket.
pub trait Objects: Send + Sync + std::fmt::Debug {
    /// Creates `name` with `bytes` if nothing is there. Whole or absent after a crash, never torn.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the place refuses; nothing is then there, or all of it is.
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Created, StoreError>;

    /// Moves a finished local file in as `name`, if nothing is there. Durable when it returns.
    ///
    /// # Errors
    ///
    /// As [`Objects::create`].
    fn adopt(&self, file: &Path, name: &str) -> Result<Created, StoreError>;

    /// Puts `bytes` at `name`, over what may be there. A reader sees the old or the new, never a mixture.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the place refuses; the old is then still there.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// All bytes of `name`; `None` when it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is there and cannot be read.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The names below `prefix` (a folder, without its slash), sorted.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the place cannot be listed.
    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError>;

    /// Removes `name`; nothing happens when it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is there and stays.
    fn remove(&self, name: &str) -> Result<(), StoreError>;
}

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The place refused to write.
    #[error("`{name}` cannot be written in the store: {source}")]
    Write {
        /// The object.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// The place refused to read.
    #[error("`{name}` cannot be read from the store: {source}")]
    Read {
        /// The object.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// What is there is not what was written.
    #[error("`{name}` in the store is damaged: {what}")]
    Corrupt {
        /// The object.
        name: String,
        /// How it shows.
        what: String,
    },
}

/// A store in memory: for tests and simulation.
#[derive(Debug, Default)]
pub struct Memory {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl Memory {
    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.objects.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Objects for Memory {
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let mut objects = self.locked();
        if objects.contains_key(name) {
            return Ok(Created::Exists);
        }
        objects.insert(name.to_owned(), bytes.to_vec());
        Ok(Created::New)
    }

    fn adopt(&self, file: &Path, name: &str) -> Result<Created, StoreError> {
        let bytes =
            std::fs::read(file).map_err(|source| StoreError::Write { name: name.to_owned(), source })?;
        self.create(name, &bytes)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.locked().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.locked().get(name).cloned())
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let below = format!("{prefix}/");
        Ok(self
            .locked()
            .keys()
            .filter(|name| prefix.is_empty() || name.starts_with(&below))
            .cloned()
            .collect())
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.locked().remove(name);
        Ok(())
    }
}
