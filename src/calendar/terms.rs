//! School terms, as a council publishes them: data, not a rule.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};

use super::census::Census;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

/// The columns of a seed of term dates.
const COLUMNS: [&str; 4] = ["academic_year", "term", "starts_on", "ends_on"];

/// One stretch of teaching without a holiday week in it: a term, or half of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermDates {
    /// The academic year, as `2026-27`.
    pub academic_year: String,
    /// Its name, as the council writes it.
    pub term: String,
    /// The first day of teaching.
    pub starts_on: NaiveDate,
    /// The last day of teaching.
    pub ends_on: NaiveDate,
}

/// The terms of a council's schools, in order, and the days that its files say of bank holidays and censuses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    list: Vec<TermDates>,
    /// The bank holidays of the years that a file of the council has.
    pub(super) holidays: BTreeMap<i32, Vec<NaiveDate>>,
    /// Census days that a file of the council has, by calendar year.
    pub(super) censuses: BTreeMap<(Census, i32), NaiveDate>,
}

impl Terms {
    /// Makes terms from their dates, in any order.
    #[must_use]
    pub fn new(mut list: Vec<TermDates>) -> Self {
        list.sort_by_key(|term| (term.starts_on, term.ends_on));
        Self { list, ..Self::default() }
    }

    /// Reads a seed with the columns `academic_year`, `term`, `starts_on`, `ends_on`; dates as `2026-09-02`.
    ///
    /// # Errors
    ///
    /// Returns every fault found: a column that is missing, a day that is none, a term that ends before it
    /// begins or overlaps another.
    pub fn read(file: &Arc<SourceFile>) -> Result<Self, Diagnostics> {
        let mut faults = Diagnostics::default();
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file.text().as_bytes());
        let headers = reader.headers().map_err(|error| Diagnostic::from_csv(file, &error))?.clone();
        let place = |name: &str| {
            headers.iter().position(|header| header == name).ok_or_else(|| {
                Diagnostic::error(file, Some(0..0), format!("term dates have no column `{name}`")).with_help(
                    format!("the columns are {}", COLUMNS.map(|name| format!("`{name}`")).join(", ")),
                )
            })
        };
        let places = COLUMNS.map(|name| faults.collect(place(name)));
        let [Some(year), Some(term), Some(starts), Some(ends)] = places else { return Err(faults) };
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    faults.push(Diagnostic::from_csv(file, &error));
                    continue;
                }
            };
            let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0));
            let line = start
                ..start + file.text().get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
            let text = |index: usize| record.get(index).unwrap_or_default();
            let day = |index: usize| {
                text(index).parse::<NaiveDate>().map_err(|_| {
                    let message = format!("`{}` is not a day such as `2026-09-02`", text(index));
                    Diagnostic::error(file, Some(line.clone()), message)
                })
            };
            let days = (faults.collect(day(starts)), faults.collect(day(ends)));
            let (Some(starts_on), Some(ends_on)) = days else { continue };
            if ends_on < starts_on {
                faults.push(Diagnostic::error(file, Some(line), "the term ends before it begins"));
                continue;
            }
            let names = (text(year).to_owned(), text(term).to_owned());
            rows.push((line, TermDates { academic_year: names.0, term: names.1, starts_on, ends_on }));
        }
        rows.sort_by_key(|(_, term)| (term.starts_on, term.ends_on));
        for (one, next) in rows.iter().zip(rows.iter().skip(1)) {
            if next.1.starts_on <= one.1.ends_on {
                let message = format!("the term begins before `{}` has ended", one.1.term);
                faults.push(Diagnostic::error(file, Some(next.0.clone()), message));
            }
        }
        let list = rows.into_iter().map(|(_, term)| term).collect();
        let terms = Self { list, ..Self::default() };
        faults.or(terms)
    }

    /// Returns whether no dates are known at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the terms, in order.
    pub fn iter(&self) -> impl Iterator<Item = &TermDates> {
        self.list.iter()
    }

    /// Returns the last days of whole terms: of the stretches of one academic year whose names differ in their number
    /// alone, as `autumn_1` and `autumn_2` do, the last.
    pub fn ends(&self) -> impl Iterator<Item = NaiveDate> {
        fn whole(term: &TermDates) -> (&str, &str) {
            let name = term.term.trim_end_matches(|end: char| end.is_ascii_digit() || " _-".contains(end));
            (&term.academic_year, name)
        }
        let next = self.list.iter().skip(1).map(Some).chain([None]);
        self.list
            .iter()
            .zip(next)
            .filter(|(term, next)| next.is_none_or(|next| whole(next) != whole(term)))
            .map(|(term, _)| term.ends_on)
    }

    /// Returns the last day that the dates reach; schedules in term know nothing after it.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.list.iter().map(|term| term.ends_on).max()
    }

    /// Returns the term that holds `day`, holidays between terms belonging to none.
    #[must_use]
    pub fn term_of(&self, day: NaiveDate) -> Option<&TermDates> {
        self.list.iter().find(|term| term.starts_on <= day && day <= term.ends_on)
    }

    /// Returns whether schools teach on `day`: a weekday of a term and no bank holiday.
    ///
    /// Training days are a school's own and are not known here.
    #[must_use]
    pub fn is_school_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
            && self.term_of(day).is_some()
            && !self.is_bank_holiday(day)
    }
}

#[cfg(test)]
mod tests;
