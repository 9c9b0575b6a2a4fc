//! How a lease is entered, and how a silent holder is succeeded.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

use super::epoch::{Over, PERMISSION, Permission, epoch_of, newest_epoch, object};
use super::held::Lease;
use super::timing::Timing;
use crate::schedule::claim::{Claim, claim, read};
use crate::schedule::holder::Holder;
use crate::schedule::timepiece::{Timepiece, Wake};
use crate::store::{Hold, Objects, StoreError};

/// Looks at a holder's beat within one time to live.
const LOOKS: u32 = 12;
/// Epochs kept behind the newest, for whoever recovers a run of theirs.
const EPOCHS_RETAINED: u64 = 50;

/// Waits, at most, for one that has the lock and has not entered yet, or not left.
const DOORWAY: u32 = 100;
/// One such wait.
const DOORWAY_WAIT: Duration = Duration::from_millis(10);

/// How long somebody who is there is waited for.
#[derive(Clone, Copy)]
pub(in crate::schedule) enum Patience<'a> {
    /// Until it is known to live or has been silent for [`Timing::ttl`]: a run by schedule takes over from one
    /// that is frozen.
    UntilSilent,
    /// Not at all where its lock shows that it is there; otherwise as before, and a person is informed first.
    None(&'a dyn Fn(&Holder)),
}

/// The answer to a request for a lease.
#[derive(Debug)]
pub(in crate::schedule) enum Acquired<'a> {
    /// It is held; the epoch before it was taken from a silent holder, where there is one.
    Held(Lease<'a>, Option<Holder>),
    /// Somebody else holds it, and lives.
    Busy(Holder),
    /// The process was asked to stop while it waited, or the lease is not wanted any more.
    Stopped,
}

/// What became of a watched holder.
enum Watched {
    Lives(Holder),
    Over,
    Silent(Holder),
    Stopped,
}

/// Asks for the lease of `name`, for as long as it is `wanted`.
///
/// Returns at once when nobody holds it, or when one of this machine did and has died; within a beat when a
/// living holder does, and after [`Timing::ttl`] when it has died on another machine.
pub(in crate::schedule) fn acquire<'a>(
    objects: &'a dyn Objects,
    time: &dyn Timepiece,
    timing: Timing,
    holder: &Holder,
    name: &str,
    patience: Patience<'_>,
    wanted: impl Fn() -> Result<bool, StoreError>,
) -> Result<Acquired<'a>, StoreError> {
    let mut taken_from = None;
    let mut doorway = DOORWAY;
    while wanted()? {
        // Before the epoch is looked at: a holder has the lock before it enters, and until it has left.
        let lock = objects.hold(&lock_name(name))?;
        let newest = newest_epoch(objects, name)?.unwrap_or(0);
        let over = newest == 0 || read::<Over>(objects, &object(name, newest, "over"))?.is_some();
        if over && matches!(lock, Hold::Theirs) && doorway > 0 {
            doorway -= 1;
            if time.wait(DOORWAY_WAIT) == Wake::Stop {
                return Ok(Acquired::Stopped);
            }
            continue;
        }
        if over {
            if let Some(lease) = enter(objects, time, name, newest + 1, holder, lock)? {
                return Ok(Acquired::Held(lease, taken_from));
            }
            taken_from = None;
            continue;
        }
        let there = read::<Holder>(objects, &object(name, newest, "json"))?;
        if let Some(there) = there {
            if let (Hold::Theirs, Patience::None(_)) = (&lock, patience) {
                return Ok(Acquired::Busy(there));
            }
            if matches!(lock, Hold::Mine(_)) && !there.host.is_empty() && there.host == holder.host {
                take(objects, name, newest, holder)?;
                taken_from = Some(there);
                continue;
            }
            if let Patience::None(tell) = patience {
                tell(&there);
            }
        }
        // Not held while watching, so that whoever else looks does not take it for the holder's.
        drop(lock);
        match watch(objects, time, timing, name, newest)? {
            Watched::Lives(holder) => return Ok(Acquired::Busy(holder)),
            Watched::Stopped => return Ok(Acquired::Stopped),
            Watched::Over => {}
            Watched::Silent(silent) => {
                take(objects, name, newest, holder)?;
                taken_from = Some(silent);
            }
        }
    }
    Ok(Acquired::Stopped)
}

/// Returns the lock of a lease, where the place has locks.
fn lock_name(name: &str) -> String {
    format!("leases/{name}/lock")
}

/// Enters `epoch`, unless somebody else was faster.
fn enter<'a>(
    objects: &'a dyn Objects,
    time: &dyn Timepiece,
    name: &str,
    epoch: u64,
    holder: &Holder,
    lock: Hold,
) -> Result<Option<Lease<'a>>, StoreError> {
    let heard = time.elapsed();
    if claim(objects, &object(name, epoch, "json"), holder)? != Claim::Mine {
        return Ok(None);
    }
    sweep(objects, name, epoch)?;
    Ok(Some(Lease {
        objects,
        name: name.to_owned(),
        epoch,
        holder: holder.clone(),
        beats: AtomicU64::new(0),
        heard: Mutex::new(heard),
        lost: AtomicBool::new(false),
        _lock: lock,
    }))
}

/// Watches the holder of `epoch` until it is heard, ends, or has been silent for a time to live.
fn watch(
    objects: &dyn Objects,
    time: &dyn Timepiece,
    timing: Timing,
    name: &str,
    epoch: u64,
) -> Result<Watched, StoreError> {
    let Some(holder) = read::<Holder>(objects, &object(name, epoch, "json"))? else {
        return Ok(Watched::Over);
    };
    let beat = object(name, epoch, "beat");
    let first = objects.read(&beat)?;
    let start = time.elapsed();
    while time.elapsed().saturating_sub(start) < timing.ttl {
        if time.wait(timing.ttl / LOOKS) == Wake::Stop {
            return Ok(Watched::Stopped);
        }
        if read::<Over>(objects, &object(name, epoch, "over"))?.is_some() {
            return Ok(Watched::Over);
        }
        if objects.read(&beat)? != first {
            return Ok(Watched::Lives(holder));
        }
    }
    Ok(Watched::Silent(holder))
}

/// Ends an epoch in place of its silent holder. Its permission goes first: from then on it cannot publish.
fn take(objects: &dyn Objects, name: &str, epoch: u64, successor: &Holder) -> Result<(), StoreError> {
    let token = &successor.token;
    claim(objects, &object(name, epoch, PERMISSION), &Permission::Taken(token.clone()))?;
    claim(objects, &object(name, epoch, "over"), &Over::Taken(token.clone()))?;
    Ok(())
}

/// Removes what epochs long past have left. Their first object goes first: an epoch without it is unknown,
/// and never taken for one that did not publish.
fn sweep(objects: &dyn Objects, name: &str, epoch: u64) -> Result<(), StoreError> {
    let Some(oldest) = epoch.checked_sub(EPOCHS_RETAINED) else { return Ok(()) };
    for old in objects.list(&format!("leases/{name}"))?.iter().filter_map(|object| epoch_of(object)) {
        if old < oldest {
            for what in ["json", "beat", PERMISSION, "over"] {
                objects.remove(&object(name, old, what))?;
            }
        }
    }
    Ok(())
}
