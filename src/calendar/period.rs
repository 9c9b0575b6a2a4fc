use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// What a report is about: an academic year, a term of one or half of it, a financial year, a month, a week.
///
/// Written `ay2018-19`, `ay2018-19-autumn`, `ay2018-19-autumn_1`, `fy2018-19`, `2019-06`, `2019-w23`. The academic year
/// runs from 1 September to 31 August, the financial year from 1 April to 31 March, the week from Monday to Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// The academic year that starts in September of this year.
    AcademicYear(i32),
    /// A term of the academic year that starts in September of this year.
    Term(i32, Term),
    /// A half of a term of the academic year that starts in September of this year.
    HalfTerm(i32, Term, Half),
    /// The financial year that starts in April of this year.
    FinancialYear(i32),
    /// A calendar month.
    Month(i32, u32),
    /// A week of the year that has its Thursday, as ISO 8601 numbers them.
    Week(i32, u32),
}

/// A term, as months: autumn to the end of December, spring to the end of March, summer to the end of August.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// September to December.
    Autumn,
    /// January to March.
    Spring,
    /// April to August.
    Summer,
}

/// A half of a term. The break between the two lies within the holiday of every council: at the end of October, on 16
/// February and at the end of May.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Half {
    /// Up to the break.
    First,
    /// From the break on.
    Second,
}

/// A text that is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a period, as ay2018-19, ay2018-19-autumn, fy2018-19, 2019-06 or 2019-w23, found `{text}`")]
pub struct PeriodError {
    text: String,
}

impl PeriodError {
    /// Returns the error of a text.
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned() }
    }
}

