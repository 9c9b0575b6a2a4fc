//! Reads the rows of one sheet as text. A cell becomes what it holds, not what it shows: `2026-01-31` for a date in
//! any display format, a number to the 15 digits that a spreadsheet keeps, the last result of a formula.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use calamine::{Data, Dimensions, Ods, Range, Reader, Xls, Xlsb, Xlsx};

use super::fault::fault;
use super::rows::Rows;
use super::spans;
use crate::diagnostic::did_you_mean;
use crate::source::error::SourceError;
use crate::source::file::archive;
use crate::source::file::kind::FileKind;
use crate::source::pattern::fits;
use crate::source::row::Take;

/// Reads each row of the one sheet of `workbook` whose name fits `sheet`.
pub(in crate::source) fn read(
    file: &str,
    workbook: File,
    sheet: &str,
    take: Take<'_>,
) -> Result<(), SourceError> {
    let mut reader = BufReader::new(workbook);
    let mut start = [0; 4];
    let unreadable = |error: std::io::Error| SourceError::from_io(file, &error);
    reader.rewind().map_err(unreadable)?;
    reader.read_exact(&mut start).map_err(unreadable)?;
    reader.rewind().map_err(unreadable)?;
    if FileKind::of(&start) == FileKind::Compound {
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
        // The binary format has merged cells too, but its parser does not read them.
        (true, _) => read_ranges(file, reader, sheet, |_: &Xlsb<_>, _| Ok(Vec::new()), take),
        (_, true) => {
            let again = reader.get_ref().try_clone().map_err(unreadable)?;
            let merged = |_: &Ods<_>, name: &str| spans::of(file, BufReader::new(again), name);
            read_ranges(file, reader, sheet, merged, take)
        }
        _ => read_cells(file, reader, sheet, take),
    }
}

/// Returns the one name that fits `sheet`.
fn pick(file: &str, names: &[String], sheet: &str) -> Result<String, SourceError> {
    let fitting: Vec<&String> = names.iter().filter(|name| fits(sheet, name)).collect();
    match fitting.as_slice() {
        [name] => Ok((*name).clone()),
        [] => {
            let help = did_you_mean(sheet, names).map(|help| format!(" ({help})")).unwrap_or_default();
            let listed = listed(names);
            Err(fault(file, format!("expected a sheet called `{sheet}`, found {listed}{help}")))
        }
        several => Err(fault(
            file,
            format!("expected one sheet that fits `{sheet}`, found {}: {}", several.len(), listed(several)),
        )),
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

fn listed<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
