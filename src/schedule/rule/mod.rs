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

mod parse;

use std::fmt;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

use super::wall;
use crate::calendar::{Census, Terms};

/// A rule that has been read: which days, and at what time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    days: DayRule,
    at: NaiveTime,
}

/// Which days.
#[derive(Debug, Clone, PartialEq, Eq)]
enum DayRule {
    /// A weekday of each of these months (1 to 12), or the working day after it.
    WeekdayOfMonth { nth: Nth, weekday: Weekday, months: Vec<u32> },
    /// So many working days after something closed.
    WorkingDay { number: usize, close: Close },
    /// Once in each week that has school days.
    WeeklyInTerm { weekday: Weekday },
}

/// Which of a month's Mondays, say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nth {
    /// Counted from 1.
    From(u8),
    Last,
}

/// What closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Close {
    Month,
    /// Of the financial year, which are those of the calendar year.
    Quarter,
    FinancialYear,
    AcademicYear,
    /// The last day before Christmas, Easter and summer.
    Term,
    /// The last day before any holiday of schools.
    HalfTerm,
    Census(Census),
}

/// Months searched ahead: one whole year, and what a move past a holiday may add.
const MONTHS_AHEAD: u32 = 14;
/// Months searched behind, for working days counted from a close before today.
const MONTHS_BEHIND: u32 = 5;
/// More working days than this from a close belong to the next one; they fit [`MONTHS_BEHIND`].
const MOST_WORKING_DAYS: usize = 60;

impl Rule {
    /// The first time after `after` in `zone`; `None` when the terms known do not reach that far.
    ///
    /// A time that the clocks skip is taken right after the gap, one that they repeat at the first.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>, zone: Tz, terms: &Terms) -> Option<DateTime<Tz>> {
        wall::next_fixed(after, zone, |after| self.next_wall(after, terms))
    }

    /// Whether the rule means nothing without term dates.
    #[must_use]
    pub fn needs_terms(&self) -> bool {
        matches!(
            self.days,
            DayRule::WeeklyInTerm { .. } | DayRule::WorkingDay { close: Close::Term | Close::HalfTerm, .. }
        )
    }

    /// The rule in words, with what happens on a holiday.
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

impl DayRule {
    /// The first day that is not before `from`.
    fn next(&self, from: NaiveDate, terms: &Terms) -> Option<NaiveDate> {
        match self {
            Self::WeekdayOfMonth { nth, weekday, months } => months_around(from)
                .filter(|month| months.contains(&month.month()))
                .filter_map(|month| nth.of(month, *weekday))
                .map(|day| terms.working_day_from(day))
                .find(|day| *day >= from),
            Self::WorkingDay { number, close: Close::Term } => {
                terms.ends().map(|end| terms.working_day_after(end, *number)).find(|day| *day >= from)
            }
            Self::WorkingDay { number, close: Close::HalfTerm } => terms
                .iter()
                .map(|term| terms.working_day_after(term.ends_on, *number))
                .find(|day| *day >= from),
            Self::WorkingDay { number, close } => months_around(from)
                .filter_map(|month| close.day(month, terms))
                .map(|day| terms.working_day_after(day, *number))
                .find(|day| *day >= from),
            Self::WeeklyInTerm { weekday } => {
                let last = terms.last_day()?;
                let monday = from - Days::new(from.weekday().num_days_from_monday().into());
                let mut weeks = monday.iter_weeks().take_while(|monday| *monday <= last);
                weeks.find_map(|monday| in_week(monday, *weekday, terms).filter(|day| *day >= from))
            }
        }
    }
}

/// The day of one week on which a weekly rule falls.
fn in_week(monday: NaiveDate, weekday: Weekday, terms: &Terms) -> Option<NaiveDate> {
    let skip = weekday.num_days_from_monday() as usize;
    monday.iter_days().take(7).skip(skip).find(|day| terms.is_school_day(*day))
}

/// The first days of the months around `from`, in order.
fn months_around(from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = from.with_day(1).and_then(|first| first.checked_sub_months(Months::new(MONTHS_BEHIND)));
    (0..MONTHS_BEHIND + MONTHS_AHEAD)
        .filter_map(move |ahead| first.and_then(|first| first.checked_add_months(Months::new(ahead))))
}

impl Nth {
    fn of(self, month: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
        let nth = |nth| NaiveDate::from_weekday_of_month_opt(month.year(), month.month(), weekday, nth);
        match self {
            Self::From(number) => nth(number),
            Self::Last => nth(5).or_else(|| nth(4)),
        }
    }
}

impl Close {
    /// The day of this close in the month that begins on `month`, if it has one.
    fn day(self, month: NaiveDate, terms: &Terms) -> Option<NaiveDate> {
        let closes = match self {
            Self::Month => true,
            Self::Quarter => month.month().is_multiple_of(3),
            Self::FinancialYear => month.month() == 3,
            Self::AcademicYear => month.month() == 8,
            Self::Term | Self::HalfTerm => false,
            Self::Census(census) => {
                return terms.census_day(census, month.year()).filter(|day| day.month() == month.month());
            }
        };
        closes.then(|| month.checked_add_months(Months::new(1))?.pred_opt()).flatten()
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.days, self.at.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests;
