use std::fmt;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// One time at which one pipeline is to run.
///
/// Whoever computes it, on whichever host, by cron, a timer or the daemon, it has the same identity; that
/// is what makes many triggers one run.
#[derive(Debug, Clone)]
pub struct Occurrence {
    pipeline: String,
    due: DateTime<Utc>,
    key: String,
    period: Option<String>,
    reports: Vec<String>,
}

impl Occurrence {
    /// Returns the occurrence of a schedule at a time of a zone.
    ///
    /// Its key is what the wall shows and the zone: `2026-10-25T0130.Europe.London`. Where the wall shows
    /// the same time twice the second has a `b`: `2026-10-25T0130b.Europe.London`. No offset is in it, so
    /// that hosts with different ideas of a zone's future still mean the same occurrence.
    #[must_use]
    pub fn at(pipeline: &str, due: DateTime<Tz>) -> Self {
        let (zone, wall) = (due.timezone(), due.naive_local());
        let second = wall.and_local_timezone(zone).earliest().is_some_and(|first| first < due);
        let key = format!(
            "{}{}.{}",
            wall.format("%Y-%m-%dT%H%M"),
            if second { "b" } else { "" },
            zone.name().replace('/', ".")
        );
        Self { pipeline: pipeline.to_owned(), due: due.to_utc(), key, period: None, reports: Vec::new() }
    }

    /// Returns the occurrence that a publication of another pipeline brings about: `after.finance.000042`.
    #[must_use]
    pub fn after(pipeline: &str, publisher: &str, publication: &Publication) -> Self {
        let key = format!("after.{publisher}.{}", publication.name);
        Self { pipeline: pipeline.to_owned(), due: publication.at, key, period: None, reports: Vec::new() }
    }

    /// Returns the same, with the period that its reports are for and, where the schedule names some, which those are.
    #[must_use]
    pub fn about(self, period: Option<&str>, reports: &[String]) -> Self {
        Self { period: period.map(str::to_owned), reports: reports.to_vec(), ..self }
    }

    /// Returns the reports that the schedule names; empty where it names none.
    #[must_use]
    pub fn reports(&self) -> &[String] {
        &self.reports
    }

    /// Returns the period that its reports are for, as the schedule says it.
    #[must_use]
    pub fn period(&self) -> Option<&str> {
        self.period.as_deref()
    }

    /// Returns which pipeline.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        &self.pipeline
    }

    /// Returns the moment from which it may start.
    #[must_use]
    pub fn due(&self) -> DateTime<Utc> {
        self.due
    }

    /// Returns what distinguishes it from the pipeline's other occurrences, fit for the name of an object.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Two schedules that name one time name one occurrence, whatever period each is for.
impl PartialEq for Occurrence {
    fn eq(&self, other: &Self) -> bool {
        (&self.pipeline, self.due, &self.key) == (&other.pipeline, other.due, &other.key)
    }
}

impl Eq for Occurrence {}

/// The whole identity: `finance@2026-10-05T0500.Europe.London`.
impl fmt::Display for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.pipeline, self.key)
    }
}

/// One publication of a pipeline's tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// What identifies it in the store, such as the number of its commit; fit for the name of an object.
    pub name: String,
    /// When it was committed.
    pub at: DateTime<Utc>,
}
