use super::lease::{Lease, LeaseError};
use super::occurrence::{Occurrence, Publication};
use super::record::Ended;
use crate::job::{self, Failure, Kept, Kind};
use crate::store::StoreError;

/// What runs a pipeline. The schedule says when and no more.
pub trait Starter {
    /// Runs the occurrence's pipeline to its end, good or bad.
    ///
    /// Before it publishes or sends anything it asks `hold`, and stops with exit code 22 when that refuses.
    fn start(&self, occurrence: &Occurrence, hold: &Hold<'_>) -> Ended;

    /// Returns the newest publication of a pipeline, by hand or by schedule; `None` before the first.
    ///
    /// # Errors
    ///
    /// The store's own.
    fn newest_publication(&self, pipeline: &str) -> Result<Option<Publication>, StoreError>;
}

/// A run's hold on its pipeline.
#[derive(Debug)]
pub struct Hold<'a> {
    lease: &'a Lease<'a>,
}

impl<'a> Hold<'a> {
    pub(super) fn new(lease: &'a Lease<'a>) -> Self {
        Self { lease }
    }

    /// Returns the fencing token, to be written into the commit; a commit with a smaller one than that of the
    /// pipeline's newest commit is refused by the store.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.lease.epoch()
    }

    /// Returns whether the run should stop, because its lease is known to be lost. Cheap: ask often.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lease.is_lost()
    }

    /// Asks to publish. A run that broke off after this is never run again by itself.
    ///
    /// # Errors
    ///
    /// [`LeaseError::Lost`] when somebody has succeeded this run; the store's own errors.
    pub fn permit(&self) -> Result<(), LeaseError> {
        self.lease.permit()
    }
}

/// The lease was taken before the run began, and is given back after it.
impl job::PipelineLock for Hold<'_> {
    fn take(&self, _: &str) -> Result<(), Failure> {
        self.go_on()
    }

    fn go_on(&self) -> Result<(), Failure> {
        self.lease.known_to_be_held().map_err(Failure::from)
    }

    fn permit(&self) -> Result<(), Failure> {
        self.lease.permit().map_err(Failure::from)
    }

    fn release(&self) -> Result<(), Failure> {
        Ok(())
    }
}

impl From<LeaseError> for Failure {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Lost { .. } => Self::of(Kind::Lease, error).kept(Kept::Published),
            LeaseError::Store(error) => error.into(),
        }
    }
}
