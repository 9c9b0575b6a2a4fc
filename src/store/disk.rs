//! A store in a folder.
//!
//! Every object is written in `.staging/`, synced, and only then moved to its name; the folder that it
//! came into is synced before anyone is told. `object_store` does neither, so it never writes here.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::{Created, Objects, StoreError, names};

/// Where files are made. Same file system, and no name in it ends in `.parquet`.
const STAGING: &str = ".staging";
/// Held shared by every process that has the store open, and alone by one that sweeps it.
const OPEN: &str = ".staging/open.lock";
/// Held by whoever refreshes copies.
const TURN: &str = ".staging/turn.lock";

/// A store in a folder.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    /// Marks this process's staged files apart from every other's.
    session: String,
    staged: AtomicU64,
    /// Kept open for its lock.
    open: File,
    unfinished: AtomicBool,
}

impl Disk {
    /// Opens the store in `root`, made if absent, and tries that it can do what correctness rests on.
    /// Call [`Objects::while_alone`] next: until then no other process gets in.
    ///
    /// # Errors
    ///
    /// [`StoreError::Write`] where it cannot be written, [`StoreError::Apart`] where a folder of it is
    /// on another file system, [`StoreError::NoCreate`] where no create-if-absent exists.
    pub(super) fn open(root: &Path) -> Result<Self, StoreError> {
        let refused = |source| StoreError::Write { name: root.display().to_string(), source };
        let root = std::path::absolute(root).map_err(refused)?;
        for folder in names::FOLDERS.into_iter().chain([STAGING]) {
            let refused = |source| unwritten(&root, folder, source, 0);
            make_folder(&root.join(folder)).map_err(refused)?;
        }
        same_file_system(&root)?;
        let random = getrandom::u64().map_err(|fault| refused(std::io::Error::other(fault)))?;
        let session = format!("{random:016x}");
        let open = lock_file(&root, OPEN)?;
        // Before anything is put in staging, where a sweeper would take it for a dead process's. Held
        // alone where that is possible, until `while_alone` has been called.
        if let Err(TryLockError::WouldBlock) = open.try_lock() {
            open.lock_shared().map_err(refused)?;
        }
        let (staged, unfinished) = (AtomicU64::new(0), AtomicBool::new(false));
        let disk = Self { root, session, staged, open, unfinished };
        disk.creates_only_if_absent()?;
        Ok(disk)
    }

    /// What is in staging and not of this process. While alone, only the dead can have left it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`] when the folder cannot be listed.
    pub(super) fn left_by_the_dead(&self) -> Result<Vec<String>, StoreError> {
        let mut left = self.list(STAGING)?;
        let own = format!("{STAGING}/{}", self.session);
        left.retain(|name| name != OPEN && name != TURN && !name.starts_with(&own));
        Ok(left)
    }

