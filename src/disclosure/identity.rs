use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;

use crate::calendar::{Period, Reported};

/// Which number of the world a cell shows: a count by its name, with the codes of the keys that narrow it. Keys whose
/// code is the total of the others narrow nothing and are left out, so that the total of one table and that of
/// another are one cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    pub(super) measure: String,
    pub(super) at: BTreeMap<String, String>,
}

impl Identity {
    /// Returns the same count without the key `key`: what its codes add up to.
    pub(super) fn without(&self, key: &str) -> Self {
        let mut wider = self.clone();
        wider.at.remove(key);
        wider
    }

    /// Returns the count as one of another edition, of `other`, is known in one of `own`.
    pub(super) fn beside(mut self, own: &str, other: &str) -> Self {
        let (ours, theirs) = (self.edition(own), self.edition(other));
        if let Some(theirs) = theirs.filter(|theirs| ours.as_ref() != Some(theirs)) {
            self.at.insert(EDITION.to_owned(), theirs);
        }
        self
    }

    /// Returns what it is called among the counts of all editions, in one of `period` where it does not say itself.
    pub(super) fn among_editions(&self, period: &str) -> String {
        let own = self.at.get(EDITION).cloned();
        let mut name = self.clone();
        name.at.remove(EDITION);
        match own.or_else(|| self.edition(period)) {
            Some(edition) => format!("{name}|{EDITION}{edition}"),
            None => name.to_string(),
        }
    }

    fn edition(&self, period: &str) -> Option<String> {
        edition_of(self.at.iter().map(|(key, code)| (key.as_str(), code.as_str())), period)
    }

    /// Returns the keys over whose codes a count may add up.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.at.keys().map(String::as_str).filter(|key| *key != EDITION)
    }

    /// Returns the keys whose code is a period or a day.
    pub(super) fn periods(&self) -> BTreeMap<&str, &str> {
        let at = self.at.iter().map(|(key, code)| (key.as_str(), code.as_str()));
        at.filter(|(_, code)| is_period(code)).collect()
    }
}

/// The key that says of which edition a count is, of one that stands for another thing in each.
const EDITION: &str = "@";

/// Returns whether the code of a key is a period or a day.
pub(super) fn is_period(code: &str) -> bool {
    Reported::parse(code, Period::AcademicYear(0)).is_ok() || code.parse::<NaiveDate>().is_ok()
}

/// Returns what distinguishes a count of an edition of `period` from the one that another edition gives to the same keys;
/// `None` where both are one. A count without a period of its own is one of the edition's period, and in an edition of a
/// period so far one of that period is one up to the day of the cut. What ended before the period began is the same in all.
pub(super) fn edition_of<'a>(keys: impl Iterator<Item = (&'a str, &'a str)>, period: &str) -> Option<String> {
    let mut periods = keys.filter(|(_, code)| is_period(code)).peekable();
    let has_period = periods.peek().is_some();
    match period.split_once("-to-") {
        _ if period.is_empty() => None,
        None if has_period => None,
        Some((of, _)) if has_period && periods.all(|(key, code)| ended_before(key, code, of)) => None,
        Some((_, last)) if has_period => Some(last.to_owned()),
        _ => Some(period.to_owned()),
    }
}

/// Returns whether a period or day, the code of a key, ended before the period `of` began.
fn ended_before(key: &str, code: &str, of: &str) -> bool {
    let Ok(of) = Period::parse(of, Period::AcademicYear(0)) else { return false };
    let like = match key {
        "financial_year" => Period::FinancialYear(0),
        "academic_year" => Period::AcademicYear(0),
        _ => of,
    };
    let end = match Reported::parse(code, like) {
        Ok(reported) => Some(reported.so_far.unwrap_or_else(|| reported.of.end())),
        Err(_) => code.parse::<NaiveDate>().ok(),
    };
    end.is_some_and(|end| end < of.start())
}

impl fmt::Display for Identity {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.measure)?;
        for (key, code) in &self.at {
            write!(to, "|{key}={}", code.replace('\\', "\\\\").replace('|', "\\|"))?;
        }
        Ok(())
    }
}
