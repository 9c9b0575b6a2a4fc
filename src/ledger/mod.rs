//! The record of each run: all that it read, did, refused, made and sent, one step at every arrow.
//!
//! ```text
//! runs/000042/started.json     claims the number, create-if-absent
//! runs/000042/finished.json    the steps and the outcome; absent when the run died
//! audit/00000042.json          the ends of runs in one chain, so that none can be changed or taken away unseen
//! waiting/<report>/<period>…   revisions that wait, and who let them go
//! showings/<edition>.json      what an edition showed its readers, by hash
//! ```
//!
//! Records hold names, counts, hashes and codes; never a value from a row.

mod audit;
mod record;
mod showing;
mod verify;
mod waiting;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::store::{Created, Objects, StoreError, given_up};

pub use audit::{AuditReport, verify as verify_audit};
pub use record::{Finished, Outcome, Record, Started, Step};
pub use showing::{Showing, record_showing, restore_showing, showing_of, showings};
pub use verify::{unreadable, verify};
pub use waiting::{Release, Waiting, hold, is_released, periods_waiting, release, waiting};

/// A run that is under way. A clone is the same run.
#[derive(Debug, Clone)]
pub struct Run {
    objects: Arc<dyn Objects>,
    started: Started,
    steps: Arc<Mutex<Vec<Step>>>,
}

impl Run {
    /// Starts the record of a run of `pipeline`, under the next free number.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be listed or written.
    pub fn start(
        objects: &Arc<dyn Objects>,
        pipeline: &str,
        now: DateTime<Utc>,
        trigger: &str,
    ) -> Result<Self, StoreError> {
        let mut number = numbers(objects.as_ref())?.last().map_or(1, |last| last + 1);
        loop {
            let started = Started {
                run: id(number),
                pipeline: pipeline.to_owned(),
                started: now,
                trigger: trigger.to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            };
            match objects.create(&format!("runs/{}/started.json", started.run), &record::json(&started))? {
                Created::New => {
                    return Ok(Self { objects: Arc::clone(objects), started, steps: Arc::default() });
                }
                Created::Exists => number += 1,
            }
        }
    }

    /// Returns the run's number, as it stands in records and reports.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.started.run
    }

    /// Adds a step.
    pub fn note(&mut self, step: Step) {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }

    /// Closes the record. One that is closed already stays as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it cannot be written; the run then reads as one that died.
    pub fn finish(self, now: DateTime<Utc>, outcome: Outcome) -> Result<Record, StoreError> {
        // Held to the end: where a signal closes a run that is about to close, it is closed once.
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let name = format!("runs/{}/finished.json", self.started.run);
        let there = record::read(self.objects.as_ref(), &name)?;
        let finished = if let Some(finished) = there {
            finished
        } else {
            let finished = Finished { finished: now, outcome, steps: steps.clone() };
            let end = record::json(&finished);
            audit::append(self.objects.as_ref(), &self.started.run, now, &end)?;
            self.objects.create(&name, &end)?;
            finished
        };
        drop(steps);
        Ok(Record { started: self.started, finished: Some(finished) })
    }
}

/// Reads the record of every run, oldest first.
///
/// # Errors
///
/// [`StoreError`] when a record cannot be read or is not one.
pub fn history(objects: &dyn Objects) -> Result<Vec<Record>, StoreError> {
    let mut records = Vec::new();
    for number in numbers(objects)? {
        records.extend(show(objects, &id(number))?);
    }
    Ok(records)
}

/// Reads the records of the runs that ended after a moment or are under way, oldest first. Runs that began more than
/// two days before it are not looked at.
///
/// # Errors
///
/// [`StoreError`] when a record cannot be read or is not one.
pub fn since(objects: &dyn Objects, moment: DateTime<Utc>) -> Result<Vec<Record>, StoreError> {
    let mut records = Vec::new();
    for number in numbers(objects)?.into_iter().rev() {
        let Some(found) = show(objects, &id(number))? else { continue };
        if found.started.started < moment - chrono::TimeDelta::days(2) {
            break;
        }
        if found.finished.as_ref().is_none_or(|end| end.finished > moment) {
            records.push(found);
        }
    }
    records.reverse();
    Ok(records)
}

/// Returns the number of the newest run; `None` when there has been none.
///
/// # Errors
///
/// [`StoreError`] when the runs cannot be listed.
pub fn newest(objects: &dyn Objects) -> Result<Option<String>, StoreError> {
    Ok(numbers(objects)?.last().map(|number| id(*number)))
}

/// Reads the record of every run, newest first, each as it is asked for.
///
/// # Errors
///
/// [`StoreError`] when the records cannot be listed; each when it cannot be read or is not one.
pub fn newest_first(
    objects: &dyn Objects,
) -> Result<impl Iterator<Item = Result<Record, StoreError>> + '_, StoreError> {
    let numbers = numbers(objects)?;
    Ok(numbers.into_iter().rev().filter_map(move |number| show(objects, &id(number)).transpose()))
}

/// Reads the record of one run; `None` when there is none of that number.
///
/// # Errors
///
/// [`StoreError`] when the record cannot be read or is not one.
pub fn show(objects: &dyn Objects, run: &str) -> Result<Option<Record>, StoreError> {
    let run = run.parse().map_or_else(|_| run.to_owned(), id);
    let Some(started) = record::read(objects, &format!("runs/{run}/started.json"))? else { return Ok(None) };
    Ok(Some(Record { started, finished: record::read(objects, &format!("runs/{run}/finished.json"))? }))
}

/// Writes a run's number with six digits, so that names sort as numbers do.
fn id(number: u64) -> String {
    format!("{number:06}")
}

/// Returns the numbers taken, in order.
fn numbers(objects: &dyn Objects) -> Result<Vec<u64>, StoreError> {
    let mut names = objects.list("runs")?;
    // The number of a record that was given up is taken: what that run published is named by it.
    names.extend(given_up(objects)?);
    let mut numbers: Vec<u64> =
        names.iter().filter_map(|name| name.strip_prefix("runs/")?.split('/').next()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

#[cfg(test)]
mod tests;
