//! The file system of this machine.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, Read, Result, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::files::{Files, Lock, NewFile};

/// The file system of this machine.
#[derive(Debug)]
pub(in crate::store) struct System;

impl Files for System {
    fn unique(&self) -> Result<u64> {
        getrandom::u64().map_err(Error::other)
    }

    fn create_new(&self, path: &Path) -> Result<Box<dyn NewFile>> {
        Ok(Box::new(File::create_new(path)?))
    }

    /// Moves a file if nothing is there. Where the file system has no such move, a hard link does the same: it too
    /// refuses to replace. The file then has its second name, in staging, for the moment between the two calls.
    fn rename_if_absent(&self, from: &Path, to: &Path) -> Result<()> {
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                std::fs::hard_link(from, to).and_then(|()| std::fs::remove_file(from))
            }
            moved => moved.map_err(Error::from),
        }
    }

    fn rename_over(&self, from: &Path, to: &Path) -> Result<()> {
        std::fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        std::fs::remove_file(path)
    }

    fn create_folder(&self, path: &Path) -> Result<()> {
        std::fs::create_dir(path)
    }

    fn remove_folder(&self, path: &Path) -> Result<()> {
        std::fs::remove_dir(path)
    }

    fn sync_folder(&self, path: &Path) -> Result<()> {
        File::open(path)?.sync_all()
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn read_range(&self, path: &Path, range: Range<u64>) -> Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(range.start))?;
        file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn size(&self, path: &Path) -> Result<u64> {
        Ok(std::fs::metadata(path)?.len())
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, bool)>> {
        let entry = |entry: Result<std::fs::DirEntry>| {
            let entry = entry?;
            Ok((entry.file_name().to_string_lossy().into_owned(), entry.file_type()?.is_dir()))
        };
        std::fs::read_dir(path)?.map(entry).collect()
    }

    fn device(&self, path: &Path) -> Result<u64> {
        Ok(std::fs::metadata(path)?.dev())
    }

    fn available(&self, path: &Path) -> Option<u64> {
        let space = rustix::fs::statvfs(path).ok()?;
        Some(space.f_bavail.saturating_mul(space.f_frsize))
    }

    fn lock(&self, path: &Path) -> Result<Box<dyn Lock>> {
        Ok(Box::new(OpenOptions::new().create(true).truncate(false).write(true).open(path)?))
    }
}

impl NewFile for File {
    fn write_all(&mut self, bytes: &[u8]) -> Result<()> {
        Write::write_all(self, bytes)
    }

    fn sync_all(&mut self) -> Result<()> {
        File::sync_all(self)
    }
}

impl Lock for File {
    fn try_alone(&self) -> Result<bool> {
        taken(self.try_lock())
    }

    fn try_shared(&self) -> Result<bool> {
        taken(self.try_lock_shared())
    }
}

fn taken(outcome: std::result::Result<(), TryLockError>) -> Result<bool> {
    match outcome {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(fault)) => Err(fault),
    }
}
