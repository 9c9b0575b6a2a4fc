use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::occurrence::Occurrence;
use super::record::Ended;
use super::timetable::Timetable;
use crate::diagnostic::{Cause, Diagnostics};
use crate::store::StoreError;

/// What a round reports of its work. Nothing here holds a value of the data.
#[derive(Debug)]
pub enum Event<'a> {
    /// A run starts.
    Started {
        /// Which.
        occurrence: &'a Occurrence,
        /// By which schedule.
        timetable: &'a Timetable,
        /// Counted from 1; more than that follows a run that broke off.
        attempt: u32,
        /// How long after its time.
        late: TimeDelta,
    },
    /// A run has ended.
    Ended {
        /// Which.
        occurrence: &'a Occurrence,
        /// By which schedule.
        timetable: &'a Timetable,
        /// How.
        ended: &'a Ended,
    },
    /// Somebody is running it.
    Running {
        /// Which.
        occurrence: &'a Occurrence,
    },
    /// It came while another run of the pipeline was going, and does not run.
    Skipped {
        /// Which.
        occurrence: &'a Occurrence,
    },
    /// It came while another run of the pipeline was going, and waits.
    Waiting {
        /// Which.
        occurrence: &'a Occurrence,
    },
    /// They did not start in time, and do not run.
    Missed {
        /// Those of one schedule, oldest first; at least one.
        occurrences: &'a [Occurrence],
        /// Which schedule.
        timetable: &'a Timetable,
    },
    /// A run of it broke off when it may have published.
    Uncertain {
        /// Which.
        occurrence: &'a Occurrence,
        /// By which schedule.
        timetable: &'a Timetable,
    },
    /// Every attempt at it broke off.
    GivenUp {
        /// Which.
        occurrence: &'a Occurrence,
        /// By which schedule.
        timetable: &'a Timetable,
    },
    /// The lease was lost while it ran: what the run did after that is void.
    LeaseLost {
        /// Which.
        occurrence: &'a Occurrence,
    },
    /// A holder was silent for too long, and has been succeeded.
    TookOver {
        /// Of which pipeline.
        pipeline: &'a str,
        /// Who was silent.
        from: &'a str,
    },
    /// The clock shows a time that cannot be: nothing starts.
    ClockWrong {
        /// What it shows.
        now: DateTime<Utc>,
    },
    /// The clock shows another time than the last round leads one to expect.
    ClockMoved {
        /// What it showed then.
        last: DateTime<Utc>,
        /// What it shows.
        now: DateTime<Utc>,
    },
    /// The project does not load as it now is: the one loaded before goes on.
    ProjectBroken {
        /// Why.
        faults: &'a Diagnostics,
    },
    /// The store did not answer: the round is tried again.
    StoreFailed {
        /// Why.
        error: &'a StoreError,
    },
}

impl Event<'_> {
    /// Returns the exit code that a one-shot process owes to this event; 0 for what is as it should be.
    #[must_use]
    pub fn exit(&self) -> u8 {
        match self {
            Self::Ended { ended, .. } => ended.exit,
            Self::ProjectBroken { .. } => 2,
            Self::ClockWrong { .. } => 3,
            Self::StoreFailed { .. } => 20,
            Self::LeaseLost { .. } | Self::GivenUp { .. } | Self::Uncertain { .. } => 22,
            Self::Started { .. }
            | Self::Running { .. }
            | Self::Skipped { .. }
            | Self::Waiting { .. }
            | Self::Missed { .. }
            | Self::TookOver { .. }
            | Self::ClockMoved { .. } => 0,
        }
    }
}

