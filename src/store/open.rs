use std::path::PathBuf;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;

use super::commit::Commit;
use super::disk::{Disk, System};
use super::error::StoreError;
use super::look::Look;
use super::memory::Memory;
use super::names;
use super::objects::Objects;
use super::part::decode;
use super::repair_report::RepairReport;
use super::stored_file::StoredFile;

/// Bytes after which a table is published in parts, and without a copy in `tables/`.
const TABLE_BYTES: usize = 2 * 1024 * 1024 * 1024;

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a folder, made if absent.
    Folder(PathBuf),
    /// In this process, and gone with it.
    Memory,
}

/// A store. A clone is the same store.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) objects: Arc<dyn Objects>,
    table_bytes: usize,
    opened: Arc<RepairReport>,
}

impl Store {
    /// Opens a store and finishes or removes what a dead publication left, if no other process has it
    /// open. What was repaired is in [`Store::opened`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the place cannot hold a store: [`StoreError::Write`] where it cannot be written,
    /// [`StoreError::OtherFileSystem`] where a folder of it is on another file system, [`StoreError::NoCreate`] where
    /// no create-if-absent exists. A damaged commit is not an error here, so that `verify` and `repair` can be
    /// asked about it.
    pub fn open(place: Place) -> Result<Self, StoreError> {
        match place {
            Place::Memory => Ok(Self::over(Arc::new(Memory::default()))),
            Place::Folder(root) => Self::on_disk(&Arc::new(Disk::open(Arc::new(System), &root)?)),
        }
    }

    /// Opens the store in a folder as it is, to be read: nothing is made, repaired, locked or written, and a folder
    /// that is not there is a store in which nothing was published.
    #[must_use]
    pub fn look(folder: PathBuf) -> Self {
        Self::over(Arc::new(Look::at(folder)))
    }

    pub(super) fn on_disk(disk: &Arc<Disk>) -> Result<Self, StoreError> {
        let mut store = Self::over(disk.clone());
        store.opened = Arc::new(store.repair_on_disk(disk)?);
        Ok(store)
    }

    fn repair_on_disk(&self, disk: &Disk) -> Result<RepairReport, StoreError> {
        let mut report = RepairReport::default();
        let alone = disk.while_alone(&mut || {
            let dead = disk.left_by_the_dead()?;
            report = self.repair_after_crash(!dead.is_empty())?;
            // Last: until then, what they left in staging is the sign that there is more to sweep.
            for name in dead {
                disk.remove(&name)?;
                report.swept.push(name);
            }
            Ok(())
        })?;
        report.alone = alone;
        Ok(report)
    }

    /// Opens a store over any objects, as tests and other places bring them. Nothing is repaired.
    #[must_use]
    pub fn over(objects: Arc<dyn Objects>) -> Self {
        Self { objects, table_bytes: TABLE_BYTES, opened: Arc::default() }
    }

    /// Makes the store publish tables of more than `bytes` in parts.
    #[must_use]
    pub fn with_table_bytes(self, bytes: usize) -> Self {
        Self { table_bytes: bytes, ..self }
    }

    /// Returns what the store is kept in. Records of other modules (runs, outbox, leases) go here too.
    #[must_use]
    pub fn objects(&self) -> &Arc<dyn Objects> {
        &self.objects
    }

    /// Returns what opening it repaired.
    #[must_use]
    pub fn opened(&self) -> &RepairReport {
        &self.opened
    }

    /// Reads the newest commit; `None` for a store in which nothing was published.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when the newest commit is damaged. Nothing is published until it is
    /// repaired; [`Store::commits_whole`] still gives those before it.
    pub fn head(&self) -> Result<Option<Commit>, StoreError> {
        match self.commit_numbers()?.last() {
            Some(seq) => self.commit_at(*seq),
            None => Ok(None),
        }
    }

    /// Reads all commits, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when one is damaged.
    pub fn commits(&self) -> Result<Vec<Commit>, StoreError> {
        self.commit_numbers()?.into_iter().filter_map(|seq| self.commit_at(seq).transpose()).collect()
    }

    /// Reads all commits that are not damaged, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`] when the place cannot be read.
    pub fn commits_whole(&self) -> Result<Vec<Commit>, StoreError> {
        let mut commits = Vec::new();
        for seq in self.commit_numbers()? {
            match self.commit_at(seq) {
                Ok(commit) => commits.extend(commit),
                Err(damage) if damage.is_damage() => {}
                Err(other) => return Err(other),
            }
        }
        Ok(commits)
    }

    /// Reads commit `seq`; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when it is damaged.
    pub fn commit_at(&self, seq: u64) -> Result<Option<Commit>, StoreError> {
        let bytes = self.objects.read(&names::commit(seq))?;
        bytes.map(|bytes| Commit::decode(seq, &bytes)).transpose()
    }

    /// Reads the rows of a table as `commit` has it, checked as they are read.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoTable`] when the commit has no such table, [`StoreError::Corrupt`] naming the file
    /// when a byte of it is not what was written.
    pub fn read_table(
        &self,
        commit: &Commit,
        pipeline: &str,
        table: &str,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let published = commit.table(pipeline, table).ok_or_else(|| StoreError::NoTable {
            pipeline: pipeline.to_owned(),
            table: table.to_owned(),
            seq: commit.seq,
        })?;
        self.read_files(&published.files)
    }

    pub(super) fn table_bytes(&self) -> usize {
        self.table_bytes
    }

    pub(super) fn commit_numbers(&self) -> Result<Vec<u64>, StoreError> {
        let mut numbers: Vec<u64> =
            self.objects.list(names::COMMITS)?.iter().filter_map(|name| names::commit_seq(name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Reads the whole of `file`, checked.
    pub(super) fn read_file(&self, file: &StoredFile) -> Result<Vec<u8>, StoreError> {
        let bytes = self.objects.read(&file.name)?;
        let bytes = bytes.ok_or_else(|| file.damaged("it is missing".to_owned()))?;
        file.check(&bytes)?;
        Ok(bytes)
    }

    pub(super) fn read_files(&self, files: &[StoredFile]) -> Result<Vec<RecordBatch>, StoreError> {
        let mut batches = Vec::new();
        for file in files {
            batches.extend(decode(file, self.read_file(file)?)?);
        }
        Ok(batches)
    }

    /// Returns what was written as `name`: by a commit, newest first, or by a landing.
    pub(super) fn file(&self, name: &str) -> Result<Option<StoredFile>, StoreError> {
        if name.starts_with(names::LANDINGS) {
            let folder = name.rsplit_once('/').map_or(name, |(folder, _)| folder);
            let record = self.landing_at(&names::landing_record(folder))?;
            return Ok(record.and_then(|record| record.parts.into_iter().find(|part| part.name == name)));
        }
        for seq in self.commit_numbers()?.into_iter().rev() {
            let commit = self.commit_at(seq)?;
            let found = commit.and_then(|commit| commit.files().find(|file| file.name == name).cloned());
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}
