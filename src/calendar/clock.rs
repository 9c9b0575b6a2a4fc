use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The one moment that a run knows as "now", in council time.
///
/// Nothing below `cli` asks the machine for the time: a run takes a `Clock` at its start, and
/// the same clock gives the same answer again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    now: DateTime<Utc>,
    zone: Tz,
}

impl Clock {
    /// Makes a clock that shows the machine's time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    pub fn system(zone: Tz) -> Self {
        Self { now: Utc::now(), zone }
    }

    /// Makes a clock that stands at a moment given in UTC.
    #[must_use]
    pub fn at(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { now, zone }
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
        Self { now, zone }
    }

    /// Returns the moment, in UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
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
