//! Writes the values of cells as text: what a cell holds, not what it shows, but for zeros before figures, which are
//! part of a code.

use std::fmt::Write;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use super::number_format::Shown;
use crate::source::float::write_float;
use crate::source::marks::Marks;
use crate::source::row::Row;

/// From here on, a whole number has more digits than a spreadsheet keeps.
const WHOLE_DIGITS: f64 = 1e15;
/// What is written for a cell that shows the name of an error and holds something else.
pub(super) const ERROR: &str = "#N/A";
/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Longest fraction that is written as it stands: what is longer may be the residue of a sum.
const FRACTION: usize = 6;

/// Writes a number by its format. `text`: the number as the file has it.
pub(super) fn write_number(
    row: &mut Row,
    place: usize,
    value: f64,
    text: &str,
    shown: Shown,
    from_1904: bool,
) {
    match shown {
        Shown::Date if value >= 1.0 => write_day(row, place, value, from_1904),
        Shown::Date | Shown::Time | Shown::Length => write_length(row, place, value),
        Shown::Padded(width) if value >= 0.0 && value.fract() == 0.0 && value < WHOLE_DIGITS => {
            let figures = write_float(value);
            for _ in figures.len()..width.min(32) {
                row.push_text("0");
            }
            row.push_text(&figures);
        }
        Shown::Number
        | Shown::Percent
        | Shown::Padded(_)
        | Shown::Code
        | Shown::Otherwise
        | Shown::OtherwiseBelowZero
        | Shown::Foreign
        | Shown::Error => {
            if is_plain(text) {
                row.push_text(text);
            } else {
                row.push_text(&write_float(value));
            }
            let mut marks = Marks::default();
            if shown == Shown::Percent {
                marks = marks.with(Marks::PERCENT);
            }
            if matches!(shown, Shown::Code | Shown::Padded(_)) {
                marks = marks.with(Marks::CODE);
            }
            // Nothing shows zero as another number.
            if shown == Shown::Otherwise && value != 0.0 || shown == Shown::OtherwiseBelowZero && value < 0.0
            {
                marks = marks.with(Marks::OTHERWISE);
            }
            if shown == Shown::Foreign {
                marks = marks.with(Marks::FOREIGN);
            }
            if value.abs() >= WHOLE_DIGITS {
                marks = marks.with(Marks::DIGITS_LOST);
            }
            if from_1904 {
                marks = marks.with(Marks::FROM_1904);
            }
            row.mark(place, marks);
        }
    }
}

/// Writes a spreadsheet's count of days as a day, with its time if it has one.
pub(super) fn write_day(row: &mut Row, place: usize, value: f64, from_1904: bool) {
    let day = ExcelDateTime::new(value, ExcelDateTimeType::DateTime, from_1904);
    let (year, month, day, hour, minute, second, _) = day.to_ymd_hms_milli();
    row.push_text(&format!("{year:04}-{month:02}-{day:02}"));
    if (hour, minute, second) != (0, 0, 0) {
        row.push_text(&format!(" {hour:02}:{minute:02}:{second:02}"));
    }
    row.mark(place, Marks::DATE);
}

/// Writes a share of a day as hours and minutes, as `25:30`.
pub(super) fn write_length(row: &mut Row, place: usize, value: f64) {
    let mut text = String::new();
    let seconds = (value.abs() * DAY).round();
    let sign = if value < 0.0 { "-" } else { "" };
    let (hours, rest) = ((seconds / 3600.0).floor(), seconds % 3600.0);
    let (minutes, seconds) = ((rest / 60.0).floor(), rest % 60.0);
    // Writing to a text cannot fail.
    let _ = write!(text, "{sign}{hours:02.0}:{minutes:02.0}");
    if seconds > 0.0 {
        let _ = write!(text, ":{seconds:02.0}");
    }
    row.push_text(&text);
    row.mark(place, Marks::TIME);
}

/// Writes a day as ISO 8601 has it: its time after a blank, and none at midnight.
pub(super) fn write_iso_day(row: &mut Row, place: usize, text: &str) {
    match text.trim().split_once('T') {
        Some((day, time)) => {
            row.push_text(day);
            let time = time.split('.').next().unwrap_or_default();
            if time != "00:00:00" {
                row.push_text(" ");
                row.push_text(time);
            }
        }
        None => row.push_text(text.trim()),
    }
    row.mark(place, Marks::DATE);
}

/// Writes a length of time as ISO 8601 has it, as `PT25H30M00S`; any other text as it stands.
pub(super) fn write_iso_length(row: &mut Row, place: usize, text: &str) {
    match iso_days(text) {
        Some(days) => write_length(row, place, days),
        None => row.push_text(text),
    }
}

fn iso_days(text: &str) -> Option<f64> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (mut seconds, mut number, mut in_time) = (0.0, String::new(), false);
    for letter in rest.strip_prefix('P')?.chars() {
        let unit = match (letter, in_time) {
            ('T', _) => {
                in_time = true;
                continue;
            }
            ('0'..='9' | '.', _) => {
                number.push(letter);
                continue;
            }
            ('D', false) => DAY,
            ('H', true) => 3600.0,
            ('M', true) => 60.0,
            ('S', true) => 1.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    number.is_empty().then_some(if negative { -seconds / DAY } else { seconds / DAY })
}

/// Returns whether a number is written as we write it: at most fifteen digits, no exponent, no zeros at its ends.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole_fits = all(whole) && (whole == "0" && text != "-0" || !whole.starts_with('0'));
    let fits = |fraction: &str| all(fraction) && fraction.len() <= FRACTION && !fraction.ends_with('0');
    whole_fits && fraction.is_none_or(fits) && whole.len() + fraction.map_or(0, str::len) <= 15
}

#[cfg(test)]
mod tests;
