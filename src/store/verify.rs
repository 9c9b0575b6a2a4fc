//! Reads everything in the store and says what is not as it was written. Changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::damage::Damage;
use super::error::StoreError;
use super::give_up::given_up;
use super::open::Store;
use super::stored_file::StoredFile;
use super::{catalog, names};

/// What `verify` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Commits that were read.
    pub commits: u64,
    /// Landings that were read.
    pub landings: u64,
    /// Files whose every byte was read.
    pub files: u64,
    /// Bytes of those files.
    pub bytes: u64,
    /// What is not as it was written, in the order of names.
    pub damage: Vec<Damage>,
    /// Files that no commit and no landing refers to: a publication that died, or one that is at work.
    pub orphans: Vec<String>,
    /// What was given up, and is not there.
    pub given_up: Vec<String>,
}

impl VerifyReport {
    /// Returns whether everything is as it was written.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.damage.is_empty()
    }
}

impl Store {
    /// Reads every commit, landing, snapshot, quarantined row and copy, and compares them with their hashes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] only when the place refuses; what is damaged is in the report.
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        let mut report = VerifyReport::default();
        // Listed first: what comes while we read is nobody's orphan.
        let listed = [
            self.objects().list(names::SNAPSHOTS)?,
            self.objects().list(names::LANDINGS)?,
            self.objects().list(names::QUARANTINE)?,
        ]
        .concat();
        let files = self.referred_files(&mut report)?;
        for file in files.values() {
            let checked = self.read_file(file);
            note(&mut report, &file.name, checked.map(|_| ()))?;
            report.files += 1;
            report.bytes += file.bytes;
        }
        self.verify_copies(&mut report)?;
        self.verify_identity(&mut report)?;
        for name in given_up(self.objects().as_ref())? {
            if self.objects().size(&name)?.is_none() {
                report.given_up.push(name);
            }
        }
        let records: BTreeSet<&String> = listed.iter().filter(|name| is_record(name)).collect();
        report.orphans = listed
            .iter()
            .filter(|name| !files.contains_key(*name) && !records.contains(name))
            .cloned()
            .collect();
        report.damage.sort();
        Ok(report)
    }

    /// Finds every file that a record refers to and that should be there. Damaged records are noted.
    pub(super) fn referred_files(
        &self,
        report: &mut VerifyReport,
    ) -> Result<BTreeMap<String, StoredFile>, StoreError> {
        let mut files = BTreeMap::new();
        let given_up = given_up(self.objects().as_ref())?;
        let mut last = 0;
        for seq in self.commit_numbers()? {
            let name = names::commit(seq);
            for missing in (last + 1..seq).map(names::commit).filter(|name| !given_up.contains(name)) {
                let what = format!("it is missing, between commit {last} and commit {seq}");
                report.damage.push(Damage { name: missing, what });
            }
            last = seq;
            let collected = self.objects().size(&names::collected(seq))?.is_some();
            if let Some(Some(commit)) = note(report, &name, self.commit_at(seq))? {
                report.commits += 1;
                let present = commit.files().filter(|_| !collected);
                files.extend(present.map(|file| (file.name.clone(), file.clone())));
            }
        }
        for name in &given_up {
            if files.contains_key(name) && self.objects().size(name)?.is_none() {
                files.remove(name);
            }
        }
        for name in self.objects().list(names::LANDINGS)?.iter().filter(|name| is_record(name)) {
            if let Some(Some(landing)) = note(report, name, self.landing_at(name))? {
                report.landings += 1;
                let parts = landing.parts.into_iter().chain(landing.quarantine);
                files.extend(parts.map(|file| (file.name.clone(), file)));
            }
        }
        Ok(files)
    }

    /// Compares what analysts read with the newest commit.
    fn verify_copies(&self, report: &mut VerifyReport) -> Result<(), StoreError> {
        let Ok(Some(head)) = self.head() else { return Ok(()) };
        for (pipeline, name, table) in head.listed() {
            let [file] = table.files.as_slice() else { continue };
            let copy = StoredFile { name: names::table(pipeline, name), ..file.clone() };
            let checked = self.read_file(&copy);
            note(report, &copy.name, checked)?;
        }
        let shown = self.objects().read(names::CATALOG)?;
        if !shown.is_some_and(|shown| catalog::shows(&shown, &head)) {
            let what = format!("it does not show commit {}", head.seq);
            report.damage.push(Damage { name: names::CATALOG.to_owned(), what });
        }
        Ok(())
    }
}

pub(super) fn is_record(name: &str) -> bool {
    name.starts_with(names::LANDINGS) && name.ends_with("/landing.json")
}

/// Notes damage, and passes on what is none of it.
fn note<T>(
    report: &mut VerifyReport,
    name: &str,
    outcome: Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(StoreError::Corrupt { what, .. }) => {
            report.damage.push(Damage { name: name.to_owned(), what: what.to_string() });
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
