//! When the council's schools are open: the days that the seed `reference.term_dates` lists.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

/// One half of a term, first and last school day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HalfTerm {
    pub(super) name: &'static str,
    pub(super) starts_on: NaiveDate,
    pub(super) ends_on: NaiveDate,
}

/// Returns the day that lies so many days after `day`, or before.
pub(super) fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_add_signed(TimeDelta::days(days)).unwrap_or(day)
}

/// Returns a day of the calendar; every caller names one that exists.
pub(super) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// Returns the academic year that holds `day`, by the year that it starts in.
pub(super) fn academic_year(day: NaiveDate) -> i32 {
    if day.month() >= 9 { day.year() } else { day.year() - 1 }
}

/// Returns the financial year that holds `day`, by the year that it starts in.
pub(super) fn financial_year(day: NaiveDate) -> i32 {
    if day.month() >= 4 { day.year() } else { day.year() - 1 }
}

/// Writes the year that begins in 2018 as `2018-19`.
pub(super) fn year_code(first: i32) -> String {
    format!("{first:04}-{:02}", (first + 1).rem_euclid(100))
}

/// Returns the six half-terms of the academic year that starts in September of `year`.
pub(super) fn half_terms(year: i32) -> [HalfTerm; 6] {
    let autumn_break = monday_from(date(year, 10, 22));
    let spring_break = monday_from(date(year + 1, 2, 13));
    let easter = monday_from(date(year + 1, 4, 1));
    let summer_break = monday_from(date(year + 1, 5, 25));
    let half = |name, starts_on, holiday| HalfTerm { name, starts_on, ends_on: plus(holiday, -3) };
    [
        half("autumn_1", school_day_from(date(year, 9, 2)), autumn_break),
        half("autumn_2", plus(autumn_break, 7), monday_from(date(year, 12, 18))),
        half("spring_1", monday_from(date(year + 1, 1, 3)), spring_break),
        half("spring_2", plus(spring_break, 7), easter),
        half("summer_1", plus(easter, 14), summer_break),
        half("summer_2", plus(summer_break, 7), monday_from(date(year + 1, 7, 20))),
    ]
}

/// Returns the weeks of the academic year in which schools are open: each Monday, and how many days are open.
pub(super) fn school_weeks(year: i32) -> Vec<(NaiveDate, u32)> {
    let mut weeks: Vec<(NaiveDate, u32)> = Vec::with_capacity(40);
    for half in half_terms(year) {
        let mut monday = monday_of(half.starts_on);
        while monday <= half.ends_on {
            let first = monday.max(half.starts_on);
            let last = plus(monday, 4).min(half.ends_on);
            weeks.push((monday, u32::try_from((last - first).num_days() + 1).unwrap_or_default()));
            monday = plus(monday, 7);
        }
    }
    weeks
}

/// Returns the first day from `day` on that schools are open, holidays of the next year included.
pub(super) fn next_school_day(day: NaiveDate) -> NaiveDate {
    let year = academic_year(day);
    let mut halves = half_terms(year).into_iter().chain(half_terms(year + 1));
    let Some(half) = halves.find(|half| half.ends_on >= day) else { return day };
    school_day_from(day.max(half.starts_on))
}

/// Returns `day`, or the Monday after when it is a Saturday or Sunday.
pub(super) fn school_day_from(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => plus(day, 2),
        Weekday::Sun => plus(day, 1),
        _ => day,
    }
}

/// Returns the first Monday from `day` on.
fn monday_from(day: NaiveDate) -> NaiveDate {
    plus(day, (7 - i64::from(day.weekday().num_days_from_monday())) % 7)
}

/// Returns the Monday of the week that holds `day`.
pub(super) fn monday_of(day: NaiveDate) -> NaiveDate {
    plus(day, -i64::from(day.weekday().num_days_from_monday()))
}

/// Returns the last day of the month of `day`.
pub(super) fn month_end(day: NaiveDate) -> NaiveDate {
    let (year, month) = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    plus(date(year, month, 1), -1)
}
