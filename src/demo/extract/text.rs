//! How lines, days and amounts of money are written in text.

use chrono::{Datelike, NaiveDate};

use crate::text::grouped;

/// Joins fields to a line of delimited text, quoted where they must be.
pub(super) fn line(fields: &[&str]) -> String {
    let mut line = String::with_capacity(160);
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        let bytes = field.as_bytes();
        if [b',', b'"', b'\n', b'\t'].iter().any(|special| bytes.contains(special)) {
            line.push('"');
            line.push_str(&field.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(field);
        }
    }
    line.push_str("\r\n");
    line
}

/// Writes a day as `2024-12-31`. There are hundreds of thousands: without `format!` it takes a fifth of the time.
pub(super) fn iso(day: NaiveDate) -> String {
    let mut text = String::with_capacity(10);
    digits(&mut text, day.year().unsigned_abs(), 1000);
    text.push('-');
    digits(&mut text, day.month(), 10);
    text.push('-');
    digits(&mut text, day.day(), 10);
    text
}

/// Writes a day as `31/12/2024`, as the British do.
pub(super) fn british(day: NaiveDate) -> String {
    let mut text = String::with_capacity(10);
    digits(&mut text, day.day(), 10);
    text.push('/');
    digits(&mut text, day.month(), 10);
    text.push('/');
    digits(&mut text, day.year().unsigned_abs(), 1000);
    text
}

/// Appends the digits of `number` from that of `unit` down.
fn digits(text: &mut String, number: u32, unit: u32) {
    let mut unit = unit;
    while unit > 0 {
        text.push(char::from_digit(number / unit % 10, 10).unwrap_or('0'));
        unit /= 10;
    }
}

/// Writes pence as pounds with two decimals and no grouping: `-1234.50`.
pub(super) fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let pence = pence.unsigned_abs();
    format!("{sign}{}.{:02}", pence / 100, pence % 100)
}

/// Writes pence as pounds with grouping: `-1,234.50`.
pub(super) fn grouped_pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let whole = grouped(&(pence.unsigned_abs() / 100).to_string());
    format!("{sign}{whole}.{:02}", pence.unsigned_abs() % 100)
}
