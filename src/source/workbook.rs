//! The rows of one sheet of a workbook (XLSX, XLS, ODS) as text. A cell is handed over as what it holds,
//! not as it is shown: `2026-01-31` for a date in any format, a number to the 15 digits that a spreadsheet
//! keeps, a formula's last result.

mod spans;

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use calamine::{Data, Dimensions, Ods, Range, Reader, Xls, Xlsb, Xlsx};

use super::discover::fits;
use super::nature::Nature;
use super::row::Row;
use super::{SourceError, archive};
use crate::diagnostic::did_you_mean;

/// Digits of a number that a spreadsheet keeps.
const DIGITS: usize = 15;
/// Most columns of a sheet: what stands further right was put there to harm, or by a slip.
const COLUMNS: u32 = 512;
/// Most cells of a sheet.
const CELLS: u64 = 5_000_000;
/// Rows at the top of a sheet within which a header may stand: merged cells below are left as they are.
const TITLES: u32 = 256;

/// Takes the rows of a sheet one by one, or a fault.
type Take<'a> = &'a mut dyn FnMut(&Row) -> Result<(), SourceError>;

/// Refuses a workbook by what can be told without parsing it. Whether it holds values from other workbooks.
pub(super) fn scan(file: &str, workbook: &mut File) -> Result<bool, SourceError> {
    let unreadable = |error: std::io::Error| SourceError::from_io(file, &error);
    let mut start = [0; 4];
    workbook.rewind().map_err(unreadable)?;
    workbook.read_exact(&mut start).map_err(unreadable)?;
    workbook.rewind().map_err(unreadable)?;
    if Nature::of(&start) != Nature::Compound {
        let mut archive = archive::open(file, BufReader::new(&mut *workbook))?;
        return archive::scan(file, &mut archive).map(|scan| scan.linked);
    }
    let mut bytes = Vec::new();
    let limit = archive::UNPACKED;
    BufReader::new(&mut *workbook).take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    let fault = |reason: String| Err(SourceError::Archive { file: file.to_owned(), reason });
    if bytes.len() as u64 > limit {
        return fault(format!("it has more than {limit} bytes"));
    }
    if names("EncryptedPackage") {
        return fault("it is locked with a password".to_owned());
    }
    if names("_VBA_PROJECT") {
        return fault("it holds macros: save it as .xlsx".to_owned());
    }
    Ok(false)
}

/// Hands over each row of the one sheet of `workbook` whose name fits `sheet`.
pub(super) fn read(file: &str, workbook: File, sheet: &str, take: Take<'_>) -> Result<(), SourceError> {
    let mut reader = BufReader::new(workbook);
    let mut start = [0; 4];
    let unreadable = |error: std::io::Error| SourceError::from_io(file, &error);
    reader.rewind().map_err(unreadable)?;
    reader.read_exact(&mut start).map_err(unreadable)?;
    reader.rewind().map_err(unreadable)?;
    if Nature::of(&start) == Nature::Compound {
        let merged = |workbook: &Xls<_>, name: &str| {
            workbook.merge_cells_by_sheet_name(name).map_err(|error| fault(file, error))
        };
        return read_ranges(file, reader, sheet, merged, take);
    }
    let archive = archive::open(file, &mut reader)?;
    let (binary, open) = (
        archive.index_for_name("xl/workbook.bin").is_some(),
        archive.index_for_name("content.xml").is_some(),
    );
    drop(archive);
    reader.rewind().map_err(unreadable)?;
    match (binary, open) {
        // The binary format has merged cells too, but its reader does not tell them.
        (true, _) => read_ranges(file, reader, sheet, |_: &Xlsb<_>, _| Ok(Vec::new()), take),
        (_, true) => {
            let again = reader.get_ref().try_clone().map_err(unreadable)?;
            let merged = |_: &Ods<_>, name: &str| spans::of(file, BufReader::new(again), name);
            read_ranges(file, reader, sheet, merged, take)
        }
        _ => read_cells(file, reader, sheet, take),
    }
}

fn fault(file: &str, reason: impl std::fmt::Display) -> SourceError {
    SourceError::Workbook { file: file.to_owned(), reason: reason.to_string() }
}

/// The one name that fits `sheet`.
fn pick(file: &str, names: &[String], sheet: &str) -> Result<String, SourceError> {
    let fitting: Vec<&String> = names.iter().filter(|name| fits(sheet, name)).collect();
    match fitting.as_slice() {
        [name] => Ok((*name).clone()),
        [] => {
            let help = did_you_mean(sheet, names).map(|help| format!(" ({help})")).unwrap_or_default();
            let listed = listed(names);
            Err(fault(file, format!("no sheet is called `{sheet}`; there are {listed}{help}")))
        }
        several => Err(fault(file, format!("{} sheets fit `{sheet}`: {}", several.len(), listed(several)))),
    }
}

/// Reads a workbook of a format whose sheets are parsed as a whole.
fn read_ranges<W: Reader<BufReader<File>>>(
    file: &str,
    reader: BufReader<File>,
    sheet: &str,
    merged: impl FnOnce(&W, &str) -> Result<Vec<Dimensions>, SourceError>,
    take: Take<'_>,
) -> Result<(), SourceError>
where
    W::Error: std::fmt::Display,
{
    let mut workbook = W::new(reader).map_err(|error| fault(file, error))?;
    let name = pick(file, &workbook.sheet_names(), sheet)?;
    let range: Range<Data> = workbook.worksheet_range(&name).map_err(|error| fault(file, error))?;
    let (above, before) = range.start().unwrap_or_default();
    let mut rows = Rows::new(file, merged(&workbook, &name)?, take);
    for (number, cells) in (above..).zip(range.rows()) {
        for (column, cell) in (before..).zip(cells) {
            rows.cell(number, column, cell)?;
        }
    }
    rows.finish()
}

