use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::calendar::{Census, Terms};

/// Which days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DayRule {
    /// A weekday of each of these months (1 to 12), or the working day after it.
    WeekdayOfMonth { nth: Nth, weekday: Weekday, months: Vec<u32> },
    /// So many working days after something closed.
    WorkingDay { number: usize, close: Close },
    /// Once in each week that has school days.
    WeeklyInTerm { weekday: Weekday },
}

/// Which of a month's Mondays, say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nth {
    /// Counted from 1.
    From(u8),
    Last,
}

/// What closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
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
pub(super) const MONTHS_AHEAD: u32 = 14;
/// Months searched behind, for working days counted from a close before today.
pub(super) const MONTHS_BEHIND: u32 = 5;
/// More working days than this from a close belong to the next one; they fit [`MONTHS_BEHIND`].
pub(super) const MOST_WORKING_DAYS: usize = 60;

impl DayRule {
    /// Returns the first day that is not before `from`.
    pub(super) fn next(&self, from: NaiveDate, terms: &Terms) -> Option<NaiveDate> {
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

/// Returns the day of one week on which a weekly rule falls.
fn in_week(monday: NaiveDate, weekday: Weekday, terms: &Terms) -> Option<NaiveDate> {
    let skip = weekday.num_days_from_monday() as usize;
    monday.iter_days().take(7).skip(skip).find(|day| terms.is_school_day(*day))
}

/// Returns the first days of the months around `from`, in order.
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
    /// Returns the day of this close in the month that begins on `month`, if it has one.
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