impl Period {
    /// Reads a period; a bare `2018-19` takes the kind of `like`.
    ///
    /// # Errors
    ///
    /// Returns the text when it is none of the forms, or its two years do not follow each other.
    pub fn parse(text: &str, like: Period) -> Result<Self, PeriodError> {
        let fault = || PeriodError::of(text);
        if let Some(rest) = text.strip_prefix("ay") {
            return match rest.split_once('-').and_then(|(_, tail)| tail.split_once('-')) {
                None => span(rest).map(Self::AcademicYear).ok_or_else(fault),
                Some((_, term)) => {
                    let year = span(&rest[..rest.len() - term.len() - 1]).ok_or_else(fault)?;
                    match term.split_once('_') {
                        None => Term::read(term).map(|term| Self::Term(year, term)),
                        Some((term, half)) => Term::read(term)
                            .zip(Half::read(half))
                            .map(|(term, half)| Self::HalfTerm(year, term, half)),
                    }
                    .ok_or_else(fault)
                }
            };
        }
        if text.contains('_') {
            return Self::parse(&format!("ay{text}"), like).map_err(|_| fault());
        }
        if let Some((year, week)) = text.split_once("-w") {
            let week = four_digits(year).zip(two_digits(week)).and_then(|(year, week)| {
                let week = week.unsigned_abs();
                NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).map(|_| Self::Week(year, week))
            });
            return week.ok_or_else(fault);
        }
        if let Some(rest) = text.strip_prefix("fy") {
            return span(rest).map(Self::FinancialYear).ok_or_else(fault);
        }
        if let Some(year) = span(text) {
            match like {
                Self::AcademicYear(_) | Self::Term(..) | Self::HalfTerm(..) => {
                    return Ok(Self::AcademicYear(year));
                }
                Self::FinancialYear(_) => return Ok(Self::FinancialYear(year)),
                Self::Month(..) | Self::Week(..) => {}
            }
        }
        let (year, month) = text.split_once('-').ok_or_else(fault)?;
        match (four_digits(year), two_digits(month)) {
            (Some(year), Some(month @ 1..=12)) => Ok(Self::Month(year, month.unsigned_abs())),
            _ => Err(fault()),
        }
    }

    /// Returns the academic year that holds `day`.
    #[must_use]
    pub fn academic_year_of(day: NaiveDate) -> Self {
        Self::AcademicYear(if day.month() >= 9 { day.year() } else { day.year() - 1 })
    }

    /// Returns the term that holds `day`.
    #[must_use]
    pub fn term_of(day: NaiveDate) -> Self {
        match day.month() {
            1..=3 => Self::Term(day.year() - 1, Term::Spring),
            4..=8 => Self::Term(day.year() - 1, Term::Summer),
            _ => Self::Term(day.year(), Term::Autumn),
        }
    }

    /// Returns the half of a term that holds `day`.
    #[must_use]
    pub fn half_term_of(day: NaiveDate) -> Self {
        let half = match (day.month(), day.day()) {
            (9 | 10 | 1 | 4 | 5, _) | (2, ..=16) => Half::First,
            _ => Half::Second,
        };
        match Self::term_of(day) {
            Self::Term(year, term) => Self::HalfTerm(year, term, half),
            other => other,
        }
    }

    /// Returns the week that holds `day`.
    #[must_use]
    pub fn week_of(day: NaiveDate) -> Self {
        Self::Week(day.iso_week().year(), day.iso_week().week())
    }

    /// Returns the financial year that holds `day`.
    #[must_use]
    pub fn financial_year_of(day: NaiveDate) -> Self {
        Self::FinancialYear(if day.month() >= 4 { day.year() } else { day.year() - 1 })
    }

    /// Returns the period of the same kind before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        match self {
            Self::AcademicYear(year) => Self::AcademicYear(year - 1),
            Self::Term(year, Term::Autumn) => Self::Term(year - 1, Term::Summer),
            Self::Term(year, Term::Spring) => Self::Term(year, Term::Autumn),
            Self::Term(year, Term::Summer) => Self::Term(year, Term::Spring),
            Self::HalfTerm(year, term, Half::Second) => Self::HalfTerm(year, term, Half::First),
            Self::HalfTerm(..) | Self::Week(..) => self.beside(self.start().pred_opt()),
            Self::FinancialYear(year) => Self::FinancialYear(year - 1),
            Self::Month(year, 1) => Self::Month(year - 1, 12),
            Self::Month(year, month) => Self::Month(year, month - 1),
        }
    }

    /// Returns the period of the same kind after this one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::AcademicYear(year) => Self::AcademicYear(year + 1),
            Self::Term(year, Term::Autumn) => Self::Term(year, Term::Spring),
            Self::Term(year, Term::Spring) => Self::Term(year, Term::Summer),
            Self::Term(year, Term::Summer) => Self::Term(year + 1, Term::Autumn),
            Self::HalfTerm(year, term, Half::First) => Self::HalfTerm(year, term, Half::Second),
            Self::HalfTerm(..) | Self::Week(..) => self.beside(self.end().succ_opt()),
            Self::FinancialYear(year) => Self::FinancialYear(year + 1),
            Self::Month(year, 12) => Self::Month(year + 1, 1),
            Self::Month(year, month) => Self::Month(year, month + 1),
        }
    }

    /// Returns the half term or week that holds a day; itself beyond the calendar.
    fn beside(self, day: Option<NaiveDate>) -> Self {
        match (self, day) {
            (Self::HalfTerm(..), Some(day)) => Self::half_term_of(day),
            (Self::Week(..), Some(day)) => Self::week_of(day),
            _ => self,
        }
    }

    /// Returns the first day.
    #[must_use]
    pub fn start(self) -> NaiveDate {
        match self {
            Self::AcademicYear(year) | Self::Term(year, Term::Autumn) => day(year, 9, 1),
            Self::Term(year, Term::Spring) => day(year + 1, 1, 1),
            Self::Term(year, Term::Summer) => day(year + 1, 4, 1),
            Self::HalfTerm(year, term, Half::First) => Self::Term(year, term).start(),
            Self::HalfTerm(year, Term::Autumn, Half::Second) => day(year, 11, 1),
            Self::HalfTerm(year, Term::Spring, Half::Second) => day(year + 1, 2, 17),
            Self::HalfTerm(year, Term::Summer, Half::Second) => day(year + 1, 6, 1),
            Self::Week(year, week) => {
                NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).unwrap_or_default()
            }
            Self::FinancialYear(year) => day(year, 4, 1),
            Self::Month(year, month) => day(year, month, 1),
        }
    }

    /// Returns the last day.
    #[must_use]
    pub fn end(self) -> NaiveDate {
        let after = match self {
            Self::AcademicYear(year) | Self::Term(year, Term::Summer) => day(year + 1, 9, 1),
            Self::Term(year, Term::Autumn) => day(year + 1, 1, 1),
            Self::Term(year, Term::Spring) | Self::FinancialYear(year) => day(year + 1, 4, 1),
            Self::HalfTerm(year, term, Half::First) => Self::HalfTerm(year, term, Half::Second).start(),
            Self::HalfTerm(year, term, Half::Second) => return Self::Term(year, term).end(),
            Self::Month(..) => self.start().checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX),
            Self::Week(..) => self.start().checked_add_days(Days::new(7)).unwrap_or(NaiveDate::MAX),
        };
        after.checked_sub_days(Days::new(1)).unwrap_or(after)
    }

    /// Returns what kind of period it is, in words, with an example of its kind.
    #[must_use]
    pub fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::AcademicYear(_) => ("an academic year", "ay2025-26"),
            Self::Term(..) => ("a term", "ay2025-26-autumn"),
            Self::HalfTerm(..) => ("a half-term", "ay2025-26-autumn_1"),
            Self::FinancialYear(_) => ("a financial year", "fy2025-26"),
            Self::Month(..) => ("a month", "2026-03"),
            Self::Week(..) => ("a week", "2026-w12"),
        }
    }

    /// Returns whether it is of the same kind as `other`.
    #[must_use]
    pub fn is_like(self, other: Self) -> bool {
        self.kind() == other.kind()
    }

    /// Returns the value that a period column holds: `2018-19`, `2018-19-autumn_1`, `2019-06` or `2019-w23`. A term is its
    /// year.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::AcademicYear(year) | Self::Term(year, _) | Self::FinancialYear(year) => years(year, '-'),
            Self::HalfTerm(year, term, half) => {
                format!("{}-{}_{}", years(year, '-'), term.name(), half.number())
            }
            Self::Month(..) | Self::Week(..) => self.to_string(),
        }
    }

    /// Returns how the period is written for readers: `2018/19`, `June 2019`, `autumn term 2018/19`, `autumn
    /// 2018/19, 1st half`, `week of 3 June 2019`.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::AcademicYear(year) | Self::FinancialYear(year) => years(year, '/'),
            Self::Term(year, term) => format!("{} term {}", term.name(), years(year, '/')),
            Self::HalfTerm(year, term, half) => {
                format!("{} {}, {} half", term.name(), years(year, '/'), half.name())
            }
            Self::Month(..) => self.start().format("%B %Y").to_string(),
            Self::Week(..) => self.start().format("week of %-d %B %Y").to_string(),
        }
    }
}

