//! One look at all schedules, and the loop around it.
//!
//! `tick` is one look, for cron, a systemd timer or a cluster's own scheduler; `serve` looks again and
//! again. Both do the same, on as many hosts as one likes: an occurrence has one identity, its pipeline
//! one lease, and its record is made once. One process runs one pipeline at a time, in the order of their
//! times.
//!
//! What this does not do: know what a run is, print, or catch signals.

mod attend;
mod serve;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::claim::{Claim, claim, encode, read};
use super::event::Event;
use super::lease::Timing;
use super::misfire::{Due, due};
use super::occurrence::Occurrence;
use super::starter::Starter;
use super::timepiece::{Process, Timepiece};
use super::timetable::Timetable;
use crate::store::{Objects, StoreError};

/// Seconds from 1970 to 2026. No round was ever before: a clock that shows less has lost its battery.
const EARLIEST: i64 = 1_767_225_600;
/// A step back of the clock that two machines may well differ by.
const STEP_BACK: TimeDelta = TimeDelta::minutes(5);
/// A step ahead that no holiday of a machine explains.
const STEP_AHEAD: TimeDelta = TimeDelta::days(40);
/// Where the time of the last round is noted: for warnings, never for a decision to run.
const LAST_ROUND: &str = "runs/last-round.json";

/// What rounds are made with.
#[derive(Clone, Copy)]
pub struct Rounds<'a> {
    /// Where leases and records are.
    pub objects: &'a dyn Objects,
    /// What runs a pipeline.
    pub starter: &'a dyn Starter,
    /// The machine's clocks.
    pub time: &'a dyn Timepiece,
    /// How long a silent holder is waited for.
    pub timing: Timing,
    /// This process.
    pub process: &'a Process,
}

/// A moment that is noted in the store.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Noted {
    at: DateTime<Utc>,
    by: String,
}

