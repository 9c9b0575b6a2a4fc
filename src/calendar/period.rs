use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

/// What a report is about: an academic year, a term of one, a financial year or a month.
///
/// Written `ay2018-19`, `ay2018-19-autumn`, `fy2018-19`, `2019-06`. The academic year runs from 1
/// September to 31 August, the financial year from 1 April to 31 March.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// The academic year that starts in September of this year.
    AcademicYear(i32),
    /// A term of the academic year that starts in September of this year.
    Term(i32, Term),
    /// The financial year that starts in April of this year.
    FinancialYear(i32),
    /// A calendar month.
    Month(i32, u32),
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

/// A text that is not a period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a period, as ay2018-19, ay2018-19-autumn, fy2018-19 or 2019-06, found `{text}`")]
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
                    let term = match term {
                        "autumn" => Term::Autumn,
                        "spring" => Term::Spring,
                        "summer" => Term::Summer,
                        _ => return Err(fault()),
                    };
                    Ok(Self::Term(year, term))
                }
            };
        }
        if let Some(rest) = text.strip_prefix("fy") {
            return span(rest).map(Self::FinancialYear).ok_or_else(fault);
        }
        if let Some(year) = span(text) {
            match like {
                Self::AcademicYear(_) | Self::Term(..) => return Ok(Self::AcademicYear(year)),
                Self::FinancialYear(_) => return Ok(Self::FinancialYear(year)),
                Self::Month(..) => {}
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
            Self::FinancialYear(year) => Self::FinancialYear(year + 1),
            Self::Month(year, 12) => Self::Month(year + 1, 1),
            Self::Month(year, month) => Self::Month(year, month + 1),
        }
    }

    /// Returns the first day.
    #[must_use]
    pub fn start(self) -> NaiveDate {
        match self {
            Self::AcademicYear(year) | Self::Term(year, Term::Autumn) => day(year, 9, 1),
            Self::Term(year, Term::Spring) => day(year + 1, 1, 1),
            Self::Term(year, Term::Summer) => day(year + 1, 4, 1),
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
            Self::Month(..) => self.start().checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX),
        };
        after.checked_sub_days(Days::new(1)).unwrap_or(after)
    }

    /// Returns the value that a period column holds: `2018-19`, or `2019-06` for a month. A term is its year.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::AcademicYear(year) | Self::Term(year, _) | Self::FinancialYear(year) => years(year, '-'),
            Self::Month(year, month) => format!("{year:04}-{month:02}"),
        }
    }

    /// Returns how the period is written for readers: `2018/19`, `June 2019`, `autumn term 2018/19`.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::AcademicYear(year) | Self::FinancialYear(year) => years(year, '/'),
            Self::Term(year, term) => format!("{} term {}", term.name(), years(year, '/')),
            Self::Month(..) => self.start().format("%B %Y").to_string(),
        }
    }
}

impl Term {
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
            Self::FinancialYear(year) => write!(f, "fy{}", years(*year, '-')),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
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
