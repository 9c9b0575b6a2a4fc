use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Cause;
use crate::store::{Objects, StoreError};

/// What is known of a run from its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// The run's number.
    pub run: String,
    /// The pipeline.
    pub pipeline: String,
    /// When it began.
    pub started: DateTime<Utc>,
    /// What began it: `by hand`, `demo`, an occurrence.
    pub trigger: String,
    /// The version of the program.
    pub version: String,
}

/// What is known of a run at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// When it ended.
    pub finished: DateTime<Utc>,
    /// What it came to.
    pub outcome: Outcome,
    /// What it did, in order.
    pub steps: Vec<Step>,
}

impl Finished {
    /// Returns how many rows were read.
    #[must_use]
    pub fn rows_read(&self) -> u64 {
        self.sum(|step| if let Step::Landed { read, .. } = step { *read } else { 0 })
    }

    /// Returns how many rows broke their contract.
    #[must_use]
    pub fn rows_set_aside(&self) -> u64 {
        self.sum(|step| if let Step::Landed { quarantined, .. } = step { *quarantined } else { 0 })
    }

    /// Returns how many rows the checks found wrong.
    #[must_use]
    pub fn rows_wrong(&self) -> u64 {
        self.sum(|step| if let Step::Checked { wrong, .. } = step { *wrong } else { 0 })
    }

    fn sum(&self, of: impl Fn(&Step) -> u64) -> u64 {
        self.steps.iter().map(of).sum()
    }
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The exit code: 0 done.
    pub code: u8,
    /// One sentence.
    pub message: String,
    /// The fields of what stopped it, as `--json` shows them, where something did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<serde_json::Value>,
}

/// A run's record. Without an end, the run is under way or died.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its start.
    pub started: Started,
    /// Its end.
    pub finished: Option<Finished>,
}

/// One arrow on the data's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A file or query result became a landing.
    Landed {
        /// The source.
        source: String,
        /// The file, or the query's name.
        from: String,
        /// sha256 of what was read.
        sha256: String,
        /// The landing's id.
        landing: String,
        /// Rows read.
        read: u64,
        /// Rows that were kept.
        published: u64,
        /// Rows set aside.
        quarantined: u64,
        /// Exact copies dropped.
        duplicates: u64,
        /// What was counted, what was set aside by which rule, and the six scores.
        #[serde(default)]
        findings: Box<crate::store::Findings>,
        /// The pounds set aside, by column of money.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        money_set_aside: BTreeMap<String, String>,
    },
    /// A file was left out, because its bytes are those of another.
    LeftOut {
        /// The source.
        source: String,
        /// The file.
        file: String,
        /// The file that has the same bytes.
        same_as: String,
    },
    /// Rows that were set aside were released by a person, or corrected.
    Released {
        /// The source.
        source: String,
        /// The file, or the query's name.
        from: String,
        /// The rows, by their numbers.
        rows: Vec<i64>,
        /// The columns that were corrected; none when the rows were released as they are.
        #[serde(alias = "mended")]
        corrected: Vec<String>,
        /// Who.
        by: String,
        /// Why.
        why: String,
    },
    /// A swing of the count of rows was accepted by a person, or that a revision shows what became of a few.
    Accepted {
        /// The source, or the report and its period.
        source: String,
        /// What was accepted, in words.
        what: String,
    },
    /// Pseudonyms were made of numbers that somebody holds. Neither is recorded.
    Pseudonyms {
        /// The purpose.
        purpose: String,
        /// Names the key.
        key: String,
        /// Numbers turned into pseudonyms.
        made: u64,
        /// Lines that hold no number.
        refused: u64,
        /// Who.
        by: String,
        /// Why.
        why: String,
    },
    /// A table was made.
    Built {
        /// The table, as `pipeline.table`.
        table: String,
        /// Its rows.
        rows: u64,
    },
    /// A check was made.
    Checked {
        /// The check.
        check: String,
        /// Rows that are wrong.
        wrong: u64,
    },
    /// Tables became current.
    Published {
        /// The commit.
        commit: u64,
        /// The tables that changed.
        tables: Vec<String>,
    },
    /// A table passed the disclosure gate.
    Cleared {
        /// The table.
        table: String,
        /// Cells hidden.
        hidden: u64,
    },
    /// An edition was made.
    Edition {
        /// Its name.
        edition: String,
        /// sha256 of each of its files, by name.
        files: std::collections::BTreeMap<String, String>,
    },
    /// A message was delivered, or was not.
    Delivery {
        /// The edition.
        edition: String,
        /// The mailbox.
        recipient: String,
        /// What became of it.
        state: String,
    },
    /// Somebody went on without an object of the store that could not be repaired.
    GaveUp {
        /// The object.
        object: String,
        /// What is lost with it.
        loss: String,
    },
    /// Something stood in the way.
    Refused {
        /// What, and where.
        message: String,
    },
}

/// Writes a record as bytes.
pub(super) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Reads the record at `name`, when it is there.
pub(super) fn read<T: DeserializeOwned>(objects: &dyn Objects, name: &str) -> Result<Option<T>, StoreError> {
    let Some(bytes) = objects.read(name)? else { return Ok(None) };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| StoreError::Corrupt { name: name.to_owned(), what: Cause::of(&error) })
}