impl Rounds<'_> {
    /// Looks at each schedule once and runs what is due. Returns the exit codes of all that happened, in
    /// order and without zeros.
    ///
    /// # Errors
    ///
    /// The store's own: nothing that was not recorded has been started.
    pub fn tick(
        &self,
        timetables: &[Timetable],
        tell: &mut dyn FnMut(&Event<'_>),
    ) -> Result<Vec<u8>, StoreError> {
        let mut exits = Vec::new();
        let mut tell = |event: &Event<'_>| {
            exits.extend(Some(event.exit()).filter(|exit| *exit != 0));
            tell(event);
        };
        self.round(timetables, &mut tell)?;
        Ok(exits)
    }

    /// Returns what would start now, without starting it or writing anything.
    ///
    /// # Errors
    ///
    /// The store's own.
    pub fn preview(
        &self,
        timetable: &Timetable,
    ) -> Result<Vec<(Occurrence, super::record::State)>, StoreError> {
        let now = self.time.now();
        let since = read::<Noted>(self.objects, &first_seen(timetable))?.map_or(now, |noted| noted.at);
        let starts = self.due(timetable, since, now, now)?.start.into_iter();
        starts
            .map(|occurrence| Ok((occurrence.clone(), super::record::state(self.objects, &occurrence)?)))
            .collect()
    }

    fn round(&self, timetables: &[Timetable], tell: &mut dyn FnMut(&Event<'_>)) -> Result<(), StoreError> {
        let now = self.time.now();
        if now.timestamp() < EARLIEST {
            tell(&Event::ClockWrong { now });
            return Ok(());
        }
        // A damaged record of what is for warnings alone stops nothing; it is written again at the end.
        let last = match read::<Noted>(self.objects, LAST_ROUND) {
            Err(error) if error.is_damage() => None,
            noted => noted?.map(|noted| noted.at),
        };
        if let Some(last) = last.filter(|last| now < *last - STEP_BACK || now > *last + STEP_AHEAD) {
            tell(&Event::ClockMoved { last, now });
        }
        for timetable in self.in_order(timetables, last.unwrap_or(now))? {
            if self.time.stopping() {
                return Ok(());
            }
            match self.look_at(timetable, last, tell) {
                // One damaged record stops its own schedule and no other.
                Err(error) if error.is_damage() => tell(&Event::StoreFailed { error: &error }),
                looked => looked?,
            }
        }
        let noted = Noted { at: now, by: self.process.name.clone() };
        self.objects.replace(LAST_ROUND, &encode(LAST_ROUND, &noted)?)
    }

    /// Runs what is due of one schedule, and reports what was missed.
    fn look_at(
        &self,
        timetable: &Timetable,
        last: Option<DateTime<Utc>>,
        tell: &mut dyn FnMut(&Event<'_>),
    ) -> Result<(), StoreError> {
        // A run may have taken hours: what is due is looked up again for each pipeline.
        let now = self.time.now();
        let since = self.first_seen(timetable, now)?;
        let Due { start, missed } = self.due(timetable, since, last.unwrap_or(now), now)?;
        let new = |missed: &Occurrence| last.is_some_and(|last| missed.due() > last);
        let missed: Vec<Occurrence> = missed.into_iter().filter(new).collect();
        if !missed.is_empty() {
            tell(&Event::Missed { occurrences: &missed, timetable });
        }
        for occurrence in &start {
            if self.time.stopping() {
                break;
            }
            self.attend(timetable, occurrence, tell)?;
        }
        Ok(())
    }

    /// Returns the schedules by the first occurrence that each would start: after an outage what was due at five goes
    /// before the report on it that was due at seven. One that has nothing to start comes last, and is looked
    /// at all the same: a run may make it due.
    fn in_order<'a>(
        &self,
        timetables: &'a [Timetable],
        looked: DateTime<Utc>,
    ) -> Result<Vec<&'a Timetable>, StoreError> {
        let now = self.time.now();
        let mut order = Vec::with_capacity(timetables.len());
        for timetable in timetables {
            let since = self.first_seen(timetable, now)?;
            let first = match self.due(timetable, since, looked, now) {
                Err(error) if error.is_damage() => None,
                due => due?.start.iter().map(Occurrence::due).min(),
            };
            order.push((first.is_none(), first, timetable));
        }
        order.sort_by_key(|(nothing, first, _)| (*nothing, *first));
        Ok(order.into_iter().map(|(_, _, timetable)| timetable).collect())
    }

    /// Returns what has come of one schedule. One that follows another pipeline has its newest publication.
    fn due(
        &self,
        timetable: &Timetable,
        since: DateTime<Utc>,
        looked: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Due, StoreError> {
        let Some(publisher) = timetable.follows() else { return Ok(due(timetable, since, looked, now)) };
        let Some(publication) = self.starter.newest_publication(publisher)? else {
            return Ok(Due::default());
        };
        let occurrence = Occurrence::after(timetable.pipeline(), publisher, &publication)
            .about(timetable.period(), timetable.reports());
        let oldest = since.max(now - timetable.policy().start_within.delta());
        let start = Some(occurrence)
            .filter(|occurrence| occurrence.due() >= oldest && occurrence.due() <= now + STEP_BACK);
        Ok(Due { start: start.into_iter().collect(), missed: Vec::new() })
    }

    /// Finds when this schedule was first looked at as it now is. Nothing from before it is due: neither a
    /// new schedule nor a changed one starts at once.
    fn first_seen(&self, timetable: &Timetable, now: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
        let name = first_seen(timetable);
        let noted = Noted { at: now, by: self.process.name.clone() };
        let claimed = match claim(self.objects, &name, &noted) {
            // What it said is lost: the schedule is as one that is first looked at now.
            Err(error) if error.is_damage() => {
                return self.objects.replace(&name, &encode(&name, &noted)?).map(|()| now);
            }
            claimed => claimed?,
        };
        match claimed {
            Claim::Theirs(theirs) if theirs.at <= now => Ok(theirs.at),
            // Written by a clock that was ahead: left so, nothing would start until that time comes.
            Claim::Theirs(_) => self.objects.replace(&name, &encode(&name, &noted)?).map(|()| now),
            Claim::Mine => Ok(now),
        }
    }
}

impl std::fmt::Debug for Rounds<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rounds")
            .field("process", &self.process)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}

/// Returns the object that keeps when a schedule was first looked at, by what it says and its zone.
fn first_seen(timetable: &Timetable) -> String {
    let said = format!("{timetable} {}", timetable.zone.name());
    let digest = Sha256::digest(said.as_bytes());
    let short = digest.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("runs/occurrences/{}/first-seen-{short:012x}.json", timetable.pipeline())
}

#[cfg(test)]
mod tests;
