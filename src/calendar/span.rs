use std::fmt;
use std::time::Duration;

/// A length of time as users write it: `90 minutes`, `6h`, `35 days`, `2 weeks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    minutes: u64,
}

/// A text that is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a length of time, as `90 minutes`, `6h`, `35 days` or `2 weeks`, found `{text}`")]
pub struct SpanError {
    text: String,
}

const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
/// Longer than any age or window that means anything: a hundred years.
const LONGEST: u64 = 36_525 * DAY;

impl Span {
    /// Makes a span of so many whole minutes.
    #[must_use]
    pub const fn minutes(minutes: u64) -> Self {
        Self { minutes }
    }

    /// Makes a span of so many whole hours.
    #[must_use]
    pub const fn hours(hours: u64) -> Self {
        Self { minutes: hours * HOUR }
    }

    /// Reads a whole number and a unit: minutes, hours, days or weeks, in full or by their first letter.
    ///
    /// # Errors
    ///
    /// Returns the text when it is none of the forms, or longer than a hundred years.
    pub fn parse(text: &str) -> Result<Self, SpanError> {
        let fault = || SpanError { text: text.to_owned() };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = match unit.trim_start() {
            "m" | "min" | "minute" | "minutes" => 1,
            "h" | "hour" | "hours" => HOUR,
            "d" | "day" | "days" => DAY,
            "w" | "week" | "weeks" => WEEK,
            _ => return Err(fault()),
        };
        let number: u64 = number.parse().map_err(|_| fault())?;
        let minutes = number.checked_mul(unit).filter(|minutes| *minutes <= LONGEST).ok_or_else(fault)?;
        Ok(Self { minutes })
    }

    /// Returns the span for arithmetic with moments.
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.minutes * 60)
    }

    /// Returns the span for arithmetic with dates and times.
    #[must_use]
    pub fn delta(self) -> chrono::TimeDelta {
        chrono::TimeDelta::minutes(i64::try_from(self.minutes).unwrap_or(i64::MAX / 60_000))
    }

    /// Returns the days of a written age; `None` unless it is a whole number of them and at least one.
    #[must_use]
    pub fn days_in(text: &str) -> Option<i64> {
        Self::parse(text).ok()?.whole_days()
    }

    /// Returns how many days it is, when it is a whole number of them and at least one.
    #[must_use]
    pub fn whole_days(self) -> Option<i64> {
        let whole = self.minutes > 0 && self.minutes.is_multiple_of(DAY);
        i64::try_from(self.minutes / DAY).ok().filter(|_| whole)
    }

    /// Returns whether it is of length zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.minutes == 0
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match self.minutes {
            0 => (0, "minute"),
            minutes if minutes.is_multiple_of(WEEK) => (minutes / WEEK, "week"),
            minutes if minutes.is_multiple_of(DAY) => (minutes / DAY, "day"),
            minutes if minutes.is_multiple_of(HOUR) => (minutes / HOUR, "hour"),
            minutes => (minutes, "minute"),
        };
        write!(f, "{number} {unit}{}", if number == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests;
