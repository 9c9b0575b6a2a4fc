//! Which publications of other pipelines an edition rests on, each with those that it rests on itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::build;
use crate::job::{Context, Failure};
use crate::project::Pipeline;
use crate::store::StoreError;

/// The tables of a pipeline as one run published them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publication {
    /// The commit.
    pub(crate) commit: u64,
    /// The pipeline.
    pub(crate) pipeline: String,
    /// The run.
    pub(crate) run: String,
    /// When.
    pub(crate) at: DateTime<Utc>,
}

/// Finds the publications that `pipeline` rests on at commit `base`, in the order in which they were made. What a publication
/// rests on is what was published before it, however much has been published since.
///
/// # Errors
///
/// Damage when a commit among them cannot be read.
pub(crate) fn publications(
    context: &Context,
    pipeline: &Pipeline,
    base: Option<u64>,
) -> Result<Vec<Publication>, Failure> {
    let mut found = BTreeMap::new();
    if let Some(base) = base {
        behind(context, pipeline, base, &mut found)?;
    }
    Ok(found.into_values().collect())
}

/// Adds what `pipeline` reads of other pipelines at commit `base`, and what that rests on.
fn behind(
    context: &Context,
    pipeline: &Pipeline,
    base: u64,
    found: &mut BTreeMap<u64, Publication>,
) -> Result<(), Failure> {
    let Some(commit) = context.store().commit_at(base)? else {
        return Err(StoreError::Corrupt {
            name: format!("commits/{base:08}.json"),
            what: "it is not there, and an edition rests on it".into(),
        }
        .into());
    };
    for read in read_by(context, pipeline)? {
        let (Some(there), Some(definition)) =
            (commit.pipelines.get(&read), context.project().pipelines.get(&read))
        else {
            continue;
        };
        if found.contains_key(&there.seq) {
            continue;
        }
        let publication =
            Publication { commit: there.seq, pipeline: read, run: there.run.clone(), at: there.at };
        found.insert(there.seq, publication);
        if there.seq > 1 {
            behind(context, definition, there.seq - 1, found)?;
        }
    }
    Ok(())
}

/// Returns the other pipelines whose tables the models and checks of `pipeline` read.
fn read_by(context: &Context, pipeline: &Pipeline) -> Result<BTreeSet<String>, Failure> {
    let read = build::read_elsewhere(&context.engine(), pipeline)?;
    Ok(read.into_iter().map(|table| table.pipeline).collect())
}

/// Returns whether what one run received was there for another: runs are numbered in their order.
pub(crate) fn is_known(received_by: &str, known_to: &str) -> bool {
    let number = |run: &str| run.parse::<u64>().ok();
    match (number(received_by), number(known_to)) {
        (Some(received), Some(known)) => received <= known,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn what_a_later_run_received_was_not_there() {
        assert!(is_known("000002", "000002"));
        assert!(is_known("000009", "000010"));
        assert!(!is_known("000010", "000009"));
        assert!(is_known("a test", "000001"));
    }
}
