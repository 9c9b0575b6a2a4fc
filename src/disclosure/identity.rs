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

    /// Returns the keys whose code is a period or a day.
    pub(super) fn periods(&self) -> BTreeMap<&str, &str> {
        let at = self.at.iter().map(|(key, code)| (key.as_str(), code.as_str()));
        at.filter(|(_, code)| is_period(code)).collect()
    }
}

/// Returns whether the code of a key is a period or a day.
pub(super) fn is_period(code: &str) -> bool {
    Reported::parse(code, Period::AcademicYear(0)).is_ok() || code.parse::<NaiveDate>().is_ok()
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
