use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::epoch::{Over, PERMISSION, Permission, newest_epoch, object};
use super::error::LeaseError;
use crate::schedule::claim::{Claim, claim, read};
use crate::schedule::holder::Holder;
use crate::store::{Hold, Objects, StoreError};

/// A lease that is held. Dropping it without [`Lease::release`] is what a crash does.
#[derive(Debug)]
pub struct Lease<'a> {
    pub(super) objects: &'a dyn Objects,
    pub(super) name: String,
    pub(super) epoch: u64,
    pub(super) holder: Holder,
    pub(super) beats: AtomicU64,
    /// Running time at which the last beat was written.
    pub(super) heard: Mutex<Duration>,
    pub(super) lost: AtomicBool,
    /// Says to others of this machine that the holder is there; given up with the lease.
    pub(super) _lock: Hold,
}

impl Lease<'_> {
    /// Returns the fencing token: greater than that of every earlier holder.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Returns whether the lease is known to be lost. It may be lost without this: ask [`Lease::permit`] before
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
        let permission = Permission::Permitted(self.holder.token.clone());
        let mine = claim(self.objects, &self.object(PERMISSION), &permission)? == Claim::Mine;
        // Old epochs are swept, and their permissions with them: the newest epoch shows it to one that slept so long.
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

    /// Returns how long ago the others last heard of this holder, in its own running time.
    pub(super) fn silent_for(&self, elapsed: Duration) -> Duration {
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
    pub(in crate::schedule) fn abandon(&self) -> Result<(), StoreError> {
        self.lost.store(true, Ordering::Release);
        let over = Over::Released(self.holder.token.clone());
        claim(self.objects, &self.object("over"), &over).map(|_| ())
    }

    fn succeeded(&self) -> Result<bool, StoreError> {
        let newest = newest_epoch(self.objects, &self.name)?;
        let over: Option<Over> = read(self.objects, &self.object("over"))?;
        Ok(newest > Some(self.epoch) || over.is_some())
    }

    pub(super) fn lose(&self) -> LeaseError {
        self.lost.store(true, Ordering::Release);
        LeaseError::Lost { name: self.name.clone(), epoch: self.epoch }
    }

    fn object(&self, what: &str) -> String {
        object(&self.name, self.epoch, what)
    }
}
