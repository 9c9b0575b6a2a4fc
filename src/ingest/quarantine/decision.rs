use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::diagnostic::Cause;
use crate::job::{Context, Failure};
use crate::ledger::unreadable;
use crate::project::{Pipeline, SourceDefinition};
use crate::store::{Created, Damage, LandingRecord, Objects, StoreError};

/// Where the decisions about all sources are.
const RELEASES: &str = "restricted/releases";

/// A decision about one row, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    /// What made the file the same file when the decision was made; for people.
    pub(super) identity: String,
    /// Its bytes: of another file nothing was decided.
    pub(super) sha256: String,
    /// The row's number.
    pub(super) row: i64,
    /// The rule that it broke, waived unless the row was corrected.
    pub(super) rule: String,
    /// Cells that were corrected, by column.
    pub(super) set: BTreeMap<String, String>,
    /// Who decided, why, and when.
    pub(super) by: String,
    pub(super) why: String,
    pub(super) at: DateTime<Utc>,
}

impl Release {
    /// Returns whether it is about this row of what `landing` read: of the same bytes, whatever the file is called now.
    pub(super) fn is_about(&self, landing: &LandingRecord, row: i64) -> bool {
        self.row == row && landing.file.as_ref().is_some_and(|file| file.sha256 == self.sha256)
    }

    /// Returns the rule that is waived, where one is.
    pub(super) fn waived(&self) -> Option<&str> {
        self.set.is_empty().then_some(self.rule.as_str())
    }

    /// Says who and why.
    pub(super) fn words(&self) -> String {
        let how = if self.set.is_empty() { "released" } else { "corrected" };
        format!("{how} by {}: {}", self.by, self.why)
    }
}

/// Keeps a decision under the next free number.
pub(super) fn keep(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    release: &Release,
) -> Result<(), Failure> {
    let bytes = serde_json::to_vec_pretty(release).map_err(Failure::bug)?;
    let objects = context.store().objects();
    let folder = folder(pipeline, definition);
    let mut number = objects.list(&folder)?.len();
    while objects.create(&format!("{folder}/{number:06}.json"), &bytes)? == Created::Exists {
        number += 1;
    }
    Ok(())
}

/// Reads every decision about rows of a source, in the order in which they were made.
pub(super) fn all(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
) -> Result<Vec<Release>, Failure> {
    let objects = context.store().objects();
    let mut releases = Vec::new();
    for name in objects.list(&folder(pipeline, definition))? {
        let Some(bytes) = objects.read(&name)? else { continue };
        let release = serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::Corrupt { name: name.clone(), what: Cause::of(&error) })?;
        releases.push(release);
    }
    Ok(releases)
}

fn folder(pipeline: &Pipeline, definition: &SourceDefinition) -> String {
    format!("{RELEASES}/{}/{}", pipeline.name, definition.name)
}

/// Reads every decision, and returns those that cannot be read. Changes nothing.
///
/// # Errors
///
/// [`StoreError`] only when the place refuses.
pub(crate) fn verify(objects: &dyn Objects) -> Result<Vec<Damage>, StoreError> {
    let mut damage = Vec::new();
    for name in objects.list(RELEASES)? {
        damage.extend(unreadable::<Release>(objects, &name)?);
    }
    Ok(damage)
}
