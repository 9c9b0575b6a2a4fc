//! Editions that wait because they would show what became of a few, and what a person decided about them.
//!
//! ```text
//! waiting/<report>/<period>.json             the newest that was held
//! waiting/<report>/<period>/<content>.json   who released that content, and why
//! ```

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::record;
use crate::store::{Created, Objects, StoreError};

/// An edition that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The report.
    pub report: String,
    /// The period, as it is written.
    pub period: String,
    /// Names what it would hold: a release is of this and of nothing else.
    pub content: String,
    /// How many cells are in question.
    pub counts: usize,
    /// When it was last held.
    pub held: DateTime<Utc>,
}

/// A person's decision that an edition may go as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// What was held.
    pub of: Waiting,
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub when: DateTime<Utc>,
}

/// Records that an edition waits, in place of one that waited before it.
///
/// # Errors
///
/// [`StoreError`] when it cannot be written.
pub fn hold(objects: &dyn Objects, waiting: &Waiting) -> Result<(), StoreError> {
    objects.replace(&held(&waiting.report, &waiting.period), &record::json(waiting))
}

/// Reads what waits of a report and period.
///
/// # Errors
///
/// [`StoreError`] when it cannot be read or is not such a record.
pub fn waiting(objects: &dyn Objects, report: &str, period: &str) -> Result<Option<Waiting>, StoreError> {
    record::read(objects, &held(report, period))
}

/// Returns the periods of a report of which an edition waits, in order.
///
/// # Errors
///
/// [`StoreError`] when they cannot be listed.
pub fn periods_waiting(objects: &dyn Objects, report: &str) -> Result<Vec<String>, StoreError> {
    let prefix = format!("waiting/{report}/");
    let names = objects.list(prefix.trim_end_matches('/'))?;
    let period = |name: &String| Some(name.strip_prefix(&prefix)?.strip_suffix(".json")?.to_owned());
    let mut periods: Vec<String> =
        names.iter().filter_map(period).filter(|period| !period.contains('/')).collect();
    periods.sort();
    Ok(periods)
}

/// Records a release. Returns whether the content was not released before.
///
/// # Errors
///
/// [`StoreError`] when it cannot be written.
pub fn release(objects: &dyn Objects, release: &Release) -> Result<bool, StoreError> {
    let of = &release.of;
    let created = objects.create(&released(&of.report, &of.period, &of.content), &record::json(release))?;
    Ok(created == Created::New)
}

/// Returns whether a person has released this content.
///
/// # Errors
///
/// [`StoreError`] when the record cannot be read or is not one.
pub fn is_released(
    objects: &dyn Objects,
    report: &str,
    period: &str,
    content: &str,
) -> Result<bool, StoreError> {
    Ok(record::read::<Release>(objects, &released(report, period, content))?.is_some())
}

fn held(report: &str, period: &str) -> String {
    format!("waiting/{report}/{period}.json")
}

fn released(report: &str, period: &str, content: &str) -> String {
    format!("waiting/{report}/{period}/{content}.json")
}
