//! What the records of runs know of and the store no longer has. What is taken away whole leaves no gap by itself: a landing
//! with its folder, the newest commit, all that is known of a delivery.

use std::collections::{BTreeMap, BTreeSet};

use crate::deliver::DeliveryKey;
use crate::job::Failure;
use crate::ledger::{self, Record, Step};
use crate::post::NOTICES;
use crate::store::{Commit, Damage, LandingRecord, Objects, StoreError, given_up};

/// Returns what runs landed, published, made and sent that is not there and was not given up, each once, without what
/// `known` names already.
///
/// # Errors
///
/// When the store cannot be listed or read. A record that cannot be read says nothing here.
pub(super) fn missing(objects: &dyn Objects, known: &[Damage]) -> Result<Vec<Damage>, Failure> {
    let mut names: BTreeSet<String> = known.iter().map(|damage| damage.name.clone()).collect();
    names.extend(given_up(objects)?);
    let there = There {
        landings: objects.list("landings")?.into_iter().collect(),
        commits: objects.list("commits")?.into_iter().collect(),
        editions: folders(&objects.list("editions")?),
        deliveries: folders(&objects.list("outbox")?),
    };
    let mut missing = Vec::new();
    for record in ledger::newest_first(objects)? {
        let record = match record {
            Ok(record) => record,
            Err(StoreError::Corrupt { .. }) => continue,
            Err(other) => return Err(other.into()),
        };
        for (name, what) in there.lacks(&record) {
            if names.insert(name.clone()) {
                missing.push(Damage { name, what });
            }
        }
    }
    Ok(missing)
}

/// What is there, by name.
struct There {
    landings: BTreeSet<String>,
    commits: BTreeSet<String>,
    /// The folder of each edition.
    editions: BTreeMap<String, String>,
    /// The folder of each delivery.
    deliveries: BTreeMap<String, String>,
}

impl There {
    /// Returns what a run knows of and is not there, and what it says of it.
    fn lacks(&self, record: &Record) -> Vec<(String, String)> {
        let mut lacks = Vec::new();
        let run = &record.started.run;
        for step in record.finished.iter().flat_map(|end| &end.steps) {
            match step {
                Step::Landed { source, landing, .. } => {
                    let name = LandingRecord::object(&record.started.pipeline, source, landing);
                    if !self.landings.contains(&name) {
                        lacks.push((name, format!("it is not there, and run {run} landed it")));
                    }
                }
                Step::Published { commit, .. } => {
                    let name = Commit::object(*commit);
                    if !self.commits.contains(&name) {
                        lacks.push((name, format!("it is not there, and run {run} published it")));
                    }
                }
                Step::Delivery { edition, recipient, state } => {
                    let key = DeliveryKey::of_written(edition, recipient);
                    if !self.deliveries.contains_key(key.as_str()) {
                        let name = format!("outbox/{}/{edition}/{}", self.report_of(edition), key.as_str());
                        let state = state.split(':').next().unwrap_or_default();
                        let what = format!("it is not there, and run {run} left this delivery {state}");
                        lacks.push((name, what));
                    }
                }
                _ => {}
            }
        }
        lacks
    }

    /// Returns the report that an edition is of; the name under which notices are kept where it is of none.
    fn report_of(&self, edition: &str) -> &str {
        let folder = self.editions.get(edition).map(String::as_str).unwrap_or_default();
        folder.split('/').nth(1).unwrap_or(NOTICES)
    }
}

/// Returns the folder of each object, by the folder's own name.
fn folders(names: &[String]) -> BTreeMap<String, String> {
    let folder = |name: &String| {
        let (folder, _) = name.rsplit_once('/')?;
        Some((folder.rsplit('/').next()?.to_owned(), folder.to_owned()))
    };
    names.iter().filter_map(folder).collect()
}
