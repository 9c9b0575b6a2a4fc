//! The rows of one sheet of a workbook (XLSX, XLS, ODS) as text. A cell is handed over as what it holds,
//! not as it is shown: `2026-01-31` for a date in any format, a number to the 15 digits that a spreadsheet
//! keeps, a formula's last result.

use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};

use super::SourceError;
use super::discover::fits;
use super::row::Row;
use crate::diagnostic::did_you_mean;

/// Digits of a number that a spreadsheet keeps.
const DIGITS: usize = 15;

/// Hands over each row of the one sheet of `bytes` whose name fits `sheet`.
pub(super) fn read(
    file: &str,
    bytes: Vec<u8>,
    sheet: &str,
    take: &mut dyn FnMut(&Row) -> Result<(), SourceError>,
) -> Result<(), SourceError> {
    let fault = |reason: String| SourceError::Workbook { file: file.to_owned(), reason };
    let mut workbook =
        open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| fault(error.to_string()))?;
    let names = workbook.sheet_names();
    let fitting: Vec<&String> = names.iter().filter(|name| fits(sheet, name)).collect();
    let name = match fitting.as_slice() {
        [name] => (*name).clone(),
        [] => {
            let help = did_you_mean(sheet, &names).map(|help| format!(" ({help})")).unwrap_or_default();
            return Err(fault(format!("no sheet is called `{sheet}`; there are {}{help}", listed(&names))));
        }
        several => return Err(fault(format!("{} sheets fit `{sheet}`: {}", several.len(), listed(several)))),
    };
    let range = workbook.worksheet_range(&name).map_err(|error| fault(error.to_string()))?;
    let above = range.start().map_or(0, |(row, _)| i64::from(row));
    let mut row = Row::default();
    for (number, cells) in (above + 1..).zip(range.rows()) {
        row.clear();
        row.number = number;
        for cell in cells {
            write(&mut row, cell);
            row.end_cell();
        }
        take(&row)?;
    }
    Ok(())
}

/// Writes one cell as text.
fn write(row: &mut Row, cell: &Data) {
    match cell {
        Data::Empty => {}
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => row.push_text(text),
        Data::Int(value) => row.push_text(&value.to_string()),
        Data::Float(value) => row.push_text(&write_float(*value)),
        Data::Bool(value) => row.push_text(if *value { "true" } else { "false" }),
        Data::Error(error) => row.push_text(&error.to_string()),
        Data::DateTime(value) if value.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
            row.push_text(&format!("{year:04}-{month:02}-{day:02}"));
            if (hour, minute, second) != (0, 0, 0) {
                row.push_text(&format!(" {hour:02}:{minute:02}:{second:02}"));
            }
        }
        Data::DateTime(value) => row.push_text(&write_float(value.as_f64())),
    }
}

/// A binary fraction as the decimal that was typed: the 15 digits that a spreadsheet keeps, no exponent.
pub(super) fn write_float(value: f64) -> String {
    let shortest = value.to_string();
    let digits = shortest.bytes().filter(u8::is_ascii_digit).count();
    if digits <= DIGITS || !shortest.contains('.') {
        return shortest;
    }
    let whole = shortest.split('.').next().unwrap_or_default();
    let whole = whole.trim_start_matches('-').trim_start_matches('0').len();
    let rounded = format!("{value:.places$}", places = DIGITS.saturating_sub(whole));
    let rounded = rounded.trim_end_matches('0').trim_end_matches('.');
    if rounded == "-0" { "0".to_owned() } else { rounded.to_owned() }
}

fn listed<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
