use std::time::Instant;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The one moment that a run knows as "now", in council time.
///
/// Nothing below `cli` asks the machine for the time: a run takes a `Clock` at its start, and
/// the same clock gives the same answer again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    now: DateTime<Utc>,
    zone: Tz,
    /// When `now` was, by the clock that cannot be set; `None` for a clock that stands still.
    since: Option<Instant>,
}

impl Clock {
    /// Makes a clock that shows the machine's time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn system(zone: Tz) -> Self {
        Self { now: Utc::now(), zone, since: Some(Instant::now()) }
    }

    /// Makes a clock that stands at a moment given in UTC.
    #[must_use]
    pub fn at(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { now, zone, since: None }
    }

    /// Makes a clock that stands at a moment given in council time. A time that the clocks skip is read as the first
    /// one after the gap; one that they repeat, as the first of the two.
    #[must_use]
    pub fn fixed(local: NaiveDateTime, zone: Tz) -> Self {
        let now = zone
            .from_local_datetime(&local)
            .earliest()
            .or_else(|| zone.from_local_datetime(&(local + chrono::Duration::hours(1))).earliest())
            .map_or_else(|| Utc.from_utc_datetime(&local), |moment| moment.with_timezone(&Utc));
        Self { now, zone, since: None }
    }

    /// Returns the moment, in UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Returns the moment of an act within the run, in UTC: `now`, and what has passed since by the clock that cannot be
    /// set. What the run works out depends on `now` alone; this is for records of what was done, and for waiting.
    #[must_use]
    pub fn moment(&self) -> DateTime<Utc> {
        let passed = self.since.and_then(|since| TimeDelta::from_std(since.elapsed()).ok());
        self.now + passed.unwrap_or_default()
    }

    /// Returns the moment, in council time.
    #[must_use]
    pub fn local(&self) -> DateTime<Tz> {
        self.now.with_timezone(&self.zone)
    }

    /// Returns the day, in council time.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.local().date_naive()
    }

    /// Returns the council's zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.zone
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn acts_within_a_run_have_moments_of_their_own_and_now_stays_what_it_was() {
        let clock = Clock::system(chrono_tz::Europe::London);
        let (now, first) = (clock.now(), clock.moment());
        std::thread::sleep(Duration::from_millis(20));
        assert!(clock.moment() - first >= TimeDelta::milliseconds(20));
        assert_eq!(clock.now(), now);
        let fixed = Clock::at(now, chrono_tz::Europe::London);
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(fixed.moment(), now, "a clock that stands still does so for acts as well");
    }
}