/// Reads an XLSX cell by cell: one cell in its last row takes no more than one in its first.
fn read_cells(file: &str, reader: BufReader<File>, sheet: &str, take: Take<'_>) -> Result<(), SourceError> {
    let mut workbook = Xlsx::new(reader).map_err(|error| fault(file, error))?;
    let name = pick(file, &workbook.sheet_names(), sheet)?;
    let merged = workbook.merge_cells_by_sheet_name(&name).map_err(|error| fault(file, error))?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| fault(file, error))?;
    let mut rows = Rows::new(file, merged, take);
    while let Some(cell) = cells.next_cell().map_err(|error| fault(file, error))? {
        let (row, column) = cell.get_position();
        rows.cell(row, column, &Data::from(cell.get_value().clone()))?;
    }
    rows.finish()
}

/// Makes rows of cells that come from left to right and from top to bottom.
struct Rows<'a> {
    file: &'a str,
    take: Take<'a>,
    /// Cells merged from one column to another, by their row, from 0.
    merged: Vec<(u32, (usize, usize))>,
    /// The row being made; its number is that of the sheet, from 1.
    row: Row,
    begun: bool,
    /// Cells of the widest row so far. A shorter one has blanks to its right: in a sheet no row is ragged.
    widest: usize,
    cells: u64,
}

impl<'a> Rows<'a> {
    fn new(file: &'a str, merged: Vec<Dimensions>, take: Take<'a>) -> Self {
        let merged = merged.into_iter().filter(|of| of.start.0 < TITLES && of.end.1 > of.start.1);
        let merged = merged.filter(|of| of.end.1 < COLUMNS);
        let merged = merged.map(|of| (of.start.0, (of.start.1 as usize, of.end.1 as usize)));
        Self { file, take, merged: merged.collect(), row: Row::default(), begun: false, widest: 0, cells: 0 }
    }

    /// Takes the cell at a row and a column, from 0.
    fn cell(&mut self, row: u32, column: u32, cell: &Data) -> Result<(), SourceError> {
        self.cells += 1;
        if self.cells > CELLS {
            return Err(fault(self.file, format!("the sheet has more than {CELLS} cells")));
        }
        if matches!(cell, Data::Empty) {
            return Ok(());
        }
        let number = i64::from(row) + 1;
        if !self.begun || number > self.row.number {
            if self.begun {
                self.end_row()?;
            }
            self.blank_rows_before(number)?;
            self.begin(number);
        }
        if column >= COLUMNS {
            let (column, number) = (column + 1, self.row.number);
            let reason = format!("row {number} has a value in column {column}; the limit is {COLUMNS}");
            return Err(fault(self.file, reason));
        }
        let column = column as usize;
        if number < self.row.number || column < self.row.len() {
            return Err(fault(self.file, format!("row {number} comes after what should follow it")));
        }
        while self.row.len() < column {
            self.row.end_cell();
        }
        write(&mut self.row, cell);
        self.row.end_cell();
        Ok(())
    }

    fn begin(&mut self, number: i64) {
        self.begun = true;
        self.row.clear();
        self.row.number = number;
        let here = |row: u32| i64::from(row) + 1 == number;
        self.row.merged = self.merged.iter().filter(|(row, _)| here(*row)).map(|(_, span)| *span).collect();
    }

    fn end_row(&mut self) -> Result<(), SourceError> {
        self.widest = self.widest.max(self.row.len());
        while self.row.len() < self.widest {
            self.row.end_cell();
        }
        (self.take)(&self.row)
    }

    /// Rows without a cell are rows all the same: people count them.
    fn blank_rows_before(&mut self, number: i64) -> Result<(), SourceError> {
        // What is above the first row with a cell is not told of.
        if !self.begun {
            return Ok(());
        }
        for blank in self.row.number + 1..number {
            self.begin(blank);
            (self.take)(&self.row)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), SourceError> {
        if self.begun { self.end_row() } else { Ok(()) }
    }
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

/// A binary fraction as the decimal that was meant: the 15 digits that a spreadsheet keeps, no exponent. A
/// formula's sum of pence carries a residue, as 26643.350000000915 does; what is within a hundred-millionth
/// of six decimal places is those six.
pub(super) fn write_float(value: f64) -> String {
    let shortest = value.to_string();
    let Some((whole, fraction)) = shortest.split_once('.') else { return shortest };
    let six = format!("{value:.6}");
    let is_six = fraction.len() > 6 && six.parse::<f64>().is_ok_and(|six| (six - value).abs() < 1e-8);
    let whole = whole.trim_start_matches('-').trim_start_matches('0').len();
    let rounded = if is_six {
        six
    } else if whole + fraction.len() <= DIGITS {
        return shortest;
    } else {
        format!("{value:.places$}", places = DIGITS.saturating_sub(whole))
    };
    let rounded = rounded.trim_end_matches('0').trim_end_matches('.');
    if rounded == "-0" { "0".to_owned() } else { rounded.to_owned() }
}

fn listed<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
