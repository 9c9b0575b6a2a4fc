use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::period::{Period, PeriodError};
use super::terms::Terms;

/// A period as an edition reports it: whole, or so far.
///
/// Written `fy2025-26`, or `fy2026-27-to-2026-09` for a year so far, which is reported by whole months; a month so far is
/// `2026-10-to-2026-10-04`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    /// The period.
    pub of: Period,
    /// The last day that is reported of a period that has not been closed; `None` for a whole one.
    pub so_far: Option<NaiveDate>,
}

/// Which period a report is for, as a schedule or a command asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The newest one that has ended and been closed.
    LastFinished,
    /// The one that holds the last day that is reported, so far.
    Running,
    /// The one that runs, so far to the end of the last month of this number: what a meeting is shown while the month
    /// after it is still being closed.
    RunningTo(u32),
    /// This one.
    Named(Period),
}

impl Which {
    /// The words that are no period's name.
    pub const WORDS: [&'static str; 2] = ["last_finished", "running"];

    /// Reads `running`, `running to august`, `last_finished`, or a period; a bare `2018-19` takes the kind of `like`.
    ///
    /// # Errors
    ///
    /// Returns the text when it is none of them.
    pub fn parse(text: &str, like: Period) -> Result<Self, PeriodError> {
        match text {
            "last_finished" => Ok(Self::LastFinished),
            "running" => Ok(Self::Running),
            other => match other.strip_prefix("running to ") {
                Some(month) => month_named(month).map(Self::RunningTo).ok_or_else(|| PeriodError::of(text)),
                None => Period::parse(other, like).map(Self::Named),
            },
        }
    }
}

impl Reported {
    /// Reads a period as it is written, whole or so far; a bare `2018-19` takes the kind of `like`.
    ///
    /// # Errors
    ///
    /// Returns the text when it is none of the forms, or the last day is before the period's first.
    pub fn parse(text: &str, like: Period) -> Result<Self, PeriodError> {
        let Some((of, last)) = text.split_once("-to-") else {
            return Period::parse(text, like).map(Self::whole);
        };
        let of = Period::parse(of, like)?;
        let last = match of {
            Period::Month(..) => last.parse::<NaiveDate>().ok(),
            // A week is reported as it stands on its first day, and never so far.
            Period::Week(..) => None,
            _ => match Period::parse(last, Period::Month(0, 1)) {
                Ok(month @ Period::Month(..)) => Some(month.end()),
                _ => None,
            },
        };
        let last = last.filter(|last| (of.start()..=of.end()).contains(last));
        last.map(|last| Self { of, so_far: Some(last) }).ok_or_else(|| PeriodError::of(text))
    }

    /// Returns a period that is reported whole.
    #[must_use]
    pub fn whole(of: Period) -> Self {
        Self { of, so_far: None }
    }

    /// Returns the period of the kind of `like` that `which` asks for on `today`. A named one that has not been closed is
    /// reported so far. A financial year is closed on the `ledger_close`th working day after its end.
    #[must_use]
    pub fn chosen(which: Which, like: Period, today: NaiveDate, ledger_close: usize) -> Self {
        match which {
            Which::LastFinished => Self::whole(last_finished(like, today, ledger_close)),
            Which::Running if matches!(like, Period::Week(..)) => Self::whole(Period::week_of(today)),
            Which::Running => {
                let last = last_reported(like, today);
                Self { of: holding(like, last), so_far: Some(last) }
            }
            Which::RunningTo(month) => {
                let last = last_of(month, last_reported(like, today));
                Self { of: holding(like, last), so_far: Some(last) }
            }
            Which::Named(of) if is_finished(of, today, ledger_close) => Self::whole(of),
            Which::Named(of) => Self { of, so_far: Some(last_reported(of, today).min(of.end())) },
        }
    }

    /// Returns whether it is reported so far: no figure of it stands for the whole.
    #[must_use]
    pub fn is_running(self) -> bool {
        self.so_far.is_some()
    }

    /// Returns the period as it is written for readers: `2025/26`, or `2026/27 so far, to 30 September 2026`.
    #[must_use]
    pub fn label(self) -> String {
        let day = |day: NaiveDate| format!("{} {}", day.day(), day.format("%B %Y"));
        match self.so_far {
            None => self.of.label(),
            Some(last) if last >= self.of.end() => {
                format!("{} (provisional, to {})", self.of.label(), day(last))
            }
            Some(last) => format!("{} so far, to {}", self.of.label(), day(last)),
        }
    }
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.so_far, self.of) {
            (None, of) => of.fmt(f),
            (Some(last), of @ Period::Month(..)) => write!(f, "{of}-to-{last}"),
            (Some(last), of) => write!(f, "{of}-to-{}", last.format("%Y-%m")),
        }
    }
}

