//! A file system that keeps only what it must.
//!
//! A power cut loses, tears and reorders whatever was not synced, as POSIX allows: bytes of a file before
//! its sync, and each creation, move or removal of a name before the sync of the folder that it came
//! into. Calls fail, and the process dies, where the seed says so.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use std::ops::Range;
use std::path::{Component, Path};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::files::{Files, Lock, NewFile};

/// A file system; a clone is the same one.
#[derive(Debug, Clone)]
pub(super) struct Simulated {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    random: ChaCha8Rng,
    inodes: Vec<Inode>,
    /// What processes see: for each folder, its names.
    seen: BTreeMap<usize, BTreeMap<String, usize>>,
    /// What a power cut leaves.
    safe: BTreeMap<usize, BTreeMap<String, usize>>,
    /// Changes of names that were seen and are not yet safe, oldest first.
    pending: Vec<Change>,
    drawn: u64,
    /// Changing calls until the process dies; none in a life that is to end well.
    calls_to_live: Option<u32>,
    /// One in how many changing calls fails; 0 for none.
    one_in_fails: u32,
}

#[derive(Debug, Clone)]
struct Inode {
    is_folder: bool,
    bytes: Vec<u8>,
    synced: Option<Vec<u8>>,
    /// A sync failed: what was written since the last good one may be lost, whatever is synced later.
    poisoned: bool,
}

/// A change of names, safe once `folder` is synced.
#[derive(Debug, Clone)]
struct Change {
    folder: usize,
    name: String,
    /// What the name stands for; `None` when it was removed.
    inode: Option<usize>,
    /// The name that it had before a move.
    left: Option<(usize, String)>,
}

const ROOT: usize = 0;

