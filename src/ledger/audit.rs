//! The audit log: the ends of all runs in one chain, each entry with the sha256 of the one before it.
//!
//! ```text
//! audit/00000042.json    a run, the sha256 of its start and of its end, and of entry 41
//! ```
//!
//! The end of a run says what it published, made, approved, sent, released and erased, and who asked for it. An entry is
//! written before the end that it names: a run that ends has one, and whoever changes a byte of either, or takes
//! one away, breaks the chain.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::store::{Created, Damage, Objects, StoreError, given_up, seal, sha256, unseal};

const FOLDER: &str = "audit";

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Its place, from 1.
    number: u64,
    /// The run.
    run: String,
    /// When it ended.
    at: DateTime<Utc>,
    /// sha256 of `started.json`.
    started: String,
    /// sha256 of `finished.json`.
    finished: String,
    /// sha256 of the entry before; `None` for the first.
    previous: Option<String>,
    /// The run of the entry before, where that one died before its end was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    died: Option<String>,
}

/// What a look at the audit log found.
#[derive(Debug, Default)]
pub struct AuditReport {
    /// Entries that were read.
    pub entries: u64,
    /// The sha256 of the newest entry: it names all of the log.
    pub newest: Option<String>,
    /// What is not as it was written, in the order of names.
    pub damage: Vec<Damage>,
}

/// Adds the end of a run, which is about to be written, to the log.
///
/// # Errors
///
/// [`StoreError`] when the log cannot be listed, read or written.
pub(super) fn append(
    objects: &dyn Objects,
    run: &str,
    at: DateTime<Utc>,
    finished: &[u8],
) -> Result<(), StoreError> {
    let started = objects.read(&format!("runs/{run}/started.json"))?.unwrap_or_default();
    let mut number = numbers(objects)?.last().copied().unwrap_or_default();
    loop {
        let before = if number == 0 { None } else { objects.read(&name(number))? };
        // A last entry that cannot be read is chained by its bytes like any other; `verify` names it.
        let last = before.as_ref().and_then(|bytes| unseal::<Entry>(&name(number), bytes).ok());
        let has_ended = |entry: &Entry| objects.size(&format!("runs/{}/finished.json", entry.run));
        let died = match last {
            Some(entry) if has_ended(&entry)?.is_none() => Some(entry.run),
            _ => None,
        };
        let entry = Entry {
            number: number + 1,
            run: run.to_owned(),
            at,
            started: sha256(&started),
            finished: sha256(finished),
            previous: before.as_deref().map(sha256),
            died,
        };
        let name = name(entry.number);
        if objects.create(&name, &seal(&name, &entry)?)? == Created::New {
            return Ok(());
        }
        // Another run ended meanwhile.
        number += 1;
    }
}

/// Reads the whole log and compares it with itself and with the records of the runs. Changes nothing.
///
/// # Errors
///
/// [`StoreError`] only when the place refuses; what is damaged is in the result.
pub fn verify(objects: &dyn Objects) -> Result<AuditReport, StoreError> {
    let mut report = AuditReport::default();
    // Listed before the log: the entry of an end is there before the end is.
    let ends: Vec<String> =
        objects.list("runs")?.into_iter().filter(|name| name.ends_with("/finished.json")).collect();
    let given_up = given_up(objects)?;
    let mut lost = 0;
    let numbers = numbers(objects)?;
    let Some(&newest) = numbers.last() else { return Ok(report) };
    let mut damaged = |name: &str, what: &str| {
        report.damage.push(Damage { name: name.to_owned(), what: what.to_owned() });
    };
    let mut previous: Option<String> = None;
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    let mut died = Vec::new();
    let mut first_run = None;
    for number in 1..=newest {
        let name = name(number);
        let Some(bytes) = objects.read(&name)? else {
            previous = None;
            if given_up.contains(&name) {
                lost += 1;
                continue;
            }
            damaged(&name, "it is not there, and there are later entries of the audit log");
            continue;
        };
        report.entries += 1;
        match unseal::<Entry>(&name, &bytes) {
            Ok(entry) => {
                if entry.number != number {
                    damaged(&name, "it is another entry of the audit log");
                }
                if number > 1 && previous.is_some() && entry.previous != previous {
                    damaged(&name, "the entry before it is another one than it was");
                }
                first_run = first_run.or_else(|| entry.run.parse::<u64>().ok());
                died.extend(entry.died.clone());
                entries.insert(entry.run.clone(), entry);
            }
            Err(StoreError::Corrupt { what, .. }) => damaged(&name, &what.to_string()),
            Err(other) => return Err(other),
        }
        previous = Some(sha256(&bytes));
    }
    let newest_run = previous.as_ref().and_then(|_| entries.values().max_by_key(|entry| entry.number));
    let newest_run = newest_run.map(|entry| entry.run.clone());
    for (run, entry) in &entries {
        for (file, wanted) in [("started", &entry.started), ("finished", &entry.finished)] {
            let name = format!("runs/{run}/{file}.json");
            match objects.read(&name)? {
                Some(bytes) if sha256(&bytes) == *wanted => {}
                Some(_) => damaged(&name, "its sha256 is not the one in the audit log"),
                // It died between the two, or is about to write it.
                None if file == "finished" && (died.contains(run) || newest_run.as_ref() == Some(run)) => {}
                None if given_up.contains(&name) => {}
                None => damaged(&name, "it is not there, and the audit log names it"),
            }
        }
    }
    let mut unnamed = ends;
    unnamed.retain(|end| {
        let run = end.trim_start_matches("runs/").trim_end_matches("/finished.json");
        // Runs of a version of the program that kept no log come before the first that is in it.
        let is_older = run.parse::<u64>().ok().zip(first_run).is_some_and(|(run, first)| run < first);
        !entries.contains_key(run) && !is_older
    });
    // Which run an entry was of that was given up is not known.
    if unnamed.len() > lost {
        for end in &unnamed {
            damaged(end, "the audit log does not name it");
        }
    }
    report.newest = previous;
    report.damage.sort();
    Ok(report)
}

