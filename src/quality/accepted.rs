use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::finding::Finding;
use crate::diagnostic::Cause;
use crate::job::{Context, Failure};
use crate::store::StoreError;

/// That a person accepts a finding until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The finding.
    pub finding: String,
    /// What it was.
    pub words: String,
    /// Its rows when it was accepted.
    pub rows: Option<u64>,
    /// The last day on which it is accepted.
    pub until: NaiveDate,
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
    /// When it was accepted.
    pub at: DateTime<Utc>,
}

impl Acceptance {
    /// Returns whether it is about a finding as that is now: one with more than a tenth more rows is another.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        !finding.rows.has_grown(self.rows)
    }
}

/// Where acceptances are, a folder for each finding.
pub(super) const FOLDER: &str = "quality/accepted";

/// Returns the newest acceptance of each finding, where its last day has not gone.
pub(crate) fn in_force(context: &Context) -> Result<BTreeMap<String, Acceptance>, Failure> {
    let objects = context.store().objects();
    let mut accepted = BTreeMap::new();
    // Names sort by finding, then in the order in which they were made.
    for name in objects.list(FOLDER)? {
        let Some(bytes) = objects.read(&name)? else { continue };
        let acceptance: Acceptance = serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::Corrupt { name: name.clone(), what: Cause::of(&error) })?;
        accepted.insert(acceptance.finding.clone(), acceptance);
    }
    let today = context.clock().today();
    accepted.retain(|_, acceptance| acceptance.until >= today);
    Ok(accepted)
}
