//! Days that a council's own files say, where they differ from what the program knows: a bank holiday that was
//! proclaimed after it was built, a census that was moved.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};

use super::bank_holidays;
use super::census::Census;
use super::terms::Terms;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, did_you_mean};

/// Names of the censuses in a file, as `spring`.
const CENSUSES: [(&str, Census); 3] =
    [("autumn", Census::Autumn), ("spring", Census::Spring), ("summer", Census::Summer)];

impl Terms {
    /// Takes bank holidays from a file that has the columns `day` and `title`. The years that it names are as it says,
    /// whole; all others as the program knows them.
    ///
    /// # Errors
    ///
    /// Returns every fault found: a column that is missing, a day that is none.
    pub fn with_bank_holidays(mut self, file: &Arc<SourceFile>) -> Result<Self, Diagnostics> {
        for (_, day, _) in read(file, ["title", "day"])? {
            self.holidays.entry(day.year()).or_default().push(day);
        }
        Ok(self)
    }

    /// Takes census days from a file that has the columns `census` and `day`.
    ///
    /// # Errors
    ///
    /// Returns every fault found: a column that is missing, a day that is none, a census that there is not.
    pub fn with_census_days(mut self, file: &Arc<SourceFile>) -> Result<Self, Diagnostics> {
        let mut faults = Diagnostics::default();
        for (name, day, line) in read(file, ["census", "day"])? {
            if let Some((_, census)) = CENSUSES.iter().find(|(known, _)| *known == name) {
                self.censuses.insert((*census, day.year()), day);
            } else {
                let help = did_you_mean(&name, CENSUSES.map(|(known, _)| known));
                let help = help.or_else(|| Some("`autumn`, `spring` or `summer`".to_owned()));
                faults
                    .push(Diagnostic::error(file, Some(line), format!("no census `{name}`")).with_help(help));
            }
        }
        faults.or(self)
    }

    /// Returns the day of a census in a calendar year.
    #[must_use]
    pub fn census_day(&self, census: Census, year: i32) -> Option<NaiveDate> {
        self.censuses.get(&(census, year)).copied().or_else(|| census.day(year))
    }

    /// Returns whether `day` is a bank holiday in England.
    #[must_use]
    pub fn is_bank_holiday(&self, day: NaiveDate) -> bool {
        match self.holidays.get(&day.year()) {
            Some(days) => days.contains(&day),
            None => bank_holidays(day.year()).contains(&day),
        }
    }

    /// Returns whether offices work on `day`: Monday to Friday and no bank holiday.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.is_bank_holiday(day)
    }

    /// Returns `day` itself if it is a working day, else the first one after it.
    #[must_use]
    pub fn working_day_from(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|day| self.is_working_day(*day)).unwrap_or(day)
    }

    /// Returns the `number`th working day after `day`, which is itself not counted; `day` for 0.
    #[must_use]
    pub fn working_day_after(&self, day: NaiveDate, number: usize) -> NaiveDate {
        let Some(before) = number.checked_sub(1) else { return day };
        day.iter_days().skip(1).filter(|day| self.is_working_day(*day)).nth(before).unwrap_or(day)
    }
}

/// A name and a day of each line, with the bytes of the line.
type Line = (String, NaiveDate, Range<usize>);

/// Reads the lines of a file with these two columns, of which the one called `day` is a day.
fn read(file: &Arc<SourceFile>, columns: [&str; 2]) -> Result<Vec<Line>, Diagnostics> {
    let mut faults = Diagnostics::default();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file.text().as_bytes());
    let no_csv = |error: csv::Error| Diagnostic::from_csv(file, &error);
    let headers = reader.headers().map_err(no_csv)?.clone();
    let at: BTreeMap<&str, usize> =
        headers.iter().enumerate().map(|(index, header)| (header, index)).collect();
    for column in columns.iter().filter(|column| !at.contains_key(*column)) {
        let help = format!("the columns are `{}` and `{}`", columns[0], columns[1]);
        faults.push(
            Diagnostic::error(file, Some(0..0), format!("there is no column `{column}`")).with_help(help),
        );
    }
    let name = columns.into_iter().find(|column| *column != "day").and_then(|column| at.get(column));
    let (Some(name), Some(day)) = (name, at.get("day")) else { return Err(faults) };
    let mut lines = Vec::new();
    for record in reader.records() {
        let Some(record) = faults.collect(record.map_err(no_csv)) else { continue };
        let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(0));
        let length = file.text().get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        let text = |index: usize| record.get(index).unwrap_or_default();
        let found = text(*day).parse().map_err(|_| {
            let message = format!("`{}` is not a day such as `2026-09-02`", text(*day));
            Diagnostic::error(file, Some(start..start + length), message)
        });
        if let Some(found) = faults.collect(found) {
            lines.push((text(*name).to_owned(), found, start..start + length));
        }
    }
    faults.or(lines)
}

#[cfg(test)]
mod tests;
