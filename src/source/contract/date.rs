use chrono::{Datelike, NaiveDate};

use crate::project::{DateType, Generalise};

/// Years that a date of a council's records may have. Outside it stands a slip: `18/04/0023`.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// Day 0 of a spreadsheet's dates.
const SERIAL_ZERO: Option<NaiveDate> = NaiveDate::from_ymd_opt(1899, 12, 30);
/// The format that stands for a spreadsheet's count of days.
pub(super) const SERIAL: &str = "serial";

/// The forms in which a column writes its dates.
#[derive(Debug)]
pub(super) struct DateForms {
    formats: Vec<String>,
    last: Option<(String, NaiveDate)>,
}

impl DateForms {
    /// `typed_cells`: the source hands over dates that were dates already, which come as `2026-01-31`.
    pub(super) fn new(of: &DateType, typed_cells: bool) -> Self {
        let typed: &[&str] = if typed_cells { &["%Y-%m-%d", "%Y-%m-%d %H:%M:%S"] } else { &[] };
        let formats = typed.iter().map(|&format| format.to_owned()).chain(of.format.0.iter().cloned());
        Self { formats: formats.collect(), last: None }
    }

    /// The date, by the first format that fits.
    pub(super) fn parse(&mut self, text: &str) -> Option<NaiveDate> {
        // Ledgers come sorted by day: the last answer is often the next.
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

/// A spreadsheet's count of days; a time of day behind the point is left off.
fn serial(text: &str) -> Option<NaiveDate> {
    let days = text.split_once('.').map_or(text, |(days, _)| days);
    if days.len() != 5 || !days.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    SERIAL_ZERO?.checked_add_days(chrono::Days::new(days.parse().ok()?))
}

/// Days since 1970-01-01.
pub(super) fn days(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

/// A date as a year, as coarse as the contract says; nothing where the contract wants no year.
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
