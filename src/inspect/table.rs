//! Opens a CSV file as a spreadsheet would.

use super::finding::{Findings, Rule};
use super::limits::Limits;
use super::personal;

/// Looks through every cell of the file `name`.
pub(super) fn inspect(name: &str, bytes: &[u8], limits: &Limits, findings: &mut Findings) {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let mut row = csv::StringRecord::new();
    let mut number = 0;
    loop {
        number += 1;
        match rows.read_record(&mut row) {
            Ok(false) => return,
            Ok(true) => {}
            Err(_) => return findings.add(format!("{name}, row {number}"), Rule::Unreadable),
        }
        for (column, cell) in row.iter().enumerate() {
            let place = || format!("{name}, row {number}, column {}", column + 1);
            if would_run(cell) {
                findings.add(place(), Rule::Formula);
            }
            for rule in personal::rules(cell, limits) {
                findings.add(place(), rule);
            }
        }
    }
}

/// Returns whether a spreadsheet takes the cell for a formula. A number with its sign is a number.
pub(super) fn would_run(cell: &str) -> bool {
    match cell.trim_start_matches(' ').as_bytes() {
        [b'=' | b'@' | b'\t' | b'\r', ..] => true,
        [b'+' | b'-'] => false,
        [b'+' | b'-', rest @ ..] => !rest.iter().all(|byte| byte.is_ascii_digit() || b".,% ".contains(byte)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