/// Returns whether a period has ended before `today`, and of a financial year whether its ledger is closed as well.
fn is_finished(period: Period, today: NaiveDate, ledger_close: usize) -> bool {
    let closed = match period {
        Period::FinancialYear(_) => today >= Terms::default().working_day_after(period.end(), ledger_close),
        _ => true,
    };
    match period {
        // Of a week is reported how things stand on its Monday.
        Period::Week(..) => period.start() <= today,
        _ => period.end() < today && closed,
    }
}

/// Returns the newest period of a kind that has been closed.
fn last_finished(like: Period, today: NaiveDate, ledger_close: usize) -> Period {
    let mut period = holding(like, today);
    while !is_finished(period, today, ledger_close) {
        period = period.previous();
    }
    period
}

/// Returns the last day that is reported of a period that runs: of a year or term that of the last whole month, of a month
/// yesterday.
fn last_reported(like: Period, today: NaiveDate) -> NaiveDate {
    match like {
        Period::Month(..) => today.pred_opt().unwrap_or(today),
        _ => Period::Month(today.year(), today.month()).previous().end(),
    }
}

/// Returns the number of a month by its English name.
fn month_named(name: &str) -> Option<u32> {
    (1..=12).find(|month| {
        let first = NaiveDate::from_ymd_opt(2000, *month, 1).unwrap_or_default();
        first.format("%B").to_string().eq_ignore_ascii_case(name)
    })
}

/// Returns the last day of the newest month of a number that has ended by `latest`.
fn last_of(month: u32, latest: NaiveDate) -> NaiveDate {
    let this_year = Period::Month(latest.year(), month).end();
    if this_year <= latest { this_year } else { Period::Month(latest.year() - 1, month).end() }
}

/// Returns the period of the kind of `like` that holds a day.
fn holding(like: Period, day: NaiveDate) -> Period {
    match like {
        Period::AcademicYear(_) => Period::academic_year_of(day),
        Period::Term(..) => Period::term_of(day),
        Period::FinancialYear(_) => Period::financial_year_of(day),
        Period::HalfTerm(..) => Period::half_term_of(day),
        Period::Month(..) => Period::Month(day.year(), day.month()),
        Period::Week(..) => Period::week_of(day),
    }
}

#[cfg(test)]
mod tests {
    use super::{Reported, Which};
    use crate::calendar::Period;
    use chrono::NaiveDate;

    const ACADEMIC: Period = Period::AcademicYear(0);
    const FINANCIAL: Period = Period::FinancialYear(0);

    fn reported(which: Which, like: Period, today: &str) -> String {
        let reported = Reported::chosen(which, like, today.parse::<NaiveDate>().unwrap(), 8);
        format!("{reported}: {}", reported.label())
    }

    #[test]
    fn a_running_year_is_cut_at_its_last_whole_month_and_says_so() {
        let running = |like, today| reported(Which::Running, like, today);
        assert_eq!(
            running(FINANCIAL, "2026-10-05"),
            "fy2026-27-to-2026-09: 2026/27 so far, to 30 September 2026"
        );
        assert_eq!(
            running(ACADEMIC, "2027-02-10"),
            "ay2026-27-to-2027-01: 2026/27 so far, to 31 January 2027"
        );
        // The last day that is reported is that of the year before.
        assert_eq!(
            running(ACADEMIC, "2026-09-20"),
            "ay2025-26-to-2026-08: 2025/26 (provisional, to 31 August 2026)"
        );
        assert_eq!(
            running(FINANCIAL, "2027-04-14"),
            "fy2026-27-to-2027-03: 2026/27 (provisional, to 31 March 2027)"
        );
        assert_eq!(
            running(Period::Month(0, 1), "2026-10-05"),
            "2026-10-to-2026-10-04: October 2026 so far, to 4 October 2026"
        );
    }

    #[test]
    fn a_running_year_is_cut_at_the_month_that_a_meeting_is_shown() {
        let to_august = |like, today| reported(Which::RunningTo(8), like, today);
        assert_eq!(Which::parse("running to august", ACADEMIC), Ok(Which::RunningTo(8)));
        assert!(Which::parse("running to harvest", ACADEMIC).is_err());
        // September has ended; its ledger has not been closed.
        assert_eq!(
            to_august(FINANCIAL, "2026-10-05"),
            "fy2026-27-to-2026-08: 2026/27 so far, to 31 August 2026"
        );
        assert_eq!(
            to_august(FINANCIAL, "2026-08-31"),
            "fy2025-26-to-2025-08: 2025/26 so far, to 31 August 2025"
        );
        assert_eq!(
            to_august(ACADEMIC, "2026-10-05"),
            "ay2025-26-to-2026-08: 2025/26 (provisional, to 31 August 2026)"
        );
    }

