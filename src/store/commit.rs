//! The commit: the one record that says which files are the tables of the store.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::stored_file::StoredFile;
use super::{names, seal};

/// The newest form of a commit that this program reads and writes.
const FORMAT: u32 = 2;

/// One publication, and with it the state of every table in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commit {
    /// Form of this record.
    pub format: u32,
    /// Number: 1 for the first commit of a store, then one more each.
    pub seq: u64,
    /// The commit that this one was made from; none for the first.
    pub parent: Option<u64>,
    /// When.
    pub at: DateTime<Utc>,
    /// The pipeline that published.
    pub pipeline: String,
    /// The run that published.
    pub run: String,
    /// Every pipeline's tables; those of other pipelines are carried forward.
    pub pipelines: BTreeMap<String, PublishedPipeline>,
}

/// The tables of a pipeline and what they were made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedPipeline {
    /// The commit that published them.
    pub seq: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// The run that published them.
    pub run: String,
    /// The program's version.
    pub version: String,
    /// What they were made from: landings, tables of other pipelines, settings, each with its fingerprint.
    pub inputs: BTreeMap<String, String>,
    /// The tables.
    pub tables: BTreeMap<String, PublishedTable>,
}

/// One table as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedTable {
    /// Rows in all files.
    pub rows: u64,
    /// Whether only other pipelines read it: it has no copy in `tables/` and is not in `catalog.sql`. Commits of the
    /// first form do not say, and have no such table.
    #[serde(default)]
    pub internal: bool,
    /// What the table is.
    pub comment: Option<String>,
    /// Its columns, in order.
    pub columns: Vec<PublishedColumn>,
    /// The columns it is sorted by, ascending, nulls last.
    pub sort: Vec<String>,
    /// Fingerprint of what the table was made from, as the publisher gave it.
    pub fingerprint: String,
    /// Totals that must come out again: name to value, as text.
    pub control_totals: BTreeMap<String, String>,
    /// Checks that ran on it before it was published.
    pub checks: Vec<CheckResult>,
    /// Its files, in the order of their rows.
    pub files: Vec<StoredFile>,
}

impl PublishedTable {
    /// Returns the SHA-256 over the files' hashes: the same rows in the same form give the same.
    #[must_use]
    pub fn content(&self) -> String {
        let hashes: Vec<&str> = self.files.iter().map(|file| file.sha256.as_str()).collect();
        super::stored_file::sha256(hashes.join("\n").as_bytes())
    }
}

/// A column of a published table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedColumn {
    /// Name.
    pub name: String,
    /// Arrow's name of the type, such as `Decimal128(18, 2)`.
    pub kind: String,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it means.
    pub comment: Option<String>,
}

/// How a check went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckResult {
    /// The check's name.
    pub name: String,
    /// Whether it only warns.
    pub warning: bool,
    /// How many rows were wrong.
    pub failing: u64,
}

impl Commit {
    /// Names the object that commit `seq` is.
    #[must_use]
    pub fn object(seq: u64) -> String {
        names::commit(seq)
    }

    /// Returns the published table, if this commit has it.
    #[must_use]
    pub fn table(&self, pipeline: &str, table: &str) -> Option<&PublishedTable> {
        self.pipelines.get(pipeline)?.tables.get(table)
    }

    /// Returns every table: pipeline, name, table; in the order of names.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &str, &PublishedTable)> {
        self.pipelines.iter().flat_map(|(pipeline, published)| {
            published.tables.iter().map(|(name, table)| (pipeline.as_str(), name.as_str(), table))
        })
    }

    /// Returns every table that analysts are shown: all but the internal ones.
    pub fn listed(&self) -> impl Iterator<Item = (&str, &str, &PublishedTable)> {
        self.tables().filter(|(_, _, table)| !table.internal)
    }

    /// Returns every file that this commit refers to.
    pub fn files(&self) -> impl Iterator<Item = &StoredFile> {
        self.tables().flat_map(|(_, _, table)| &table.files)
    }

    /// Returns the commit after `parent` that publishes `published` as `pipeline`.
    pub(super) fn after(parent: Option<&Self>, pipeline: &str, published: &PublishedPipeline) -> Self {
        let seq = parent.map_or(1, |parent| parent.seq + 1);
        let mut pipelines = parent.map(|parent| parent.pipelines.clone()).unwrap_or_default();
        pipelines.insert(pipeline.to_owned(), PublishedPipeline { seq, ..published.clone() });
        Self {
            format: FORMAT,
            seq,
            parent: parent.map(|parent| parent.seq),
            at: published.at,
            pipeline: pipeline.to_owned(),
            run: published.run.clone(),
            pipelines,
        }
    }

    /// Encodes the commit as the bytes that [`Commit::decode`] reads.
    pub(super) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        seal::seal(&names::commit(self.seq), self)
    }

    /// Reads the commit in `bytes`, if it is whole and the one that its name says.
    pub(super) fn decode(seq: u64, bytes: &[u8]) -> Result<Self, StoreError> {
        let name = names::commit(seq);
        let commit: Self = seal::unseal(&name, bytes).map_err(|damage| {
            // A newer form may not parse as ours, and is not damage.
            match seal::unseal::<Format>(&name, bytes) {
                Ok(Format { format }) if format > FORMAT => {
                    StoreError::Newer { name: name.clone(), found: format, known: FORMAT }
                }
                _ => damage,
            }
        })?;
        // One that parses may still mean other things than we know.
        if commit.format > FORMAT {
            return Err(StoreError::Newer { name, found: commit.format, known: FORMAT });
        }
        if commit.seq != seq {
            let what = format!("it is commit {}", commit.seq).into();
            return Err(StoreError::Corrupt { name, what });
        }
        Ok(commit)
    }
}

/// The part of a commit that every format has.
#[derive(Deserialize)]
struct Format {
    format: u32,
}
