//! A store as it was: what is shown of the one below, and what is written over it in memory.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::error::StoreError;
use super::memory::Memory;
use super::objects::{Created, Objects};

/// Objects of a store of which some are shown, with others written over them in memory. The store below is only read.
pub struct Overlay {
    below: Arc<dyn Objects>,
    shown: Box<dyn Fn(&str) -> bool + Send + Sync>,
    own: Memory,
}

impl Overlay {
    /// Lays a memory over `below`, of which only the names that `shown` lets through are there.
    pub fn over(below: Arc<dyn Objects>, shown: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self { below, shown: Box::new(shown), own: Memory::default() }
    }

    fn is_below(&self, name: &str) -> bool {
        (self.shown)(name)
    }
}

impl fmt::Debug for Overlay {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Overlay").field("below", &self.below).finish_non_exhaustive()
    }
}

impl Objects for Overlay {
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        if self.size(name)?.is_some() { Ok(Created::Exists) } else { self.own.create(name, bytes) }
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.own.replace(name, bytes)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.own.read(name)? {
            None if self.is_below(name) => self.below.read(name),
            found => Ok(found),
        }
    }

    fn read_range(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        match self.own.read_range(name, range.clone())? {
            None if self.is_below(name) => self.below.read_range(name, range),
            found => Ok(found),
        }
    }

    fn size(&self, name: &str) -> Result<Option<u64>, StoreError> {
        match self.own.size(name)? {
            None if self.is_below(name) => self.below.size(name),
            found => Ok(found),
        }
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut names = self.own.list(prefix)?;
        names.extend(self.below.list(prefix)?.into_iter().filter(|name| self.is_below(name)));
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    /// Removes what was written over the store; what is below stays.
    fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.own.remove(name)
    }

    fn while_alone(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<bool, StoreError> {
        self.own.while_alone(work)
    }

    fn exclusively(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.own.exclusively(work)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Created, Memory, Objects, Overlay};

    #[test]
    fn what_is_hidden_is_not_there_and_what_is_written_stays_above() {
        let below = Arc::new(Memory::default());
        for name in ["runs/1", "runs/2", "landings/a"] {
            below.create(name, b"below").unwrap();
        }
        let overlay = Overlay::over(below.clone(), |name| name != "runs/2");
        assert_eq!(overlay.list("runs").unwrap(), ["runs/1"]);
        assert_eq!(overlay.read("runs/2").unwrap(), None);
        assert_eq!(overlay.create("runs/1", b"above").unwrap(), Created::Exists);
        assert_eq!(overlay.create("runs/2", b"above").unwrap(), Created::New);
        assert_eq!(overlay.read("runs/2").unwrap().unwrap(), b"above");
        assert_eq!(overlay.list("").unwrap(), ["landings/a", "runs/1", "runs/2"]);
        overlay.replace("landings/a", b"above").unwrap();
        assert_eq!(overlay.read_range("landings/a", 0..2).unwrap().unwrap(), b"ab");
        assert_eq!(below.read("landings/a").unwrap().unwrap(), b"below");
        overlay.remove("landings/a").unwrap();
        assert_eq!(overlay.size("landings/a").unwrap(), Some(5));
    }
}
