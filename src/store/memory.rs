//! A store in memory: for tests and simulation.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::StoreError;
use super::objects::{Created, Objects};

/// A store in memory: for tests and simulation. It ends with the process.
#[derive(Debug, Default)]
pub struct Memory {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    exclusive: Mutex<()>,
}

impl Memory {
    fn locked(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.locked().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.locked().get(name).cloned())
    }

    fn read_range(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.locked().get(name).map(|bytes| cut(bytes, range)))
    }

    fn size(&self, name: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.locked().get(name).map(|bytes| bytes.len() as u64))
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

    fn while_alone(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<bool, StoreError> {
        work().map(|()| true)
    }

    fn exclusively(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let _exclusive = self.exclusive.lock().unwrap_or_else(PoisonError::into_inner);
        work()
    }
}

/// Returns the bytes of `range`, fewer where `bytes` ends before it.
fn cut(bytes: &[u8], range: Range<u64>) -> Vec<u8> {
    let end = usize::try_from(range.end).unwrap_or(usize::MAX).min(bytes.len());
    let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(end);
    bytes.get(start..end).unwrap_or_default().to_vec()
}
