//! The few things that the store asks of the place it lives in.

use std::ops::Range;
use std::path::Path;

use super::error::StoreError;

/// Whether a create-if-absent made the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It was not there; now it is, and it survives a crash.
    New,
    /// Something is there already; nothing was changed. Read it back to learn whose it is.
    Exists,
}

/// Whether a process has a lock of a place.
#[derive(Debug)]
pub enum Hold {
    /// This one has it, until the value is dropped or the process ends.
    Mine(Box<dyn std::fmt::Debug + Send + Sync>),
    /// Another one has it, and is there: at work or frozen.
    Theirs,
    /// The place has no locks.
    Unknown,
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
    /// [`StoreError`] when the place refuses. The object is then absent, or whole but not known to
    /// survive a power cut: read it back to learn which.
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Created, StoreError>;

    /// Puts `bytes` at `name`, over what may be there. A reader sees the old or the new, never a mixture.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the place refuses; the old or all of the new is then there.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError>;

    /// Reads all bytes of `name`; `None` when it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is there and cannot be read.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Reads the bytes of `name` in `range`, fewer where the object ends before it; `None` when it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is there and cannot be read.
    fn read_range(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError>;

    /// Returns the folder of this machine in which the objects are files; `None` for a place that is not one.
    fn folder(&self) -> Option<&Path> {
        None
    }

    /// Returns how many bytes `name` has; `None` when it is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the place does not say.
    fn size(&self, name: &str) -> Result<Option<u64>, StoreError>;

    /// Lists the names below `prefix` (a folder, without its slash), sorted.
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

    /// Does `work` if nobody else has the place open, and says whether it did. A place that cannot tell
    /// never does it.
    ///
    /// # Errors
    ///
    /// What `work` gives, [`StoreError::InUse`] when the lock is not given up, or [`StoreError::Write`].
    fn while_alone(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<bool, StoreError>;

    /// Sees to it that whatever can be seen survives a power cut. What a create that failed, or a process
    /// that died, has left may be there for everyone and not for ever: nothing is removed because of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] when the place cannot promise it.
    fn settle(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Takes the lock `name` if nobody has it. It tells at once that a process is there, and no more:
    /// correctness never rests on it, and a place may have none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] when its file cannot be made.
    fn hold(&self, _name: &str) -> Result<Hold, StoreError> {
        Ok(Hold::Unknown)
    }

    /// Returns how many bytes can still be written, where that is known.
    fn available(&self) -> Option<u64> {
        None
    }

    /// Removes what this process has staged. Called when it ends while another of its threads still works.
    fn discard_staged(&self) {}

    /// Notes that something was left unfinished, so that the next start looks for it.
    fn leave_unfinished(&self) {}

    /// Does `work` while no other process does `work` through this method on the same place.
    /// For copies that can be made again: correctness of commits never rests on it.
    ///
    /// # Errors
    ///
    /// What `work` gives, [`StoreError::InUse`] when the lock is not given up, or [`StoreError::Write`].
    fn exclusively(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError>;
}