impl Half {
    fn read(text: &str) -> Option<Self> {
        [Self::First, Self::Second].into_iter().find(|half| half.number() == text)
    }

    fn number(self) -> &'static str {
        match self {
            Self::First => "1",
            Self::Second => "2",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::First => "1st",
            Self::Second => "2nd",
        }
    }
}

impl Term {
    fn read(text: &str) -> Option<Self> {
        [Self::Autumn, Self::Spring, Self::Summer].into_iter().find(|term| term.name() == text)
    }

    /// Returns the term's name in small letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Autumn => "autumn",
            Self::Spring => "spring",
            Self::Summer => "summer",
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AcademicYear(year) => write!(f, "ay{}", years(*year, '-')),
            Self::Term(year, term) => write!(f, "ay{}-{}", years(*year, '-'), term.name()),
            Self::HalfTerm(..) => write!(f, "ay{}", self.code()),
            Self::FinancialYear(year) => write!(f, "fy{}", years(*year, '-')),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Week(year, week) => write!(f, "{year:04}-w{week:02}"),
        }
    }
}

/// Writes `2018-19` for 2018, with `between` as the hyphen.
fn years(first: i32, between: char) -> String {
    format!("{first:04}{between}{:02}", (first + 1).rem_euclid(100))
}

/// Reads the first year of `2018-19`, when the second follows it.
fn span(text: &str) -> Option<i32> {
    let (first, second) = text.split_once('-')?;
    let (first, second) = (four_digits(first)?, two_digits(second)?);
    ((first + 1).rem_euclid(100) == second).then_some(first)
}

fn four_digits(text: &str) -> Option<i32> {
    (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn two_digits(text: &str) -> Option<i32> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Returns a day that exists whenever `year` is one of four digits and `month` one of twelve.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

#[cfg(test)]
mod tests;
