//! What a store on disk asks of the operating system, and nothing more.
//!
//! Tests put a file system behind it that forgets, tears and reorders what was not synced.

use std::fmt::Debug;
use std::io::Result;
use std::ops::Range;
use std::path::Path;

/// A file system.
pub(in crate::store) trait Files: Debug + Send + Sync {
    /// Draws a number that no other process draws.
    fn unique(&self) -> Result<u64>;
    /// Makes a new file to be written; `AlreadyExists` where there is something.
    fn create_new(&self, path: &Path) -> Result<Box<dyn NewFile>>;
    /// Moves a file to a name where nothing is; `AlreadyExists` where there is something.
    fn rename_if_absent(&self, from: &Path, to: &Path) -> Result<()>;
    /// Moves a file over what may be there.
    fn rename_over(&self, from: &Path, to: &Path) -> Result<()>;
    fn remove_file(&self, path: &Path) -> Result<()>;
    fn create_folder(&self, path: &Path) -> Result<()>;
    /// Removes a folder that is empty.
    fn remove_folder(&self, path: &Path) -> Result<()>;
    /// Waits until the names in a folder would survive a power cut.
    fn sync_folder(&self, path: &Path) -> Result<()>;
    fn read(&self, path: &Path) -> Result<Vec<u8>>;
    /// Reads the bytes of a range, fewer where the file ends before the range does.
    fn read_range(&self, path: &Path, range: Range<u64>) -> Result<Vec<u8>>;
    fn size(&self, path: &Path) -> Result<u64>;
    fn is_folder(&self, path: &Path) -> bool;
    /// Lists the names in a folder, each with whether it is a folder itself.
    fn list(&self, path: &Path) -> Result<Vec<(String, bool)>>;
    /// Returns which file system a path is on.
    fn device(&self, path: &Path) -> Result<u64>;
    /// Returns how many bytes can still be written, where that is known.
    fn available(&self, path: &Path) -> Option<u64>;
    /// Opens a lock on a file, which is made if absent. It is not held yet.
    fn lock(&self, path: &Path) -> Result<Box<dyn Lock>>;
}

/// A file that is being written.
pub(in crate::store) trait NewFile {
    fn write_all(&mut self, bytes: &[u8]) -> Result<()>;
    /// Waits until what was written would survive a power cut.
    fn sync_all(&mut self) -> Result<()>;
}

/// A lock between processes, given up when it is dropped.
pub(in crate::store) trait Lock: Debug + Send + Sync {
    /// Takes it alone if nobody has it; whether it did. An error where there are no locks.
    fn try_alone(&self) -> Result<bool>;
    /// Takes it together with others if nobody has it alone; whether it did.
    fn try_shared(&self) -> Result<bool>;
}
