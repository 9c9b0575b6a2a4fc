//! What has become of an occurrence: one record, whoever asks.
//!
//! ```text
//! runs/occurrences/<pipeline>/<key>/attempt-1.json    made once, under the lease, before the run starts
//!                                   end.json          made once: nothing starts this occurrence any more
//! ```

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::claim::{Claim, claim, read};
use super::occurrence::Occurrence;
use crate::store::{Objects, StoreError};

/// Ended occurrences looked at for the last good one.
const LOOKED_AT: usize = 8;

/// One attempt to run an occurrence. Only one that was broken off is followed by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// The epoch of the lease under which it was made.
    pub epoch: u64,
    /// Who made it.
    pub holder: String,
    /// When, by the wall clock of the machine that made it.
    pub at: DateTime<Utc>,
}

/// How an occurrence ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It ran to its end, good or bad.
    Ran(Ended),
    /// It came while another run of the pipeline was going.
    Skipped {
        /// What was going.
        during: Option<String>,
    },
    /// A run broke off when it may have published. It is not run again: look before doing so by hand.
    Uncertain {
        /// The attempt that broke off.
        attempt: u32,
    },
    /// Every attempt broke off.
    GivenUp {
        /// How many there were.
        attempts: u32,
    },
}

/// What a run says at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The exit code of the run.
    pub exit: u8,
    /// What it came to, in one line. Nothing of the data's values.
    #[serde(rename = "told")]
    pub outcome: String,
}

/// What is recorded of an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody has started it.
    Open,
    /// The newest attempt has not ended: it goes on, or broke off.
    Started(Attempt),
    /// Nothing starts it any more.
    Ended(End),
}

/// Returns what is recorded of `occurrence`.
///
/// # Errors
///
/// The store's own.
pub fn state(objects: &dyn Objects, occurrence: &Occurrence) -> Result<State, StoreError> {
    if let Some(end) = read(objects, &object(occurrence, "end"))? {
        return Ok(State::Ended(end));
    }
    let mut newest = None;
    for number in 1.. {
        match read::<Attempt>(objects, &object(occurrence, &format!("attempt-{number}")))? {
            Some(attempt) => newest = Some(attempt),
            None => break,
        }
    }
    Ok(newest.map_or(State::Open, State::Started))
}

/// Returns when the last occurrence of a pipeline that ended well began, whether or not it had work to do. Only the
/// newest few are looked at.
pub(super) fn last_good(objects: &dyn Objects, pipeline: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let folder = format!("runs/occurrences/{pipeline}/");
    let names = objects.list(folder.trim_end_matches('/'))?;
    let ended = names.iter().filter_map(|name| name.strip_prefix(&folder)?.strip_suffix("/end.json"));
    let mut newest = None;
    for key in ended.rev().take(LOOKED_AT) {
        let Some(End::Ran(Ended { exit: 0, .. })) = read(objects, &format!("{folder}{key}/end.json"))? else {
            continue;
        };
        let first: Option<Attempt> = read(objects, &format!("{folder}{key}/attempt-1.json"))?;
        newest = newest.max(first.map(|attempt| attempt.at));
    }
    Ok(newest)
}

/// Makes an attempt, unless somebody has made the one of this number.
pub(super) fn begin(
    objects: &dyn Objects,
    occurrence: &Occurrence,
    attempt: &Attempt,
) -> Result<Claim<Attempt>, StoreError> {
    claim(objects, &object(occurrence, &format!("attempt-{}", attempt.number)), attempt)
}

/// Records the end, unless there is one; returns the one that there is.
pub(super) fn end(objects: &dyn Objects, occurrence: &Occurrence, end: End) -> Result<End, StoreError> {
    Ok(match claim(objects, &object(occurrence, "end"), &end)? {
        Claim::Mine => end,
        Claim::Theirs(theirs) => theirs,
    })
}

fn object(occurrence: &Occurrence, what: &str) -> String {
    format!("runs/occurrences/{}/{}/{what}.json", occurrence.pipeline(), occurrence.key())
}
