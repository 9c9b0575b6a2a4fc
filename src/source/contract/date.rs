use chrono::{Datelike, NaiveDate};

use crate::project::{DateType, Generalise};

/// Years that a date of a council's records may have. Another year is a typing mistake, as in `18/04/0023`.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// Day 0 of a spreadsheet's dates.
const SERIAL_ZERO: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);
/// The name of the format of a spreadsheet's count of days.
pub(super) const SERIAL: &str = "serial";

/// The forms in which a column writes its dates.
#[derive(Debug)]
pub(super) struct DateForms {
    formats: Vec<String>,
    last: Option<(String, NaiveDate)>,
}

impl DateForms {
    /// Prepares the formats of a column. `typed_cells`: the format has dates of its own, which come as `2026-01-31`.
    pub(super) fn new(of: &DateType, typed_cells: bool) -> Self {
        let typed: &[&str] = if typed_cells { &["%Y-%m-%d", "%Y-%m-%d %H:%M:%S"] } else { &[] };
        let formats = typed.iter().map(|&format| format.to_owned()).chain(of.format.0.iter().cloned());
        Self { formats: formats.collect(), last: None }
    }

    /// Reads a date by the first format that fits.
    pub(super) fn parse(&mut self, text: &str) -> Option<NaiveDate> {
        // Ledgers are sorted by day: the last date is often the next one.
        if let Some((_, date)) = self.last.as_ref().filter(|(last, _)| last == text) {
            return Some(*date);
        }
        let date = self.formats.iter().find_map(|format| {
            if format == SERIAL { serial(text) } else { NaiveDate::parse_from_str(text, format).ok() }
        })?;
        if !YEARS.contains(&date.year()) {
            return None;
        }
        self.last = Some((text.to_owned(), date));
        Some(date)
    }
}

/// Reads a spreadsheet's count of days; the time of day after the point is dropped.
fn serial(text: &str) -> Option<NaiveDate> {
    let days = text.split_once('.').map_or(text, |(days, _)| days);
    if days.len() != 5 || !days.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    SERIAL_ZERO?.checked_add_days(chrono::Days::new(days.parse().ok()?))
}

/// Returns the days since 1970-01-01.
pub(super) fn days(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

/// Returns a date as the year that the contract asks for; `None` where it asks for no year.
pub(super) fn coarse(date: NaiveDate, by: &Generalise) -> Option<i64> {
    let year = i64::from(date.year());
    match by {
        Generalise::BirthYear => Some(year),
        Generalise::BirthAcademicYear => Some(year - i64::from(date.month() < 9)),
        Generalise::BirthMonth | Generalise::Lookup(_) => None,
    }
}

#[cfg(test)]
mod tests;