    #[test]
    fn a_week_is_reported_as_it_stands_on_its_monday() {
        for which in [Which::LastFinished, Which::Running] {
            for (today, week) in
                [("2026-10-04", "2026-w40"), ("2026-10-05", "2026-w41"), ("2026-10-11", "2026-w41")]
            {
                assert!(
                    reported(which, Period::Week(0, 1), today).starts_with(&format!("{week}: ")),
                    "{today}"
                );
            }
        }
    }

    #[test]
    fn a_half_term_is_finished_in_the_holiday_after_it() {
        let half = Period::half_term_of(NaiveDate::default());
        for (today, finished) in [
            ("2026-11-02", "ay2026-27-autumn_1: autumn 2026/27, 1st half"),
            ("2026-10-19", "ay2025-26-summer_2: summer 2025/26, 2nd half"),
            ("2026-02-23", "ay2025-26-spring_1: spring 2025/26, 1st half"),
        ] {
            assert_eq!(reported(Which::LastFinished, half, today), finished);
        }
    }

    #[test]
    fn a_financial_year_is_finished_once_its_ledger_is_closed() {
        let finished = |like, today| reported(Which::LastFinished, like, today);
        // The eighth working day after 31 March 2026 is 14 April: Good Friday is the 3rd, Easter Monday the 6th.
        assert_eq!(finished(FINANCIAL, "2026-04-13"), "fy2024-25: 2024/25");
        assert_eq!(finished(FINANCIAL, "2026-04-14"), "fy2025-26: 2025/26");
        assert_eq!(finished(ACADEMIC, "2026-08-31"), "ay2024-25: 2024/25");
        assert_eq!(finished(ACADEMIC, "2026-09-01"), "ay2025-26: 2025/26");
    }

    #[test]
    fn a_named_period_that_runs_is_never_reported_whole() {
        let named = |of, today| reported(Which::Named(of), of, today);
        assert_eq!(
            named(Period::FinancialYear(2026), "2026-10-05"),
            "fy2026-27-to-2026-09: 2026/27 so far, to 30 September 2026"
        );
        assert_eq!(named(Period::FinancialYear(2024), "2026-10-05"), "fy2024-25: 2024/25");
    }

    #[test]
    fn what_an_edition_is_named_after_is_read_back() {
        for text in [
            "fy2025-26",
            "ay2025-26-autumn",
            "2026-10",
            "fy2026-27-to-2026-09",
            "fy2026-27-to-2027-03",
            "ay2026-27-to-2027-01",
            "ay2026-27-autumn-to-2026-10",
            "2026-10-to-2026-10-04",
            "2026-w41",
            "ay2025-26-summer_2",
        ] {
            assert_eq!(
                Reported::parse(text, ACADEMIC).map(|reported| reported.to_string()),
                Ok(text.to_owned())
            );
        }
        let last = Reported::parse("fy2026-27-to-2026-09", ACADEMIC).map(|reported| reported.so_far);
        assert_eq!(last, Ok(NaiveDate::from_ymd_opt(2026, 9, 30)));
        // A day out of the period, a day where a month is written, and no day.
        for text in [
            "fy2026-27-to-2027-04",
            "fy2026-27-to-2026-03",
            "fy2026-27-to-2026-09-30",
            "2026-10-to-2026-11-01",
            "fy2026-27-to-",
            "2026-w41-to-2026-10",
        ] {
            assert!(Reported::parse(text, ACADEMIC).is_err(), "{text}");
        }
    }

    #[test]
    fn which_is_read_by_its_words_or_a_period() {
        assert_eq!(Which::parse("running", ACADEMIC), Ok(Which::Running));
        assert_eq!(Which::parse("last_finished", ACADEMIC), Ok(Which::LastFinished));
        assert_eq!(Which::parse("ay2024-25", FINANCIAL), Ok(Which::Named(Period::AcademicYear(2024))));
        assert_eq!(Which::parse("2024-25", FINANCIAL), Ok(Which::Named(Period::FinancialYear(2024))));
        assert!(Which::parse("runing", ACADEMIC).is_err());
    }
}
