//! Readers of the values of arguments. What they refuse with says what is expected: "a day, as 2026-01-12".

use std::net::SocketAddr;
use std::str::FromStr;

use chrono::NaiveDate;

use crate::calendar::{Period, Which};
use crate::privacy::holds_pupil_number;
use crate::text::grouped;

/// Reads a value of a type whose own message does not say what is expected.
fn read<T: FromStr>(text: &str, expected: &'static str) -> Result<T, &'static str> {
    text.trim().parse().map_err(|_| expected)
}

/// Reads a count.
pub(super) fn count(text: &str) -> Result<usize, &'static str> {
    let expected = "a whole number above 0";
    read(text, expected).and_then(|count| if count == 0 { Err(expected) } else { Ok(count) })
}

/// Reads a row's number.
pub(super) fn row(text: &str) -> Result<i64, &'static str> {
    let expected = "the number of a row";
    read(text, expected).and_then(|row| if row < 1 { Err(expected) } else { Ok(row) })
}

/// Reads the number from which chances are drawn.
pub(super) fn seed(text: &str) -> Result<u64, &'static str> {
    read(text, "a whole number")
}

/// Returns a reader of whole numbers from `least` to `most`.
pub(super) fn between(least: u32, most: u32) -> impl Fn(&str) -> Result<u32, String> + Clone + Send + Sync {
    move |text| {
        let number =
            text.trim().replace(',', "").parse().ok().filter(|number| (least..=most).contains(number));
        let written = |number: u32| grouped(&number.to_string());
        number.ok_or_else(|| format!("a number from {} to {}", written(least), written(most)))
    }
}

/// Reads a day.
pub(super) fn day(text: &str) -> Result<NaiveDate, &'static str> {
    read(text, "a day, as 2026-01-12,")
}

/// Reads an address to listen at.
pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    read(text, "an address with a port, as 127.0.0.1:9464,")
}

/// Reads the name of a period, `running` or `running to august`; a bare `2018-19` is read by the kind of the report.
pub(super) fn period(text: &str) -> Result<String, &'static str> {
    let like = Period::AcademicYear(0);
    Which::parse(text, like)
        .map(|_| text.to_owned())
        .map_err(|_| "a period, as ay2018-19, ay2018-19-autumn, fy2018-19, 2019-06 or running,")
}

/// Reads three digits.
pub(super) fn la_code(text: &str) -> Result<String, &'static str> {
    let right = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.to_owned()).ok_or("three digits, as 336,")
}

/// Reads one line with something in it, because records and messages name it: they hold no pupil's number.
pub(super) fn name(written: &str) -> Result<String, &'static str> {
    let name = written.trim();
    if holds_pupil_number(name) {
        return Err("a text without pupil numbers");
    }
    let right = !name.is_empty() && !name.chars().any(char::is_control);
    right.then(|| name.to_owned()).ok_or("one line with something in it")
}

/// Reads the name of a source that is to be made.
pub(super) fn source(text: &str) -> Result<(String, String), &'static str> {
    let (pipeline, source) = text.split_once('.').unwrap_or_default();
    let is_name = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let right = is_name(pipeline) && is_name(source);
    right
        .then(|| (pipeline.to_owned(), source.to_owned()))
        .ok_or("a pipeline and a source in small letters, figures and underscores, as finance.ledger,")
}

/// Reads a connection and a table of its database. The table stands in a query, so nothing but a name may be written.
pub(super) fn table(text: &str) -> Result<(String, String), &'static str> {
    let (connection, table) = text.split_once('/').unwrap_or_default();
    let is_part = |part: &str| {
        !part.is_empty()
            && part.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '#'))
    };
    let right = !connection.is_empty() && table.split('.').all(is_part);
    right
        .then(|| (connection.to_owned(), table.to_owned()))
        .ok_or("a connection and a table, as casework/placements,")
}

/// Reads `column=value`.
pub(super) fn cell(text: &str) -> Result<(String, String), &'static str> {
    let (column, value) = text.split_once('=').ok_or("a cell, as column=value,")?;
    if holds_pupil_number(text) {
        return Err("a cell without pupil numbers");
    }
    Ok((column.trim().to_owned(), value.to_owned()))
}
