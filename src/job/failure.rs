//! Why a run stopped, and the exit code of each reason.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::EngineError;
use crate::store::StoreError;

/// Why a run stopped. The message says what, where, what was kept and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file that a user wrote is wrong, or an argument is.
    #[error("{0}")]
    Project(Diagnostics),
    /// An argument names nothing.
    #[error("{0}")]
    Usage(String),
    /// A secret is missing or open to others.
    #[error("{0}")]
    Credentials(String),
    /// A source cannot be reached.
    #[error("{0}")]
    SourceUnavailable(String),
    /// A source is not what its contract says.
    #[error("{0}")]
    SourceRejected(String),
    /// A check or a freshness gate failed.
    #[error("{0}")]
    Gate(String),
    /// The store refused or is damaged.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another run of the pipeline has the lease.
    #[error("{0}")]
    Lease(String),
    /// A document could not be made.
    #[error("{0}")]
    Render(String),
    /// The disclosure gate or the inspection held a document.
    #[error("{0}")]
    Disclosure(String),
    /// Some recipients were rejected.
    #[error("{0}")]
    Rejected(String),
    /// A delivery is uncertain and held.
    #[error("{0}")]
    Uncertain(String),
    /// A delivery is queued for later.
    #[error("{0}")]
    Deferred(String),
    /// A safeguard holds an edition, or a person must approve it.
    #[error("{0}")]
    Held(String),
    /// A query needs more memory or time than it may have.
    #[error("{0}")]
    Limit(String),
    /// A signal asked for it, with this exit code. What had been committed stands; the rest was cleaned up.
    #[error("stopped by a signal: what was published before stands, nothing is left half done")]
    Stopped(u8),
    /// Work that was told of when it ended, with this code: runs by schedule, or a signal.
    #[error("ended with exit code {0}")]
    Ended(u8),
    /// What should never happen.
    #[error("this is a fault of the program, please report it: {0}")]
    Bug(String),
}

impl Failure {
    /// The exit code of the program (design: users' scripts rely on them).
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Bug(_) => 1,
            Self::Project(_)
            | Self::Usage(_)
            | Self::Store(StoreError::Apart { .. } | StoreError::Newer { .. }) => 2,
            Self::Credentials(_) => 3,
            Self::SourceUnavailable(_) => 10,
            Self::SourceRejected(_) => 11,
            Self::Gate(_) => 12,
            Self::Store(error) if error.is_damage() => 21,
            Self::Store(error) if error.is_contention() => 22,
            Self::Ended(code) | Self::Stopped(code) => *code,
            Self::Lease(_) => 22,
            Self::Store(_) => 20,
            Self::Render(_) => 30,
            Self::Disclosure(_) => 31,
            Self::Rejected(_) => 40,
            Self::Uncertain(_) => 41,
            Self::Deferred(_) => 42,
            Self::Held(_) => 43,
            Self::Limit(_) => 50,
        }
    }
}

impl Failure {
    /// The most severe of the failures of several things, each by its name; all are told. `None` when there is none.
    pub(crate) fn worst_of(mut failures: Vec<(String, Self)>) -> Option<Self> {
        failures.sort_by_key(|(_, failure)| severity(failure.code()));
        let (name, worst) = failures.pop()?;
        if failures.is_empty() {
            return Some(worst);
        }
        let others: Vec<String> = failures
            .iter()
            .rev()
            .map(|(name, failure)| format!("{name} (code {}): {failure}", failure.code()))
            .collect();
        Some(worst.with_others(&name, &others))
    }

    /// Whether it came of one source, so that others can still be read: not of a signal, a turn that was lost, a store
    /// that refuses or a fault of the program.
    pub(crate) fn is_of_one_source(&self) -> bool {
        !matches!(
            self,
            Self::Bug(_)
                | Self::Store(_)
                | Self::Lease(_)
                | Self::Stopped(_)
                | Self::Ended(_)
                | Self::Limit(_)
        )
    }

    /// Whether the edition was made and passed, and something came of its deliveries.
    pub(crate) fn is_about_delivery(&self) -> bool {
        matches!(
            self,
            Self::Rejected(_) | Self::Uncertain(_) | Self::Deferred(_) | Self::Held(_) | Self::Credentials(_)
        )
    }

    /// The most severe of several failures, with the others told after it; the code is its own.
    pub(crate) fn with_others(self, pipeline: &str, others: &[String]) -> Self {
        let told = format!("{pipeline}: {self}\n{}", others.join("\n"));
        match self {
            Self::Bug(_) => Self::Bug(told),
            Self::Project(mut faults) => {
                for other in others {
                    faults.push(Diagnostic::placeless(other.clone()));
                }
                Self::Project(faults)
            }
            Self::Usage(_) => Self::Usage(told),
            Self::Credentials(_) => Self::Credentials(told),
            Self::SourceUnavailable(_) => Self::SourceUnavailable(told),
            Self::SourceRejected(_) => Self::SourceRejected(told),
            Self::Gate(_) => Self::Gate(told),
            Self::Store(error) => Self::Store(error),
            Self::Ended(code) => Self::Ended(code),
            Self::Stopped(code) => Self::Stopped(code),
            Self::Lease(_) => Self::Lease(told),
            Self::Render(_) => Self::Render(told),
            Self::Disclosure(_) => Self::Disclosure(told),
            Self::Rejected(_) => Self::Rejected(told),
            Self::Uncertain(_) => Self::Uncertain(told),
            Self::Deferred(_) => Self::Deferred(told),
            Self::Held(_) => Self::Held(told),
            Self::Limit(_) => Self::Limit(told),
        }
    }
}

impl From<Diagnostics> for Failure {
    fn from(faults: Diagnostics) -> Self {
        Self::Project(faults)
    }
}

impl From<Diagnostic> for Failure {
    fn from(fault: Diagnostic) -> Self {
        Self::Project(fault.into())
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Query(fault) => fault.into(),
            EngineError::Memory { .. } | EngineError::Time { .. } => Self::Limit(error.to_string()),
            EngineError::Read { cause, .. } => Self::Store(StoreError::among(cause.as_ref())),
            EngineError::Start(_) => Self::Bug(error.to_string()),
        }
    }
}

/// The most severe of several exit codes; `None` when none is a failure.
#[must_use]
pub fn worst(codes: impl IntoIterator<Item = u8>) -> Option<u8> {
    codes.into_iter().filter(|code| *code != 0).max_by_key(|code| severity(*code))
}

/// Which code says the most: that a signal stopped it, a fault of the program, then damage, then what holds
/// everything up.
pub(crate) fn severity(code: u8) -> u8 {
    match code {
        130 | 143 => 110,
        1 => 100,
        21 => 90,
        20 | 22 => 80,
        2 | 3 => 70,
        50 => 65,
        31 => 60,
        30 => 55,
        41 => 50,
        11 => 45,
        10 => 40,
        12 => 35,
        40 => 30,
        43 => 20,
        42 => 10,
        _ => 0,
    }
}
