//! The rules by which the field keeps its calendar, in words.
//!
//! ```text
//! first monday of october at 06:00            or the next working day, when that is a bank holiday
//! last friday of every month at 17:00
//! working day 8 after month end at 06:00      quarter, financial year, academic year, term, half term; a census
//! weekly in term on monday at 07:00           or that week's next school day; nothing in a holiday
//! ```
//!
//! A rule gives days; which moment a day and time are is decided in [`super::wall`].

mod days;
mod parse;

use std::fmt;

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use self::days::{Close, DayRule};
use super::text_fault::TextFault;
use super::wall;
use crate::calendar::Terms;

/// A rule that has been read: which days, and at what time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    days: DayRule,
    at: NaiveTime,
}

impl Rule {
    /// Reads a rule such as `first monday of october at 06:00`; the forms are in the module above.
    ///
    /// # Errors
    ///
    /// Returns the first fault, with its bytes of `text`.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        parse::parse(text).map(|(days, at)| Self { days, at })
    }

    /// Returns the first time after `after` in `zone`; `None` when the terms known do not reach that far.
    ///
    /// A time that the clocks skip is taken right after the gap, one that they repeat at the first.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>, zone: Tz, terms: &Terms) -> Option<DateTime<Tz>> {
        wall::next_fixed(after, zone, |after| self.next_wall(after, terms))
    }

    /// Returns whether the rule means nothing without term dates.
    #[must_use]
    pub fn needs_terms(&self) -> bool {
        matches!(
            self.days,
            DayRule::WeeklyInTerm { .. } | DayRule::WorkingDay { close: Close::Term | Close::HalfTerm, .. }
        )
    }

    /// Returns the rule in words, with what happens on a holiday.
    #[must_use]
    pub fn explain(&self) -> String {
        let days = parse::with_capitals(&self.days.to_string());
        let holiday = match &self.days {
            DayRule::WeekdayOfMonth { .. } => ", or the next working day when that is a bank holiday",
            DayRule::WorkingDay { .. } => "",
            DayRule::WeeklyInTerm { .. } => ", or the next school day of that week when there is no school",
        };
        let article = match self.days {
            DayRule::WeekdayOfMonth { .. } => "on the ",
            DayRule::WorkingDay { .. } => "on ",
            DayRule::WeeklyInTerm { .. } => "",
        };
        format!("at {} {article}{days}{holiday}", self.at.format("%H:%M"))
    }

    fn next_wall(&self, after: NaiveDateTime, terms: &Terms) -> Option<NaiveDateTime> {
        let from = if self.at > after.time() { after.date() } else { after.date().succ_opt()? };
        Some(self.days.next(from, terms)?.and_time(self.at))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.days, self.at.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests;