impl Simulated {
    pub(super) fn new(seed: u64) -> Self {
        let root = Inode { is_folder: true, bytes: Vec::new(), synced: None, poisoned: false };
        let folders = BTreeMap::from([(ROOT, BTreeMap::new())]);
        let state = State {
            random: ChaCha8Rng::seed_from_u64(seed),
            inodes: vec![root],
            seen: folders.clone(),
            safe: folders,
            pending: Vec::new(),
            drawn: 0,
            calls_to_live: None,
            one_in_fails: 0,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Begins a life that ends after some of `calls` changing calls, one in `one_in_fails` of which fail.
    pub(super) fn live(&self, calls: Option<u32>, one_in_fails: u32) {
        let mut state = self.locked();
        state.calls_to_live = calls;
        state.one_in_fails = one_in_fails;
    }

    /// Returns whether the process has died.
    pub(super) fn is_dead(&self) -> bool {
        self.locked().calls_to_live == Some(0)
    }

    /// Draws a number below `end`, from the seed.
    pub(super) fn draw(&self, end: u32) -> u32 {
        self.locked().draw(end)
    }

    /// Forgets what was not synced: of the names any part, of the bytes all after some place, or some
    /// blocks in between.
    pub(super) fn cut_power(&self) {
        let mut state = self.locked();
        let pending = std::mem::take(&mut state.pending);
        for change in pending {
            if state.draw(2) == 0 {
                state.make_safe(&change);
            }
        }
        for index in 0..state.inodes.len() {
            if state.inodes[index].synced.as_ref() == Some(&state.inodes[index].bytes) {
                continue;
            }
            let mut bytes = state.inodes[index].bytes.clone();
            let end = state.draw(u32::try_from(bytes.len()).unwrap() + 1) as usize;
            match state.draw(3) {
                0 => bytes.truncate(end),
                1 => bytes[end..].fill(0),
                _ => bytes.clear(),
            }
            state.inodes[index].bytes.clone_from(&bytes);
            state.inodes[index].synced = Some(bytes);
        }
        state.seen = state.safe.clone();
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn draw(&mut self, end: u32) -> u32 {
        self.random.next_u32() % end
    }

    /// Counts a changing call: the process may die at it, or it may fail.
    fn change(&mut self, fault: ErrorKind) -> Result<()> {
        if let Some(calls) = &mut self.calls_to_live {
            *calls = calls.saturating_sub(1);
            if *calls == 0 {
                return Err(Error::other("the process is dead"));
            }
        }
        if self.one_in_fails > 0 && self.draw(self.one_in_fails) == 0 {
            return Err(fault.into());
        }
        Ok(())
    }

    /// Returns the folder of a path and its name in it.
    fn place(&self, path: &Path) -> Result<(usize, String)> {
        let above = path.parent().ok_or(ErrorKind::InvalidInput)?;
        let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
        Ok((self.find(above)?, name.to_str().unwrap().to_owned()))
    }

    fn find(&self, path: &Path) -> Result<usize> {
        let mut inode = ROOT;
        for part in path.components() {
            if let Component::Normal(name) = part {
                let names = self.seen.get(&inode).ok_or(ErrorKind::NotADirectory)?;
                inode = *names.get(name.to_str().unwrap()).ok_or(ErrorKind::NotFound)?;
            }
        }
        Ok(inode)
    }

    fn add(&mut self, path: &Path, is_folder: bool) -> Result<usize> {
        let (folder, name) = self.place(path)?;
        if self.seen[&folder].contains_key(&name) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let inode = self.inodes.len();
        let synced = (!is_folder).then(Vec::new);
        self.inodes.push(Inode { is_folder, bytes: Vec::new(), synced, poisoned: false });
        if is_folder {
            self.seen.insert(inode, BTreeMap::new());
            self.safe.insert(inode, BTreeMap::new());
        }
        self.apply(Change { folder, name, inode: Some(inode), left: None });
        Ok(inode)
    }

    fn apply(&mut self, change: Change) {
        enact(&mut self.seen, &change);
        self.pending.push(change);
    }

    fn make_safe(&mut self, change: &Change) {
        enact(&mut self.safe, change);
    }

    fn rename(&mut self, from: &Path, to: &Path) -> Result<()> {
        let inode = self.find(from)?;
        let left = self.place(from)?;
        let (folder, name) = self.place(to)?;
        self.apply(Change { folder, name, inode: Some(inode), left: Some(left) });
        Ok(())
    }

    fn remove(&mut self, path: &Path) -> Result<()> {
        self.find(path)?;
        let (folder, name) = self.place(path)?;
        self.apply(Change { folder, name, inode: None, left: None });
        Ok(())
    }
}

fn enact(folders: &mut BTreeMap<usize, BTreeMap<String, usize>>, change: &Change) {
    if let Some((folder, name)) = &change.left {
        let names = folders.get_mut(folder).unwrap();
        // The name may have been used again, or never have become safe.
        if names.get(name) == change.inode.as_ref() {
            names.remove(name);
        }
    }
    let names = folders.get_mut(&change.folder).unwrap();
    match change.inode {
        Some(inode) => names.insert(change.name.clone(), inode),
        None => names.remove(&change.name),
    };
}

impl Files for Simulated {
    fn unique(&self) -> Result<u64> {
        let mut state = self.locked();
        state.drawn += 1;
        Ok(state.drawn)
    }

    fn create_new(&self, path: &Path) -> Result<Box<dyn NewFile>> {
        let mut state = self.locked();
        state.change(ErrorKind::PermissionDenied)?;
        let inode = state.add(path, false)?;
        Ok(Box::new(Writing { files: self.clone(), inode }))
    }

    fn rename_if_absent(&self, from: &Path, to: &Path) -> Result<()> {
        let mut state = self.locked();
        state.change(ErrorKind::Other)?;
        if state.find(to).is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        state.rename(from, to)
    }

    fn rename_over(&self, from: &Path, to: &Path) -> Result<()> {
        let mut state = self.locked();
        state.change(ErrorKind::Other)?;
        state.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> Result<()> {
        let mut state = self.locked();
        state.find(path)?;
        state.change(ErrorKind::PermissionDenied)?;
        state.remove(path)
    }

    fn create_folder(&self, path: &Path) -> Result<()> {
        let mut state = self.locked();
        state.change(ErrorKind::ReadOnlyFilesystem)?;
        state.add(path, true).map(|_| ())
    }

    fn remove_folder(&self, path: &Path) -> Result<()> {
        let mut state = self.locked();
        state.change(ErrorKind::PermissionDenied)?;
        let inode = state.find(path)?;
        if !state.seen[&inode].is_empty() {
            return Err(ErrorKind::DirectoryNotEmpty.into());
        }
        state.remove(path)
    }

    fn sync_folder(&self, path: &Path) -> Result<()> {
        let mut state = self.locked();
        state.change(ErrorKind::Other)?;
        let folder = state.find(path)?;
        let (now, later): (Vec<Change>, Vec<Change>) =
            std::mem::take(&mut state.pending).into_iter().partition(|change| change.folder == folder);
        state.pending = later;
        for change in now {
            state.make_safe(&change);
        }
        Ok(())
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let state = self.locked();
        Ok(state.inodes[state.find(path)?].bytes.clone())
    }

    fn read_range(&self, path: &Path, range: Range<u64>) -> Result<Vec<u8>> {
        let bytes = self.read(path)?;
        let end = usize::try_from(range.end).unwrap().min(bytes.len());
        Ok(bytes[usize::try_from(range.start).unwrap().min(end)..end].to_vec())
    }

    fn size(&self, path: &Path) -> Result<u64> {
        self.read(path).map(|bytes| bytes.len() as u64)
    }

    fn is_folder(&self, path: &Path) -> bool {
        let state = self.locked();
        state.find(path).is_ok_and(|inode| state.inodes[inode].is_folder)
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, bool)>> {
        let state = self.locked();
        let names = &state.seen[&state.find(path)?];
        Ok(names.iter().map(|(name, inode)| (name.clone(), state.inodes[*inode].is_folder)).collect())
    }

    fn device(&self, _path: &Path) -> Result<u64> {
        Ok(1)
    }

    fn available(&self, _path: &Path) -> Option<u64> {
        Some(0)
    }

    fn lock(&self, path: &Path) -> Result<Box<dyn Lock>> {
        let mut state = self.locked();
        if state.find(path).is_err() {
            state.change(ErrorKind::PermissionDenied)?;
            state.add(path, false)?;
        }
        Ok(Box::new(Granted))
    }
}

struct Writing {
    files: Simulated,
    inode: usize,
}

impl NewFile for Writing {
    fn write_all(&mut self, bytes: &[u8]) -> Result<()> {
        let mut state = self.files.locked();
        let outcome = state.change(ErrorKind::StorageFull);
        // A write that fails, or that the process dies in, has written some of it.
        let written = if outcome.is_ok() { bytes.len() } else { bytes.len() / 2 };
        state.inodes[self.inode].bytes.extend_from_slice(&bytes[..written]);
        outcome
    }

    fn sync_all(&mut self) -> Result<()> {
        let mut state = self.files.locked();
        let outcome = state.change(ErrorKind::Other);
        let inode = &mut state.inodes[self.inode];
        inode.poisoned |= outcome.is_err();
        if !inode.poisoned {
            inode.synced = Some(inode.bytes.clone());
        }
        outcome
    }
}

/// There is one process at a time: it gets every lock.
#[derive(Debug)]
struct Granted;

impl Lock for Granted {
    fn try_alone(&self) -> Result<bool> {
        Ok(true)
    }

    fn try_shared(&self) -> Result<bool> {
        Ok(true)
    }
}
