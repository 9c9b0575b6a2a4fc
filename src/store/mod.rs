//! The store: landings, snapshots, commits and the tables that analysts read.
//!
//! ```text
//! tables/<pipeline>/<table>.parquet    what analysts read: one file a table, always whole
//! tables/catalog.sql                   views over the file list of the newest commit
//! commits/<seq>.json                   one a publication, create-if-absent: THE commit
//! snapshots/<pipeline>/<table>/<run>/  immutable
//! landings/<pipeline>/<source>/<id>/   append-only; landing.json is written last
//! restricted/quarantine/…              rows that broke a contract
//! restricted/releases/…                what a person decided about them
//! editions/  runs/  outbox/  leases/   append-only records
//! .staging/                            same file system, no `.parquet` names
//! ```
//!
//! A publication goes: write and sync each file, move it to its name, sync the folder, create the commit,
//! then refresh the copies in `tables/`. A crash before the commit leaves files that nobody refers to; a
//! crash after it, copies that are a publication behind. [`Store::open`] mends both.
//!
//! What is deliberately absent: a database of our own, an index that could disagree with the commits, and
//! any writer of published paths but our own.

mod catalog;
mod collect;
mod commit;
mod copies;
mod disk;
mod error;
mod landing;
mod look;
mod memory;
mod names;
mod objects;
mod part;
mod publication;
mod publish;
mod quality;
mod reader;
mod repair;
mod seal;
mod stored_file;
mod verify;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use object_store::ObjectStore;

use disk::{Disk, System};

pub use collect::{CollectReport, Retain};
pub use commit::{CheckResult, Commit, PublishedColumn, PublishedPipeline, PublishedTable};
pub use error::StoreError;
pub use landing::{FileFact, Findings, LandingRecord, MoneyTotals, NewLanding, RowCounts};
pub use memory::Memory;
pub use objects::{Created, Hold, Objects};
pub use publication::{NewTable, Publication};
pub use quality::{Quality, Share};
pub use repair::{Mended, RepairReport};
pub use stored_file::{BLOCK_BYTES, StoredFile};
pub use verify::{Damage, VerifyReport};

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
    objects: Arc<dyn Objects>,
    table_bytes: usize,
    opened: Arc<RepairReport>,
}

impl Store {
    /// Opens a store and finishes or removes what a dead publication left, if no other process has it
    /// open. What was mended is in [`Store::opened`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the place cannot hold a store: [`StoreError::Write`] where it cannot be written,
    /// [`StoreError::Apart`] where a folder of it is on another file system, [`StoreError::NoCreate`] where
    /// no create-if-absent exists. A damaged commit is no error here, so that `verify` and `repair` can be
    /// asked about it.
    pub fn open(place: Place) -> Result<Self, StoreError> {
        match place {
            Place::Memory => Ok(Self::over(Arc::new(Memory::default()))),
            Place::Folder(root) => Self::on_disk(&Arc::new(Disk::open(Arc::new(System), &root)?)),
        }
    }

    /// The store in a folder as it is, to be read: nothing is made, mended, locked or written, and a folder that
    /// is not there is a store in which nothing was published.
    #[must_use]
    pub fn look(folder: PathBuf) -> Self {
        Self::over(Arc::new(look::Look::at(folder)))
    }

    fn on_disk(disk: &Arc<Disk>) -> Result<Self, StoreError> {
        let mut store = Self::over(disk.clone());
        store.opened = Arc::new(store.mend_on_disk(disk)?);
        Ok(store)
    }

    fn mend_on_disk(&self, disk: &Disk) -> Result<RepairReport, StoreError> {
        let mut report = RepairReport::default();
        let alone = disk.while_alone(&mut || {
            let dead = disk.left_by_the_dead()?;
            report = self.mend_after_crash(!dead.is_empty())?;
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

    /// A store over any objects, as tests and other places bring them. Nothing is mended.
    #[must_use]
    pub fn over(objects: Arc<dyn Objects>) -> Self {
        Self { objects, table_bytes: TABLE_BYTES, opened: Arc::default() }
    }

    /// The same store, publishing tables of more than `bytes` in parts.
    #[must_use]
    pub fn with_table_bytes(self, bytes: usize) -> Self {
        Self { table_bytes: bytes, ..self }
    }

    /// What the store is kept in. Records of other modules (runs, outbox, leases) go here too.
    #[must_use]
    pub fn objects(&self) -> &Arc<dyn Objects> {
        &self.objects
    }

    /// What opening it mended.
    #[must_use]
    pub fn opened(&self) -> &RepairReport {
        &self.opened
    }

    /// The newest commit; `None` for a store in which nothing was published.
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

    /// All commits, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when one is damaged.
    pub fn commits(&self) -> Result<Vec<Commit>, StoreError> {
        self.commit_numbers()?.into_iter().filter_map(|seq| self.commit_at(seq).transpose()).collect()
    }

    /// All commits that are not damaged, oldest first.
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

    /// Commit `seq`; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when it is damaged.
    pub fn commit_at(&self, seq: u64) -> Result<Option<Commit>, StoreError> {
        let bytes = self.objects.read(&names::commit(seq))?;
        bytes.map(|bytes| Commit::decode(seq, &bytes)).transpose()
    }

    /// The rows of a table as `commit` has it, checked as they are read.
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

    /// What the query engine reads snapshots and landings through, by their names in the store. It checks
    /// every block that a range touches and fails, naming the file, when one is not what was written.
    #[must_use]
    pub fn reader(&self) -> Arc<dyn ObjectStore> {
        Arc::new(reader::CheckedReader::new(self.clone()))
    }

    fn table_bytes(&self) -> usize {
        self.table_bytes
    }

    fn commit_numbers(&self) -> Result<Vec<u64>, StoreError> {
        let mut numbers: Vec<u64> =
            self.objects.list(names::COMMITS)?.iter().filter_map(|name| names::commit_seq(name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The whole of `file`, checked.
    fn read_file(&self, file: &StoredFile) -> Result<Vec<u8>, StoreError> {
        let bytes = self.objects.read(&file.name)?;
        let bytes = bytes.ok_or_else(|| file.damaged("it is missing".to_owned()))?;
        file.check(&bytes)?;
        Ok(bytes)
    }

    fn read_files(&self, files: &[StoredFile]) -> Result<Vec<RecordBatch>, StoreError> {
        let mut batches = Vec::new();
        for file in files {
            batches.extend(part::decode(file, self.read_file(file)?)?);
        }
        Ok(batches)
    }

    /// What was written as `name`: by a commit, newest first, or by a landing.
    fn file(&self, name: &str) -> Result<Option<StoredFile>, StoreError> {
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
