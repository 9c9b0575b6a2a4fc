use std::fmt;

use chrono::{NaiveDate, Weekday};

/// A school census: a count of the roll on one Thursday of each term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Census {
    /// First Thursday of October.
    Autumn,
    /// Third Thursday of January; the alternative provision census is taken on the same day.
    Spring,
    /// Third Thursday of May.
    Summer,
}

impl Census {
    /// All three, in the order of the academic year.
    pub const ALL: [Self; 3] = [Self::Autumn, Self::Spring, Self::Summer];

    /// Returns the day on which it is taken in a calendar year; `None` for a year that no date can hold.
    #[must_use]
    pub fn day(self, calendar_year: i32) -> Option<NaiveDate> {
        let (month, which) = match self {
            Self::Autumn => (10, 1),
            Self::Spring => (1, 3),
            Self::Summer => (5, 3),
        };
        NaiveDate::from_weekday_of_month_opt(calendar_year, month, Weekday::Thu, which)
    }
}

impl fmt::Display for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Autumn => "autumn census",
            Self::Spring => "spring census",
            Self::Summer => "summer census",
        })
    }
}
