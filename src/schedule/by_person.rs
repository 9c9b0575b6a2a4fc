//! Runs that a person starts: they take a pipeline's lease as runs by schedule do, but only when there is work.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::holder::Holder;
use super::lease::{Acquired, Patience, acquire};
use super::lease::{Lease, Timing};
use super::timepiece::{Process, Timepiece};
use crate::job::{Failure, Kept, Kind, PipelineLock, Stop};
use crate::store::Objects;

/// How often a request to stop is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// The leases of a run that a person started, one pipeline after another.
pub struct ByPerson<'a> {
    objects: &'a dyn Objects,
    time: &'a dyn Timepiece,
    timing: Timing,
    process: &'a Process,
    stop: &'a Stop,
    held: Mutex<Option<Held<'a>>>,
    waits: &'a (dyn Fn(&str, &Holder) + Sync),
}

/// The lease of the pipeline that runs now.
#[derive(Debug)]
struct Held<'a> {
    pipeline: String,
    lease: Lease<'a>,
}

impl<'a> ByPerson<'a> {
    /// Takes leases for `process`, where they are.
    ///
    /// `waits` gets a holder on another machine: its beat is waited for up to [`Timing::ttl`].
    pub fn new(
        objects: &'a dyn Objects,
        time: &'a dyn Timepiece,
        timing: Timing,
        process: &'a Process,
        stop: &'a Stop,
        waits: &'a (dyn Fn(&str, &Holder) + Sync),
    ) -> Self {
        Self { objects, time, timing, process, stop, held: Mutex::new(None), waits }
    }

    /// Does `work`, while a thread of its own keeps its lease alive.
    ///
    /// When it is asked to break off and does not, the lease is released and `end` is called, which ends the
    /// process.
    pub fn during<T>(&self, end: &(dyn Fn() + Sync), work: impl FnOnce() -> T) -> T {
        let (done, waiting) = channel::<()>();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut beaten = self.time.elapsed();
                // The sender is dropped when the work is done, or has panicked.
                while waiting.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                    if let Some(_nothing_begins) = self.stop.try_end() {
                        self.abandon();
                        end();
                        return;
                    }
                    let elapsed = self.time.elapsed();
                    if elapsed.saturating_sub(beaten) >= self.timing.beat {
                        beaten = elapsed;
                        self.beat(elapsed);
                    }
                }
            });
            let result = work();
            drop(done);
            result
        })
    }

    fn held(&self) -> MutexGuard<'_, Option<Held<'a>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beat(&self, elapsed: Duration) {
        if let Some(held) = self.held().as_ref() {
            held.lease.beat(elapsed, self.timing);
        }
    }

    fn abandon(&self) {
        if let Some(held) = self.held().as_ref() {
            // Whether or not the store took it: the process ends, and a successor finds its lock free.
            let _ended = held.lease.abandon();
        }
    }
}

impl PipelineLock for ByPerson<'_> {
    fn take(&self, pipeline: &str) -> Result<(), Failure> {
        if self.held().as_ref().is_some_and(|held| held.pipeline == pipeline) {
            return self.go_on();
        }
        self.release()?;
        let holder = self.process.holder(None, self.time.now());
        let waits = |there: &Holder| (self.waits)(pipeline, there);
        let wanted = || Ok(!self.stop.is_now());
        let patience = Patience::None(&waits);
        match acquire(self.objects, self.time, self.timing, &holder, pipeline, patience, wanted)? {
            Acquired::Held(lease, _) => {
                *self.held() = Some(Held { pipeline: pipeline.to_owned(), lease });
                Ok(())
            }
            Acquired::Busy(other) => {
                Err(Failure::new(Kind::Lease, format!("`{pipeline}` is held by {other}"))
                    .kept(Kept::Everything)
                    .help("run it again when that one has ended"))
            }
            Acquired::Stopped => Err(Failure::stopped(self.stop.asked().unwrap_or_default())),
        }
    }

    fn go_on(&self) -> Result<(), Failure> {
        self.held().as_ref().map_or(Ok(()), |held| Ok(held.lease.known_to_be_held()?))
    }

    fn permit(&self) -> Result<(), Failure> {
        self.held().as_ref().map_or(Ok(()), |held| Ok(held.lease.permit()?))
    }

    fn release(&self) -> Result<(), Failure> {
        let held = self.held().take();
        held.map_or(Ok(()), |held| Ok(held.lease.release()?))
    }
}

impl std::fmt::Debug for ByPerson<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ByPerson").field("held", &self.held).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
