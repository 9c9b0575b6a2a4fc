//! Repairs what can be repaired without guessing.
//!
//! A damaged snapshot is made again from its copy in `tables/`, a damaged copy from its snapshot. A
//! damaged newest commit is set aside, and the one before it counts. Nothing is invented: what cannot be
//! made again is left as it is and named, with the last commit that has the table whole.

use std::collections::{BTreeMap, BTreeSet};

use super::error::StoreError;
use super::give_up::give_up;
use super::open::Store;
use super::repair_report::RepairReport;
use super::stored_file::StoredFile;
use super::verify::{VerifyReport, is_record};
use super::{catalog, names};

impl Store {
    /// Puts right what can be, and says what cannot. Not while this process publishes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] only when the place refuses; what stays damaged is in the report.
    pub fn repair(&self) -> Result<RepairReport, StoreError> {
        self.repair_all().inspect_err(|_| self.objects().leave_unfinished())
    }

    fn repair_all(&self) -> Result<RepairReport, StoreError> {
        let mut report = RepairReport::default();
        self.set_aside_damaged_commits(&mut report)?;
        let mut found = VerifyReport::default();
        let files = self.referred_files(&mut found)?;
        let copies = self.copies()?;
        for file in files.values() {
            self.restore_from_copy(file, &copies, &mut report)?;
        }
        self.restore_copies(&mut report)?;
        report.alone = self.objects().while_alone(&mut || {
            self.objects().settle()?;
            report.swept = self.sweep_orphans()?;
            Ok(())
        })?;
        report.lost = self.verify()?.damage;
        self.find_whole_versions(&mut report)?;
        Ok(report)
    }

    /// Removes what the dead left, if `crashed` and alone, and brings copies up to date: what a start does.
    pub(super) fn repair_after_crash(&self, crashed: bool) -> Result<RepairReport, StoreError> {
        let mut report = RepairReport::default();
        if crashed {
            // What is read from here on may be acted on, by us and by whoever asks us.
            self.objects().settle()?;
        }
        match self.head() {
            // The commit that says what belongs to the store cannot be read: touch nothing.
            Err(damage) if damage.is_damage() => return Ok(report),
            head => head?,
        };
        if crashed {
            report.swept = self.sweep_orphans()?;
        }
        match self.refresh_copies() {
            Err(damage) if damage.is_damage() => {}
            refreshed => refreshed?,
        }
        Ok(report)
    }

    /// Removes files that no record refers to; only while alone. With a damaged record among them nobody
    /// can say what is referred to, and nothing is removed.
    fn sweep_orphans(&self) -> Result<Vec<String>, StoreError> {
        let mut found = VerifyReport::default();
        let files = self.referred_files(&mut found)?;
        if !found.is_whole() {
            return Ok(Vec::new());
        }
        let mut swept = Vec::new();
        for folder in [names::SNAPSHOTS, names::LANDINGS, names::QUARANTINE] {
            for name in self.objects().list(folder)? {
                if !files.contains_key(&name) && !is_record(&name) {
                    self.objects().remove(&name)?;
                    swept.push(name);
                }
            }
        }
        Ok(swept)
    }

    /// Moves damaged commits away from the end of the line, so that the newest is a whole one.
    fn set_aside_damaged_commits(&self, report: &mut RepairReport) -> Result<(), StoreError> {
        for seq in self.commit_numbers()?.into_iter().rev() {
            let name = names::commit(seq);
            match self.commit_at(seq) {
                Ok(_) => return Ok(()),
                Err(damage) if damage.is_damage() => {}
                Err(other) => return Err(other),
            }
            if self.objects().size(&name)?.is_some() {
                let aside = give_up(self.objects().as_ref(), &name)?;
                report.repaired(&name, format!("it cannot be read: set aside as `{aside}`"));
            }
        }
        Ok(())
    }

    /// Finds the copies in `tables/` that are whole, by the hash of their bytes.
    fn copies(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let mut copies = BTreeMap::new();
        for name in self.objects().list(names::TABLES)? {
            if let Some(bytes) = self.objects().read(&name)? {
                copies.insert(super::stored_file::sha256(&bytes), name);
            }
        }
        Ok(copies)
    }

    fn restore_from_copy(
        &self,
        file: &StoredFile,
        copies: &BTreeMap<String, String>,
        report: &mut RepairReport,
    ) -> Result<(), StoreError> {
        match self.read_file(file) {
            Err(damage) if damage.is_damage() => {}
            read => return read.map(|_| ()),
        }
        let Some(copy) = copies.get(&file.sha256) else { return Ok(()) };
        let Some(bytes) = self.objects().read(copy)? else { return Ok(()) };
        file.check(&bytes)?;
        self.objects().replace(&file.name, &bytes)?;
        report.repaired(&file.name, format!("made again from `{copy}`"));
        Ok(())
    }

    /// Makes copies again that are not what the newest commit says.
    fn restore_copies(&self, report: &mut RepairReport) -> Result<(), StoreError> {
        let Some(head) = self.head()? else { return Ok(()) };
        self.objects().exclusively(&mut || {
            for (pipeline, name, table) in head.listed() {
                let [file] = table.files.as_slice() else { continue };
                let copy = StoredFile { name: names::table(pipeline, name), ..file.clone() };
                if self.read_file(&copy).is_ok() {
                    continue;
                }
                match self.refresh_copy(pipeline, name, table) {
                    Err(damage) if damage.is_damage() => {}
                    Err(other) => return Err(other),
                    Ok(()) => report.repaired(&copy.name, format!("made again from `{}`", file.name)),
                }
            }
            let sql = catalog::sql(&head, self.objects().folder());
            let shown = self.objects().read(names::CATALOG)?;
            if !shown.is_some_and(|shown| catalog::shows(&shown, &head)) {
                self.objects().replace(names::CATALOG, sql.as_bytes())?;
                report.repaired(names::CATALOG, format!("made again from commit {}", head.seq));
            }
            Ok(())
        })
    }

    /// Finds, for each table of the newest commit that has lost a file, the newest commit that has it whole.
    fn find_whole_versions(&self, report: &mut RepairReport) -> Result<(), StoreError> {
        let lost: BTreeSet<&str> = report.lost.iter().map(|damage| damage.name.as_str()).collect();
        let Some(head) = self.head()? else { return Ok(()) };
        let mut whole_in = BTreeMap::new();
        for (pipeline, name, table) in head.tables() {
            if !table.files.iter().any(|file| lost.contains(file.name.as_str())) {
                continue;
            }
            let whole = self.commits_whole()?.into_iter().rev().find(|commit| {
                commit
                    .table(pipeline, name)
                    .is_some_and(|table| table.files.iter().all(|file| self.read_file(file).is_ok()))
            });
            whole_in.insert(format!("{pipeline}.{name}"), whole.map(|commit| commit.seq));
        }
        report.whole_in = whole_in;
        Ok(())
    }
}