    /// There while this process has the store open; one that is found was left by a process that died.
    fn mark(&self) -> PathBuf {
        self.path(STAGING).join(format!("{}.session", self.session))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Tries, with two empty files, that a move refuses to replace.
    fn creates_only_if_absent(&self) -> Result<(), StoreError> {
        let there = self.stage("probe", b"")?;
        let moved = self.stage("probe", b"").map(|moved| {
            let refused = match move_if_absent(&moved, &there) {
                Ok(Created::Exists) => Ok(()),
                Ok(Created::New) => Err(ErrorKind::Unsupported.into()),
                Err(fault) => Err(fault),
            };
            (moved, refused)
        });
        let outcome = moved.and_then(|(moved, refused)| {
            discard(&moved);
            refused.map_err(|source| StoreError::NoCreate { store: self.root.clone(), source })
        });
        discard(&there);
        outcome
    }

    /// Writes `bytes` to a new file in staging and syncs it.
    fn stage(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        let number = self.staged.fetch_add(1, Ordering::Relaxed);
        let path = self.path(STAGING).join(format!("{}-{number}", self.session));
        let written = OpenOptions::new().write(true).create_new(true).open(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map(|()| path.clone()).map_err(|source| {
            discard(&path);
            self.unwritten(name, source, bytes.len() as u64)
        })
    }

    /// Moves a synced file to its name and syncs the folders.
    fn settle(&self, staged: &Path, name: &str, bytes: u64) -> Result<Created, StoreError> {
        let target = self.path(name);
        let settled = settle_at(staged, &target);
        settled.map_err(|source| {
            discard(staged);
            self.unwritten(name, source, bytes)
        })
    }

    fn unwritten(&self, name: &str, source: std::io::Error, needed: u64) -> StoreError {
        unwritten(&self.root, name, source, needed)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if !self.unfinished.load(Ordering::Relaxed) {
            discard(&self.mark());
        }
    }
}

impl Objects for Disk {
    fn create(&self, name: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        if self.size(name)?.is_some() {
            return Ok(Created::Exists);
        }
        let staged = self.stage(name, bytes)?;
        self.settle(&staged, name, bytes.len() as u64)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let staged = self.stage(name, bytes)?;
        let target = self.path(name);
        let folder = target.parent().unwrap_or(&self.root);
        let replaced = make_folder(folder)
            .and_then(|()| std::fs::rename(&staged, &target))
            .and_then(|()| sync_folder(folder));
        replaced.map_err(|source| {
            discard(&staged);
            self.unwritten(name, source, bytes.len() as u64)
        })
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        found(name, std::fs::read(self.path(name)))
    }

    fn read_range(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError> {
        let read = File::open(self.path(name)).and_then(|mut file| {
            let mut bytes = Vec::new();
            file.seek(SeekFrom::Start(range.start))?;
            file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        found(name, read)
    }

    fn size(&self, name: &str) -> Result<Option<u64>, StoreError> {
        found(name, std::fs::metadata(self.path(name)).map(|found| found.len()))
    }

    fn list(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        let mut folders = vec![prefix.to_owned()];
        while let Some(folder) = folders.pop() {
            let Some(entries) = found(&folder, std::fs::read_dir(self.path(&folder)))? else { continue };
            for entry in entries {
                let unlisted = |source| StoreError::Read { name: folder.clone(), source };
                let entry = entry.map_err(unlisted)?;
                let below = entry.file_name().to_string_lossy().into_owned();
                let name = if folder.is_empty() { below } else { format!("{folder}/{below}") };
                if entry.file_type().map_err(unlisted)?.is_dir() {
                    folders.push(name);
                } else {
                    names.push(name);
                }
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        let path = self.path(name);
        let removed = found(name, std::fs::remove_file(&path));
        if removed.is_ok() {
            // A folder of a landing or a run goes with its last file; the fixed folders stay.
            let kept = [path.parent(), path.parent().and_then(Path::parent)];
            for folder in kept.into_iter().flatten() {
                let fixed = names::FOLDERS.iter().any(|fixed| self.path(fixed).starts_with(folder));
                if fixed || folder == self.path(STAGING) || std::fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        match removed {
            Ok(_) => Ok(()),
            Err(StoreError::Read { name, source }) => Err(StoreError::Write { name, source }),
            Err(other) => Err(other),
        }
    }

    fn while_alone(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<bool, StoreError> {
        let alone = match self.open.try_lock() {
            Ok(()) => work().map(|()| true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(_)) => return Ok(false),
        };
        // From alone to shared is no atomic step. Another sweeper that comes between finds nothing of
        // ours: what this process published is committed, it publishes nothing now, and its mark comes after.
        let open = self.open.lock_shared();
        open.and_then(|()| File::create(self.mark())).map_err(|source| self.unwritten(OPEN, source, 0))?;
        alone
    }

    fn leave_unfinished(&self) {
        self.unfinished.store(true, Ordering::Relaxed);
    }

    fn in_turn(&self, work: &mut dyn FnMut() -> Result<(), StoreError>) -> Result<(), StoreError> {
        let lock = lock_file(&self.root, TURN)?;
        match lock.lock() {
            Ok(()) => work(),
            // Without locks the copies may be a publication behind until the next one.
            Err(fault) if no_locks(&fault) => work(),
            Err(source) => Err(self.unwritten(TURN, source, 0)),
        }
    }
}

fn settle_at(staged: &Path, target: &Path) -> std::io::Result<Created> {
    let folder = target.parent().ok_or(ErrorKind::InvalidInput)?;
    make_folder(folder)?;
    let created = move_if_absent(staged, target)?;
    match created {
        Created::New => sync_folder(folder)?,
        Created::Exists => discard(staged),
    }
    Ok(created)
}

/// Moves `from` to `to` if nothing is there.
///
/// Where the file system has no such move, a hard link does the same: it too refuses to replace. The
/// object then has its second name, in staging, for the moment between the two calls.
fn move_if_absent(from: &Path, to: &Path) -> std::io::Result<Created> {
    let moved = match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            std::fs::hard_link(from, to).and_then(|()| std::fs::remove_file(from))
        }
        moved => moved.map_err(std::io::Error::from),
    };
    match moved {
        Ok(()) => Ok(Created::New),
        Err(fault) if fault.kind() == ErrorKind::AlreadyExists => Ok(Created::Exists),
        Err(fault) => Err(fault),
    }
}

/// Makes `folder` and those above it that are missing, so that they survive a crash.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().ok_or(ErrorKind::InvalidInput)?;
    make_folder(above)?;
    match std::fs::create_dir(folder) {
        Err(fault) if fault.kind() != ErrorKind::AlreadyExists => Err(fault),
        _ => sync_folder(above),
    }
}

fn same_file_system(root: &Path) -> Result<(), StoreError> {
    let device = |folder: &str| {
        let metadata = std::fs::metadata(root.join(folder));
        metadata.map(|found| found.dev()).map_err(|source| unwritten(root, folder, source, 0))
    };
    let staging = device(STAGING)?;
    for folder in names::FOLDERS {
        if device(folder)? != staging {
            return Err(StoreError::Apart { folder: folder.to_owned(), store: root.to_owned() });
        }
    }
    Ok(())
}

fn lock_file(root: &Path, name: &str) -> Result<File, StoreError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(name))
        .map_err(|source| unwritten(root, name, source, 0))
}

/// Says of a refused write what a person needs to know: for a full disk, how much is missing.
fn unwritten(root: &Path, name: &str, source: std::io::Error, needed: u64) -> StoreError {
    let full = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded].contains(&source.kind());
    match rustix::fs::statvfs(root) {
        Ok(space) if full && needed > 0 => {
            let available = space.f_bavail.saturating_mul(space.f_frsize);
            StoreError::NoSpace { name: name.to_owned(), needed, available }
        }
        _ => StoreError::Write { name: name.to_owned(), source },
    }
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes a staged file. One that stays is swept at the next start.
fn discard(path: &Path) {
    drop(std::fs::remove_file(path));
}

fn no_locks(fault: &std::io::Error) -> bool {
    fault.kind() == ErrorKind::Unsupported || fault.raw_os_error() == Some(Errno::NOLCK.raw_os_error())
}

/// `None` for what is not there.
fn found<T>(name: &str, outcome: std::io::Result<T>) -> Result<Option<T>, StoreError> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StoreError::Read { name: name.to_owned(), source }),
    }
}
