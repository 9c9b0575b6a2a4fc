//! What a run hands to the store to publish.

use std::collections::{BTreeMap, BTreeSet};

use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Utc};

use super::commit::CheckResult;
use super::landing::LandingRecord;

/// All tables of one pipeline, to become visible together or not at all.
///
/// A table of the pipeline that is named in neither `tables` nor `unchanged` is no longer published.
#[derive(Debug, Clone, Default)]
pub struct Publication {
    /// The pipeline.
    pub pipeline: String,
    /// The run that publishes. No two publications of a pipeline share it.
    pub run: String,
    /// When, by the run's clock.
    pub at: DateTime<Utc>,
    /// The newest commit that the run knew when it began; 0 for an empty store. If the pipeline was
    /// published after it, this publication is refused: a run that was frozen and woke up too late, or
    /// raced another, changes nothing. `None` takes the newest commit at the call.
    pub base: Option<u64>,
    /// Tables with new rows.
    pub tables: Vec<NewTable>,
    /// Tables of the pipeline that stay as the newest commit has them.
    pub unchanged: BTreeSet<String>,
    /// What the tables were made from, each with its fingerprint.
    pub inputs: BTreeMap<String, String>,
    /// The program's version.
    pub version: String,
}

/// One table to publish.
#[derive(Debug, Clone, Default)]
pub struct NewTable {
    /// Its name.
    pub name: String,
    /// Its rows: at least one batch, which may be empty, so that the columns are known.
    pub batches: Vec<RecordBatch>,
    /// Landings whose rows come after those of `batches`, in this order, under the columns of `batches`. They
    /// are read while they are written, so that no table is too large; they are not to be sorted.
    pub landed: Vec<LandingRecord>,
    /// Columns to put the rows in order of, ascending, nulls last; rows equal in them stay as they came.
    pub sort: Vec<String>,
    /// Whether only other pipelines read it.
    pub internal: bool,
    /// What the table is.
    pub comment: Option<String>,
    /// What its columns mean.
    pub column_comments: BTreeMap<String, String>,
    /// Checks that ran on it.
    pub checks: Vec<CheckResult>,
    /// Totals that must come out again: name to value, as text.
    pub control_totals: BTreeMap<String, String>,
    /// Fingerprint of inputs, SQL and version: the same as last time means that nothing changed.
    pub fingerprint: String,
}
