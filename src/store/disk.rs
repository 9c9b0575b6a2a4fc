//! A store in a folder.
//!
//! Every object is written in `.staging/`, synced, and only then moved to its name; the folder that it
//! came into is synced before the call returns. `object_store` does neither, so it never writes here.

mod files;
mod system;

#[cfg(test)]
mod simulated;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io::{Error, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::names;
use super::objects::{Created, Hold, Objects};
use files::{Files, Lock};

pub(super) use system::System;

/// Where files are made. Same file system, and no name in it ends in `.parquet`.
const STAGING: &str = ".staging";
/// Held shared by every process that has the store open, and alone by one that sweeps it.
const OPEN: &str = ".staging/open.lock";
/// Held by whoever refreshes copies; every version of the program must take the same file.
const EXCLUSIVE: &str = ".staging/turn.lock";
/// How long a lock is waited for. Whoever holds one works for moments.
const PATIENCE: Duration = Duration::from_secs(30);

/// A store in a folder.
#[derive(Debug)]
pub(super) struct Disk {
    files: Arc<dyn Files>,
    root: PathBuf,
    /// Distinguishes this process's staged files from every other's.
    session: String,
    staged: AtomicU64,
    open: Box<dyn Lock>,
    /// Folders that this process has synced the name of.
    safe: Mutex<BTreeSet<PathBuf>>,
    unfinished: AtomicBool,
}

impl Disk {
    /// Opens the store in `root`, made if absent, and tries that it can do what correctness rests on.
    /// Call [`Objects::while_alone`] next: until then no other process gets in.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] where it cannot be written, [`StoreError::OtherFileSystem`] where a folder of it is
    /// on another file system, [`StoreError::NoCreate`] where no create-if-absent exists.
    pub(super) fn open(files: Arc<dyn Files>, root: &Path) -> Result<Self, StoreError> {
        let refused = |source| StoreError::Write { name: root.display().to_string(), source };
        let root = std::path::absolute(root).map_err(refused)?;
        let refused = |source| StoreError::Write { name: root.display().to_string(), source };
        make_folders(files.as_ref(), &root.join(STAGING)).map_err(refused)?;
        match root.parent().map(|above| files.sync_folder(above)) {
            // Whoever may not read the folder above has not made the store in it either.
            Some(Err(fault)) if fault.kind() != ErrorKind::PermissionDenied => return Err(refused(fault)),
            _ => {}
        }
        // Before anything is put in staging, where a sweeper would take it for a dead process's. Held
        // alone where that is possible, until `while_alone` has been called.
        let open = files.lock(&root.join(OPEN)).map_err(refused)?;
        if matches!(open.try_alone(), Ok(false)) {
            wait_for(&root, || open.try_shared())?;
        }
        let session = format!("{:016x}", files.unique().map_err(refused)?);
        let (staged, unfinished) = (AtomicU64::new(0), AtomicBool::new(false));
        let disk = Self { files, root, session, staged, open, safe: Mutex::default(), unfinished };
        for folder in names::FOLDERS {
            disk.make_safe(&disk.path(folder)).map_err(|source| disk.unwritten(folder, source, 0))?;
        }
        disk.one_file_system()?;
        disk.creates_only_if_absent()?;
        Ok(disk)
    }

    /// Lists what is in staging and not of this process. While alone, only the dead can have left it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`] when the folder cannot be listed.
    pub(super) fn left_by_the_dead(&self) -> Result<Vec<String>, StoreError> {
        let mut left = self.list(STAGING)?;
        let own = format!("{STAGING}/{}", self.session);
        left.retain(|name| name != OPEN && name != EXCLUSIVE && !name.starts_with(&own));
        Ok(left)
    }

