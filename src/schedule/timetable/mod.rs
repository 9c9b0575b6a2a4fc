//! The schedule of one pipeline, read and checked.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use url::Url;

use super::cron::Cron;
use super::occurrence::Occurrence;
use super::rule::Rule;
use crate::calendar::{Span, Terms};
use crate::project::{CatchUp, Overlap};
use crate::report::capitalised;

/// When one pipeline runs, and what becomes of an occurrence that could not start at its time.
#[derive(Debug, Clone)]
pub struct Timetable {
    pub(super) pipeline: String,
    pub(super) zone: Tz,
    pub(super) when: When,
    pub(super) policy: Policy,
    pub(super) purpose: Option<String>,
    pub(super) period: Option<String>,
    pub(super) reports: Vec<String>,
    pub(super) heartbeat: Option<Url>,
}

/// What brings an occurrence about.
#[derive(Debug, Clone)]
pub(super) enum When {
    Cron(Box<Cron>),
    Rule(Rule, Arc<Terms>),
    /// A publication of this pipeline.
    After(String),
}

/// What becomes of an occurrence that could not start at its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Which of those that were missed start later.
    pub catch_up: CatchUp,
    /// How long after its time one may start.
    pub start_within: Span,
    /// What happens while the one before it still runs.
    pub overlap: Overlap,
}

impl Policy {
    /// The window of a schedule that names none.
    pub const START_WITHIN: Span = Span::hours(6);

    /// Under `catch_up = "all"`, at most so many start at once.
    pub(super) const MOST_AT_ONCE: usize = 24;
}

impl Timetable {
    /// Returns the pipeline whose schedule it is.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        &self.pipeline
    }

    /// Returns what its runs are for, in a few words.
    #[must_use]
    pub fn purpose(&self) -> Option<&str> {
        self.purpose.as_deref()
    }

    /// Returns the period that its reports are for, as written; the newest closed one when `None`.
    #[must_use]
    pub fn period(&self) -> Option<&str> {
        self.period.as_deref()
    }

    /// Returns the reports that it makes and no other schedule does; empty where it makes those that no schedule names.
    #[must_use]
    pub fn reports(&self) -> &[String] {
        &self.reports
    }

    /// Returns the address of the monitor of its runs.
    #[must_use]
    pub fn heartbeat(&self) -> Option<&Url> {
        self.heartbeat.as_ref()
    }

    /// Returns the pipeline whose publications it follows, if it does.
    #[must_use]
    pub fn follows(&self) -> Option<&str> {
        match &self.when {
            When::After(publisher) => Some(publisher),
            When::Cron(_) | When::Rule(..) => None,
        }
    }

    /// Returns what becomes of an occurrence that could not start at its time.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Returns the first occurrence after a moment. `None` for a schedule that follows another pipeline, and past
    /// the end of the terms or years known.
    ///
    /// An occurrence is always later than `after`: whatever a calculation says, a time that is not is never
    /// started, and so no clock change can start a pipeline in a loop.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<Occurrence> {
        let due = match &self.when {
            When::Cron(cron) => cron.next(after, self.zone),
            When::Rule(rule, terms) => rule.next(after, self.zone, terms),
            When::After(_) => None,
        }?;
        debug_assert!(due > after, "`{self}` after {after} gives {due}");
        (due > after).then(|| Occurrence::at(&self.pipeline, due).about(self.period(), &self.reports))
    }

    /// Returns the occurrences after a moment, in order.
    pub fn upcoming(&self, after: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
        std::iter::successors(self.next(after), |last| self.next(last.due()))
    }

    /// Returns the schedule in words, with the zone: `at 05:00 on Monday to Friday, Europe/London`.
    #[must_use]
    pub fn explain(&self) -> String {
        let when = match &self.when {
            When::Cron(cron) => format!("{}, {}", cron.explain(), self.zone.name()),
            When::Rule(rule, _) => format!("{}, {}", rule.explain(), self.zone.name()),
            When::After(publisher) => format!("whenever `{publisher}` has published"),
        };
        let of = match self.period() {
            None | Some("last_finished") => String::new(),
            Some("running") => ", of the running period so far".to_owned(),
            Some(named) => match named.strip_prefix("running to ") {
                Some(month) => {
                    format!(", of the running period so far, to the end of {}", capitalised(month))
                }
                None => format!(", of {named}"),
            },
        };
        let reports = if self.reports.is_empty() {
            String::new()
        } else {
            format!("; it makes `{}` only", self.reports.join("`, `"))
        };
        match &self.purpose {
            Some(purpose) => format!("{when}, for the {purpose}{of}{reports}"),
            None => format!("{when}{of}{reports}"),
        }
    }

    /// Returns the policy in words.
    #[must_use]
    pub fn explain_policy(&self) -> String {
        let Policy { catch_up, start_within, overlap } = self.policy;
        let missed = match catch_up {
            CatchUp::All => {
                format!("missed runs start within {start_within}, at most {}", Policy::MOST_AT_ONCE)
            }
            CatchUp::Latest => format!("of missed runs the latest starts, within {start_within}"),
            CatchUp::None => "missed runs do not start later".to_owned(),
        };
        let overlap = match overlap {
            Overlap::Skip => "a run that comes while one is going is skipped",
            Overlap::Queue => "a run that comes while one is going waits",
        };
        format!("{missed}; {overlap}")
    }

    /// Returns how a clock change bears on an occurrence of this schedule; `None` when it does not.
    #[must_use]
    pub fn clock_change(&self, occurrence: &Occurrence) -> Option<&'static str> {
        let wall = occurrence.due().with_timezone(&self.zone).naive_local();
        let moments = wall.and_local_timezone(self.zone);
        if moments.earliest() != moments.latest() {
            let second = moments.earliest().is_some_and(|first| first < occurrence.due());
            return Some(if second {
                "the hour is repeated: the second time"
            } else {
                "the hour is repeated: the first time"
            });
        }
        let before = wall - chrono::Duration::minutes(1);
        let skipped = before.and_local_timezone(self.zone).earliest().is_none();
        skipped.then_some("right after the clocks go forward")
    }
}

/// The schedule as written.
impl fmt::Display for Timetable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.when {
            When::Cron(cron) => cron.fmt(f),
            When::Rule(rule, _) => rule.fmt(f),
            When::After(publisher) => write!(f, "after {publisher}"),
        }
    }
}

#[cfg(test)]
mod tests;
