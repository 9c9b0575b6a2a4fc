//! Why an edition took the place of what readers had: kept beside it, in its folder.

use serde::{Deserialize, Serialize};

use super::record::Edition;
use crate::diagnostic::Cause;
use crate::job::{Context, Failure};
use crate::store::StoreError;

/// Its name in the folder of the edition.
const FILE: &str = "correction.json";

/// What a person said when an edition was sent as a correction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correction {
    /// The editions that readers had.
    pub(crate) replaces: Vec<String>,
    /// What was wrong with them.
    pub(crate) reason: String,
    /// Who corrected.
    pub(crate) by: String,
}

impl Correction {
    /// Keeps it, in the place of one of before: a person who corrects once more says it better.
    ///
    /// # Errors
    ///
    /// When the store refuses it.
    pub(crate) fn keep(&self, context: &Context, edition: &Edition) -> Result<(), Failure> {
        let json = serde_json::to_vec_pretty(self).map_err(Failure::bug)?;
        let name = format!("{}/{FILE}", edition.folder());
        context.store().objects().replace(&name, &json).map_err(Into::into)
    }

    /// Reads that of an edition; nothing for one that corrected nothing.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or the record is damaged.
    pub(crate) fn of(context: &Context, edition: &Edition) -> Result<Option<Self>, Failure> {
        let name = format!("{}/{FILE}", edition.folder());
        let Some(bytes) = context.store().objects().read(&name)? else { return Ok(None) };
        let read = serde_json::from_slice(&bytes);
        read.map(Some).map_err(|error| StoreError::Corrupt { name, what: Cause::of(&error) }.into())
    }

    /// Says it in a sentence, as beside an edition's own words on what changed.
    pub(crate) fn in_words(&self) -> String {
        let reason = self.reason.trim().trim_end_matches('.');
        format!("It was sent as a correction of {}. What was wrong: {reason}.", self.replaces.join(", "))
    }
}