impl Event<'_> {
    /// Returns what it is, in one word for programs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Ended { .. } => "ended",
            Self::Running { .. } => "running_elsewhere",
            Self::Skipped { .. } => "skipped",
            Self::Waiting { .. } => "waiting",
            Self::Missed { .. } => "missed",
            Self::Uncertain { .. } => "uncertain",
            Self::GivenUp { .. } => "given_up",
            Self::LeaseLost { .. } => "lease_lost",
            Self::TookOver { .. } => "took_over",
            Self::ClockWrong { .. } => "clock_wrong",
            Self::ClockMoved { .. } => "clock_moved",
            Self::ProjectBroken { .. } => "project_broken",
            Self::StoreFailed { .. } => "store_failed",
        }
    }

    /// Returns the occurrence that it is about, if it is about one.
    #[must_use]
    pub fn occurrence(&self) -> Option<&Occurrence> {
        match self {
            Self::Started { occurrence, .. }
            | Self::Ended { occurrence, .. }
            | Self::Running { occurrence }
            | Self::Skipped { occurrence }
            | Self::Waiting { occurrence }
            | Self::Uncertain { occurrence, .. }
            | Self::GivenUp { occurrence, .. }
            | Self::LeaseLost { occurrence } => Some(occurrence),
            Self::Missed { occurrences, .. } => occurrences.last(),
            Self::TookOver { .. }
            | Self::ClockWrong { .. }
            | Self::ClockMoved { .. }
            | Self::ProjectBroken { .. }
            | Self::StoreFailed { .. } => None,
        }
    }

    /// Returns whether somebody should look, though no run has failed.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::Missed { .. } | Self::TookOver { .. } | Self::ClockMoved { .. } | Self::Skipped { .. }
        )
    }
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { occurrence, attempt: 1, late, .. } if late.num_minutes() == 0 => {
                write!(f, "`{occurrence}` starts")
            }
            Self::Started { occurrence, attempt: 1, late, .. } => {
                write!(f, "`{occurrence}` starts, {} minutes late", late.num_minutes())
            }
            Self::Started { occurrence, attempt, .. } => {
                write!(f, "`{occurrence}` starts again: attempt {attempt}, the one before broke off")
            }
            Self::Ended { occurrence, ended, .. } => {
                write!(f, "`{occurrence}` has ended with exit code {}: {}", ended.exit, ended.outcome)
            }
            Self::Running { occurrence } => write!(f, "`{occurrence}` is being run elsewhere"),
            Self::Skipped { occurrence } => {
                write!(f, "`{occurrence}` is skipped: another run of the pipeline is going")
            }
            Self::Waiting { occurrence } => {
                write!(f, "`{occurrence}` waits: another run of the pipeline is going")
            }
            Self::Missed { occurrences: [only], .. } => write!(f, "`{only}` was missed and does not run"),
            Self::Missed { occurrences: [first, between @ .., last], .. } => {
                let count = between.len() + 2;
                write!(f, "{count} occurrences from `{first}` to `{last}` were missed and do not run")
            }
            Self::Missed { occurrences: [], .. } => f.write_str("nothing was missed"),
            Self::Uncertain { occurrence, .. } => {
                write!(f, "`{occurrence}` broke off when it may have published, and does not run again")
            }
            Self::GivenUp { occurrence, .. } => {
                write!(f, "`{occurrence}` is given up: every attempt broke off")
            }
            Self::LeaseLost { occurrence } => {
                write!(
                    f,
                    "`{occurrence}` lost its lease: a successor runs, and this run publishes nothing more"
                )
            }
            Self::TookOver { pipeline, from } => {
                write!(f, "the lease of `{pipeline}` is taken from `{from}`, which has fallen silent")
            }
            Self::ClockWrong { now } => {
                write!(f, "the clock shows {now}, which cannot be: nothing is started until it is set")
            }
            Self::ClockMoved { last, now } => {
                write!(f, "the clock shows {now}, and showed {last} at the last round: has it been set?")
            }
            Self::ProjectBroken { faults } => {
                write!(
                    f,
                    "the project cannot be read as it is now, and the schedules read before go on:\n{faults}"
                )
            }
            Self::StoreFailed { error } => write!(f, "the round is tried again: {}", Cause::of(*error)),
        }
    }
}
