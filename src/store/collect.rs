//! Retention of snapshots: which files no kept version needs, and their removal.
//!
//! Commits stay for ever: they are small and they are the history. What goes is the files of versions
//! that were replaced long ago. A note beside the commit says so first, so that a missing file is then
//! no damage.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};

use super::commit::Commit;
use super::error::StoreError;
use super::names;
use super::open::Store;

/// Which versions of the tables are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retain {
    /// Versions that were replaced less than this ago are kept, so that no reader loses its files.
    pub age: Duration,
    /// As many of the newest versions of each pipeline are kept, however old.
    pub versions: usize,
}

impl Default for Retain {
    /// Keeps a day and five versions.
    fn default() -> Self {
        Self { age: Duration::days(1), versions: 5 }
    }
}

/// What retention removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectReport {
    /// Commits whose files are no longer all there.
    pub commits: Vec<u64>,
    /// Files that were removed.
    pub files: Vec<String>,
    /// Their bytes.
    pub bytes: u64,
}

impl Store {
    /// Removes the files of versions that `retain` does not keep at `now`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when a commit is damaged: what it refers to is then not known, and nothing
    /// is removed.
    pub fn collect(&self, retain: Retain, now: DateTime<Utc>) -> Result<CollectReport, StoreError> {
        let mut report = CollectReport::default();
        let collected = self.objects().exclusively(&mut || {
            let mut commits = self.commits()?;
            let retained = retained(&commits, retain, now);
            let listed = self.objects().list(names::COMMITS)?;
            commits.retain(|commit| !listed.contains(&names::collected(commit.seq)));
            report = plan(&commits, &retained);
            for seq in &report.commits {
                self.objects().create(&names::collected(*seq), b"")?;
            }
            for file in &report.files {
                self.objects().remove(file)?;
            }
            Ok(())
        });
        // Files whose commits are noted as collected, and that were not removed, are swept by the next start.
        collected.map(|()| report).inspect_err(|_| self.objects().leave_unfinished())
    }
}

/// Returns the commits whose every file stays, of `commits` oldest first.
fn retained(commits: &[Commit], retain: Retain, now: DateTime<Utc>) -> BTreeSet<u64> {
    let mut retained = BTreeSet::new();
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    // The newest commit is replaced by none.
    let mut replaced: Option<DateTime<Utc>> = None;
    for commit in commits.iter().rev() {
        let version = versions.entry(&commit.pipeline).or_default();
        *version += 1;
        let recent = replaced.is_none_or(|replaced| now - replaced < retain.age);
        if recent || *version <= retain.versions {
            retained.insert(commit.seq);
        }
        // A clock that was set back must not make an older version look replaced for longer.
        replaced = Some(replaced.map_or(commit.at, |replaced| replaced.max(commit.at)));
    }
    retained
}

/// Returns what goes when the files of `retained` stay.
fn plan(commits: &[Commit], retained: &BTreeSet<u64>) -> CollectReport {
    let (stay, go): (Vec<&Commit>, Vec<&Commit>) =
        commits.iter().partition(|commit| retained.contains(&commit.seq));
    let needed: BTreeSet<&str> =
        stay.iter().flat_map(|commit| commit.files()).map(|file| file.name.as_str()).collect();
    let mut report = CollectReport::default();
    let mut files = BTreeMap::new();
    for commit in go {
        let mut gone = commit.files().filter(|file| !needed.contains(file.name.as_str())).peekable();
        if gone.peek().is_some() {
            report.commits.push(commit.seq);
        }
        files.extend(gone.map(|file| (file.name.clone(), file.bytes)));
    }
    report.bytes = files.values().sum();
    report.files = files.into_keys().collect();
    report
}

#[cfg(test)]
mod tests;
