//! The lease of one pipeline: whoever holds it is the only one to run it.
//!
//! ```text
//! leases/<pipeline>/0000000007.json   who entered; epoch 7 is the fencing token
//!                            .beat   a number that the holder raises while it lives
//!                            .turn   made once: the holder may publish, or a successor has taken its turn
//!                            .over   made once: the epoch has ended
//!                    /lock            held by the process that has the lease, where the place has locks
//! ```
//!
//! Correctness rests on create-if-absent alone, and on no clock. Whether a holder lives is judged by
//! watching its beat for [`Timing::ttl`] of one's own running time: no time of another machine is ever
//! compared, so clocks may differ or jump. A holder that was frozen and wakes finds its turn taken. The lock
//! only spares a wait: who finds it held knows at once that somebody is there, and who finds it free on the
//! holder's own machine that the holder has died.
//!
//! What this does not do: undo what a fenced holder did before it asked [`Lease::permit`].

mod acquire;
mod heartbeat;

use std::fmt;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Timepiece;
use super::claim::{Claim, claim, read};
use crate::store::{Hold, Objects, StoreError};

pub(super) use acquire::{Acquired, Patience, acquire};
pub(super) use heartbeat::beating;

/// How long a silent holder is waited for, and how often a living one is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// A holder not heard for so long is succeeded.
    pub ttl: Duration,
    /// A holder is heard this often; a third of the former.
    pub beat: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { ttl: Duration::from_mins(1), beat: Duration::from_secs(20) }
    }
}

/// Who holds a lease, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// Names the holding: no other one, of this process or any, has the same.
    pub token: String,
    /// The machine.
    #[serde(default)]
    pub host: String,
    /// The number of the process there.
    #[serde(default)]
    pub process: u32,
    /// The occurrence that it runs; none for a run by hand.
    pub occurrence: Option<String>,
    /// Since when, by its own clock: for people to read, compared with nothing.
    pub since: DateTime<Utc>,
}

/// The holder as a person looks for it: `process 4711 on ap-reports, since 2026-10-05 05:00:00 UTC`.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "process {} on {}, since {}",
            self.process,
            self.host,
            self.since.format("%Y-%m-%d %H:%M:%S UTC")
        )?;
        match &self.occurrence {
            Some(occurrence) => write!(f, ", for `{occurrence}`"),
            None => f.write_str(", by hand"),
        }
    }
}

/// A lease that is held. Dropping it without [`Lease::release`] is what a crash does.
#[derive(Debug)]
pub struct Lease<'a> {
    objects: &'a dyn Objects,
    name: String,
    epoch: u64,
    holder: Holder,
    beats: AtomicU64,
    /// Running time at which the last beat was written.
    heard: Mutex<Duration>,
    lost: AtomicBool,
    /// Says to others of this machine that the holder is there; given up with the lease.
    _lock: Hold,
}

/// Why a holder may not go on.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// A successor has taken the turn: nothing may be published any more.
    #[error("the lease of `{name}` was lost: epoch {epoch} has been succeeded")]
    Lost {
        /// The pipeline.
        name: String,
        /// The epoch that has ended.
        epoch: u64,
    },
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whose turn it is to publish within an epoch. Made once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Turn {
    /// The holder's: it may publish.
    Permitted(String),
    /// A successor's: the holder may not.
    Taken(String),
}

/// How an epoch ended. Made once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Over {
    Released(String),
    Taken(String),
}

impl Lease<'_> {
    /// The fencing token: greater than that of every earlier holder.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Whether the lease is known to be lost. It may be lost without this: ask [`Lease::permit`] before
    /// anything that others can see.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    /// Goes on, unless the lease is known to be lost.
    ///
    /// # Errors
    ///
    /// [`LeaseError::Lost`] when it is.
    pub fn known_to_be_held(&self) -> Result<(), LeaseError> {
        if self.is_lost() { Err(self.lose()) } else { Ok(()) }
    }

    /// Asks, once and for all of this epoch, to publish. After it a successor knows that something may
    /// have been published, and does not run the same occurrence again.
    ///
    /// # Errors
    ///
    /// [`LeaseError::Lost`] when a successor was faster; the store's own errors.
    pub fn permit(&self) -> Result<(), LeaseError> {
        let turn = Turn::Permitted(self.holder.token.clone());
        let mine = claim(self.objects, &self.object("turn"), &turn)? == Claim::Mine;
        // Old epochs are swept, and their turns with them: the newest epoch tells one that slept so long.
        if mine && !self.succeeded()? { Ok(()) } else { Err(self.lose()) }
    }

    /// Tells the others that the holder lives. `elapsed` is the holder's running time.
    ///
    /// # Errors
    ///
    /// [`LeaseError::Lost`] when there is a successor; the store's own errors.
    pub fn renew(&self, elapsed: Duration) -> Result<(), LeaseError> {
        if self.succeeded()? {
            return Err(self.lose());
        }
        let beat = self.beats.fetch_add(1, Ordering::Relaxed) + 1;
        self.objects.replace(&self.object("beat"), beat.to_string().as_bytes())?;
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = elapsed;
        Ok(())
    }

    /// How long ago the others last heard of this holder, in its own running time.
    fn silent_for(&self, elapsed: Duration) -> Duration {
        elapsed.saturating_sub(*self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ends the epoch, so that the next one begins without a wait.
    ///
    /// # Errors
    ///
    /// The store's own: the epoch then ends when its beat has been silent for long enough.
    pub fn release(self) -> Result<(), StoreError> {
        let over = Over::Released(self.holder.token.clone());
        claim(self.objects, &self.object("over"), &over).map(|_| ())
    }

    /// Ends the epoch while the work under it may still go on: it can publish nothing any more.
    ///
    /// # Errors
    ///
    /// The store's own.
    pub(super) fn abandon(&self) -> Result<(), StoreError> {
        self.lost.store(true, Ordering::Release);
        let over = Over::Released(self.holder.token.clone());
        claim(self.objects, &self.object("over"), &over).map(|_| ())
    }

    fn succeeded(&self) -> Result<bool, StoreError> {
        let newest = acquire::newest_epoch(self.objects, &self.name)?;
        let over: Option<Over> = read(self.objects, &self.object("over"))?;
        Ok(newest > Some(self.epoch) || over.is_some())
    }

    fn lose(&self) -> LeaseError {
        self.lost.store(true, Ordering::Release);
        LeaseError::Lost { name: self.name.clone(), epoch: self.epoch }
    }

    fn object(&self, what: &str) -> String {
        object(&self.name, self.epoch, what)
    }
}

fn object(name: &str, epoch: u64, what: &str) -> String {
    format!("leases/{name}/{epoch:010}.{what}")
}

/// Whether the holder of an epoch that has ended may have published. Unknown counts as yes.
pub(super) fn may_have_published(objects: &dyn Objects, name: &str, epoch: u64) -> Result<bool, StoreError> {
    match read::<Turn>(objects, &object(name, epoch, "turn"))? {
        Some(Turn::Permitted(_)) => Ok(true),
        Some(Turn::Taken(_)) => Ok(false),
        // Without its first object the epoch has been swept, and its turn with it.
        None => Ok(read::<Holder>(objects, &object(name, epoch, "json"))?.is_none()),
    }
}

#[cfg(test)]
mod tests;