    /// Returns the path of a mark that is there while this process has the store open; one that is found was left by a
    /// process that died.
    fn mark(&self) -> PathBuf {
        self.path(STAGING).join(format!("{}.session", self.session))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn one_file_system(&self) -> Result<(), StoreError> {
        let device = |folder: &str| {
            self.files.device(&self.path(folder)).map_err(|source| self.unwritten(folder, source, 0))
        };
        let staging = device(STAGING)?;
        for folder in names::FOLDERS {
            if device(folder)? != staging {
                return Err(StoreError::OtherFileSystem {
                    folder: folder.to_owned(),
                    store: self.root.clone(),
                });
            }
        }
        Ok(())
    }

    /// Tries, with two empty files, that a move refuses to replace.
    fn creates_only_if_absent(&self) -> Result<(), StoreError> {
        let there = self.stage("probe", b"")?;
        let moved = self.stage("probe", b"").map(|moved| {
            let refused = match self.files.rename_if_absent(&moved, &there) {
                Err(fault) if fault.kind() == ErrorKind::AlreadyExists => Ok(()),
                Ok(()) => Err(ErrorKind::Unsupported.into()),
                Err(fault) => Err(fault),
            };
            self.discard(&moved);
            refused
        });
        self.discard(&there);
        moved?.map_err(|source| StoreError::NoCreate { store: self.root.clone(), source })
    }

    /// Writes `bytes` to a new file in staging and syncs it.
    fn stage(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let path = self.path(STAGING).join(format!("{}-{number}", self.session));
        let written = self.files.create_new(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map(|()| path.clone()).map_err(|source| {
            self.discard(&path);
            self.unwritten(name, source, bytes.len() as u64)
        })
    }

    /// Moves a staged file by `step` and syncs the folder that it came into.
    fn move_in(
        &self,
        staged: &Path,
        name: &str,
        bytes: &[u8],
        step: impl FnOnce(&Path, &Path) -> std::io::Result<Created>,
    ) -> Result<Created, StoreError> {
        let target = self.path(name);
        let folder = target.parent().unwrap_or(&self.root);
        let settled = self.make_safe(folder).and_then(|()| {
            let created = step(staged, &target)?;
            self.files.sync_folder(folder)?;
            Ok(created)
        });
        if !matches!(settled, Ok(Created::New)) {
            self.discard(staged);
        }
        settled.map_err(|source| self.unwritten(name, source, bytes.len() as u64))
    }

    /// Makes `folder` and those between it and the store, where missing, and sees to it that their names
    /// survive a power cut. One that is there may be of a process that died before it was synced.
    fn make_safe(&self, folder: &Path) -> std::io::Result<()> {
        let known = |folder: &Path| self.safe.lock().unwrap_or_else(PoisonError::into_inner).contains(folder);
        if folder == self.root || known(folder) && self.files.is_folder(folder) {
            return Ok(());
        }
        let above = folder.parent().ok_or(ErrorKind::InvalidInput)?;
        self.make_safe(above)?;
        create_folder(self.files.as_ref(), folder)?;
        self.files.sync_folder(above)?;
        self.safe.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        Ok(())
    }

    /// Removes a staged file. One that stays is swept at the next start.
    fn discard(&self, path: &Path) {
        drop(self.files.remove_file(path));
    }

    /// Says of a refused write what a person needs to know: for a full disk, how much is missing.
    fn unwritten(&self, name: &str, source: Error, needed: u64) -> StoreError {
        let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&source.kind());
        match self.files.available(&self.root) {
            Some(available) if full && needed > 0 => {
                StoreError::NoSpace { name: name.to_owned(), needed, available }
            }
            _ => StoreError::Write { name: name.to_owned(), source },
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if !self.unfinished.load(Ordering::Relaxed) {
            self.discard(&self.mark());
        }
    }
}

impl Objects for Disk {
    fn folder(&self) -> Option<&Path> {
        Some(&self.root)
    }

    fn create(&self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let staged = self.stage(name, bytes)?;
        self.move_in(&staged, name, bytes, |from, to| match self.files.rename_if_absent(from, to) {
            Ok(()) => Ok(Created::New),
            Err(fault) if fault.kind() == ErrorKind::AlreadyExists => Ok(Created::Exists),
            Err(fault) => Err(fault),
        })
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let staged = self.stage(name, bytes)?;
        let moved = self.move_in(&staged, name, bytes, |from, to| {
            self.files.rename_over(from, to).map(|()| Created::New)
        });
        moved.map(|_| ())
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        found(name, self.files.read(&self.path(name)))
    }

    fn read_range(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        found(name, self.files.read_range(&self.path(name), range))
    }

    fn size(&self, name: &str) -> Result<Option<u64>, StoreError> {
        found(name, self.files.size(&self.path(name)))
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        let mut folders = vec![prefix.to_owned()];
        while let Some(folder) = folders.pop() {
            for (entry, is_folder) in
                found(&folder, self.files.list(&self.path(&folder)))?.unwrap_or_default()
            {
                let name = if folder.is_empty() { entry } else { format!("{folder}/{entry}") };
                if is_folder { folders.push(name) } else { names.push(name) }
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.root);
        match self.files.remove_file(&path) {
            Err(fault) if fault.kind() == ErrorKind::NotFound => return Ok(()),
            removed => removed
                .and_then(|()| self.files.sync_folder(folder))
                .map_err(|source| self.unwritten(name, source, 0))?,
        }
        // The folder of a landing or a run goes with its last file; the store's own folders stay.
        let is_own = |folder: &Path| names::FOLDERS.iter().any(|own| self.path(own).starts_with(folder));
        if !is_own(folder) && folder != self.path(STAGING) {
            drop(self.files.remove_folder(folder));
        }
        Ok(())
    }

    fn while_alone(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<bool, StoreError> {
        let alone = match self.open.try_alone() {
            Ok(true) => work().map(|()| true),
            Ok(false) => Ok(false),
            Err(_) => return Ok(false),
        };
        // From alone to shared is not an atomic step. Another sweeper that comes between finds nothing of
        // ours: what this process published is committed, it publishes nothing now, and its mark comes after.
        let refused = |source| self.unwritten(OPEN, source, 0);
        wait_for(&self.root, || self.open.try_shared())?;
        match self.files.create_new(&self.mark()) {
            Err(fault) if fault.kind() != ErrorKind::AlreadyExists => return Err(refused(fault)),
            _ => self.files.sync_folder(&self.path(STAGING)).map_err(refused)?,
        }
        alone
    }

    fn settle(&self) -> Result<(), StoreError> {
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            let synced = self.files.sync_folder(&folder).and_then(|()| self.files.list(&folder));
            let refused = |source| self.unwritten(&folder.display().to_string(), source, 0);
            let below = synced.map_err(refused)?.into_iter().filter(|(_, is_folder)| *is_folder);
            folders.extend(below.map(|(name, _)| folder.join(name)));
        }
        Ok(())
    }

    fn hold(&self, name: &str) -> Result<Hold, StoreError> {
        let path = self.path(name);
        let refused = |source| self.unwritten(name, source, 0);
        self.make_safe(path.parent().unwrap_or(&self.root)).map_err(refused)?;
        let lock = self.files.lock(&path).map_err(refused)?;
        Ok(match lock.try_alone() {
            Ok(true) => Hold::Mine(Box::new(lock)),
            Ok(false) => Hold::Theirs,
            Err(_) => Hold::Unknown,
        })
    }

    fn available(&self) -> Option<u64> {
        self.files.available(&self.root)
    }

    fn discard_staged(&self) {
        // The mark stays: it tells the next start to look for what this process began and did not end.
        let own = format!("{STAGING}/{}-", self.session);
        for name in self.list(STAGING).unwrap_or_default().iter().filter(|name| name.starts_with(&own)) {
            self.discard(&self.path(name));
        }
    }

    fn leave_unfinished(&self) {
        self.unfinished.store(true, Ordering::Relaxed);
    }

    fn exclusively(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let refused = |source| self.unwritten(EXCLUSIVE, source, 0);
        let lock = self.files.lock(&self.path(EXCLUSIVE)).map_err(refused)?;
        wait_for(&self.root, || lock.try_alone())?;
        work()
    }
}

/// Waits for a lock, but not for ever: its holder may be frozen. Where there are no locks there is nothing
/// to wait for; copies may then be a publication behind until the next one.
fn wait_for(root: &Path, attempt: impl Fn() -> std::io::Result<bool>) -> Result<(), StoreError> {
    let started = Instant::now();
    while let Ok(false) = attempt() {
        if started.elapsed() > PATIENCE {
            return Err(StoreError::InUse(root.to_owned()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// Makes `folder` and those above it that are missing, so that they survive a power cut.
fn make_folders(files: &dyn Files, folder: &Path) -> std::io::Result<()> {
    if files.is_folder(folder) {
        return Ok(());
    }
    let above = folder.parent().ok_or(ErrorKind::InvalidInput)?;
    make_folders(files, above)?;
    create_folder(files, folder)?;
    files.sync_folder(above)
}

fn create_folder(files: &dyn Files, folder: &Path) -> std::io::Result<()> {
    match files.create_folder(folder) {
        Err(fault) if fault.kind() == ErrorKind::AlreadyExists => Ok(()),
        created => created,
    }
}

/// Returns `None` for what is not there.
fn found<T>(name: &str, outcome: std::io::Result<T>) -> Result<Option<T>, StoreError> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StoreError::Read { name: name.to_owned(), source }),
    }
}