fn numbers(objects: &dyn Objects) -> Result<Vec<u64>, StoreError> {
    let names = objects.list(FOLDER)?;
    let number = |name: &String| {
        name.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".json")?.parse::<u64>().ok()
    };
    let mut numbers: Vec<u64> = names.iter().filter_map(number).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn name(number: u64) -> String {
    format!("{FOLDER}/{number:08}.json")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, Utc};

    use super::super::{Outcome, Run};
    use super::verify;
    use crate::store::{Memory, Objects};

    fn ended(objects: &Arc<dyn Objects>, message: &str) {
        let now: DateTime<Utc> = "2026-10-05T05:00:00Z".parse().unwrap();
        let run = Run::start(objects, "finance", now, "by hand").unwrap();
        run.finish(now, Outcome { code: 0, message: message.to_owned(), failure: None }).unwrap();
    }

    fn log() -> Arc<dyn Objects> {
        let objects: Arc<dyn Objects> = Arc::new(Memory::default());
        for message in ["one", "two", "three", "four"] {
            ended(&objects, message);
        }
        objects
    }

    fn found(objects: &Arc<dyn Objects>) -> Vec<String> {
        verify(objects.as_ref()).unwrap().damage.into_iter().map(|damage| damage.name).collect()
    }

    #[test]
    fn p9_every_changed_byte_of_the_log_and_of_the_records_of_runs_is_found() {
        let objects = log();
        let report = verify(objects.as_ref()).unwrap();
        assert_eq!((report.entries, report.damage), (4, Vec::new()));
        for name in objects.list("audit").unwrap().into_iter().chain(objects.list("runs").unwrap()) {
            let whole = objects.read(&name).unwrap().unwrap();
            for at in 0..whole.len() {
                let mut bytes = whole.clone();
                bytes[at] ^= 1;
                objects.replace(&name, &bytes).unwrap();
                assert!(!found(&objects).is_empty(), "byte {at} of {name}");
            }
            objects.replace(&name, &whole).unwrap();
        }
        assert!(found(&objects).is_empty());
    }

    #[test]
    fn an_entry_or_a_record_that_is_taken_away_is_found() {
        let names = log().list("").unwrap();
        for name in names {
            let objects = log();
            objects.remove(&name).unwrap();
            // Whoever takes the newest end away takes it from a run that may have died: its start and its entry stay.
            let may_have_died = name == "runs/000004/finished.json";
            assert_eq!(found(&objects).is_empty(), may_have_died, "{name}");
        }
        let objects = log();
        objects.remove("audit/00000004.json").unwrap();
        assert_eq!(found(&objects), ["runs/000004/finished.json"], "the end of the log cannot be cut off");
    }

    #[test]
    fn a_run_that_died_as_it_ended_is_named_by_the_next_entry() {
        let objects = log();
        objects.remove("runs/000004/finished.json").unwrap();
        ended(&objects, "five");
        assert!(found(&objects).is_empty());
        objects.remove("runs/000005/finished.json").unwrap();
        objects.remove("runs/000003/finished.json").unwrap();
        assert_eq!(found(&objects), ["runs/000003/finished.json"]);
    }

    #[test]
    fn a_log_that_begins_late_says_nothing_of_the_runs_before() {
        let objects = log();
        for name in objects.list("audit").unwrap() {
            objects.remove(&name).unwrap();
        }
        assert!(found(&objects).is_empty(), "a store of before there was a log");
        ended(&objects, "five");
        assert!(found(&objects).is_empty());
    }
}
