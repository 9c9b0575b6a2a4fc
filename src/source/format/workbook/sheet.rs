//! Reads the rows of one sheet as text. A cell becomes what it holds, not what it shows: `2026-01-31` for a date in
//! any display format, a number to the 15 digits that a spreadsheet keeps, the last result of a formula.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use calamine::{Data, Ods, Range, Reader, Xls, Xlsb};

use super::facts::SheetFacts;
use super::fault::broken;
use super::pick::{Wanted, pick};
use super::rows::{Known, Rows};
use super::uncalculated::Uncalculated;
use super::{ods, xls, xlsb, xlsx};
use crate::source::error::SourceError;
use crate::source::file::archive;
use crate::source::file::kind::FileKind;
use crate::source::row::{Row, Take};

/// Reads each row of the one sheet of `workbook` that `sheet` names.
pub(super) fn read(file: &str, workbook: File, sheet: Wanted<'_>, take: Take<'_>) -> Result<(), SourceError> {
    let mut reader = BufReader::new(workbook);
    let mut start = [0; 4];
    let unreadable = |error: std::io::Error| SourceError::from_io(file, &error);
    reader.rewind().map_err(unreadable)?;
    reader.read_exact(&mut start).map_err(unreadable)?;
    reader.rewind().map_err(unreadable)?;
    // Each parser of values takes the file from its start, and so does the finder of everything else.
    let handle = reader.get_ref().try_clone().map_err(unreadable)?;
    let again = || -> Result<BufReader<File>, SourceError> {
        let mut again = BufReader::new(handle.try_clone().map_err(unreadable)?);
        again.rewind().map_err(unreadable)?;
        Ok(again)
    };
    if FileKind::of(&start, std::iter::empty()) == FileKind::Compound {
        let values = again()?;
        let facts = |workbook: &Xls<_>, name: &str| {
            let place = workbook.sheet_names().iter().position(|known| known == name);
            let found = xls::facts(file, again()?, place.unwrap_or_default())?;
            let merged = workbook.merge_cells_by_sheet_name(name).map_err(|error| broken(file, &error))?;
            Ok(SheetFacts { merged, from_1904: workbook.has_1904_epoch(), ..found })
        };
        return read_ranges(file, values, sheet, facts, take);
    }
    let archive = archive::open(file, &mut reader)?;
    let (binary, open) = (
        archive.index_for_name("xl/workbook.bin").is_some(),
        archive.index_for_name("content.xml").is_some(),
    );
    drop(archive);
    reader.rewind().map_err(unreadable)?;
    match (binary, open) {
        (true, _) => {
            xlsb::check(file, again()?)?;
            // The binary format has merged and hidden cells too, but its parser does not read them.
            let facts = |workbook: &Xlsb<_>, _: &str| {
                Ok(SheetFacts { from_1904: workbook.has_1904_epoch(), ..SheetFacts::default() })
            };
            read_ranges(file, again()?, sheet, facts, take)
        }
        (_, true) => {
            read_ranges(file, again()?, sheet, |_: &Ods<_>, name| ods::facts(file, again()?, name), take)
        }
        _ => xlsx::read(file, reader, sheet, take),
    }
}

/// Reads the names of the sheets of `workbook`, in their order, as the cells of one row.
pub(super) fn names(file: &str, workbook: File, take: Take<'_>) -> Result<(), SourceError> {
    let mut reader = BufReader::new(workbook);
    let mut start = [0; 4];
    let unreadable = |error: std::io::Error| SourceError::from_io(file, &error);
    reader.rewind().map_err(unreadable)?;
    reader.read_exact(&mut start).map_err(unreadable)?;
    reader.rewind().map_err(unreadable)?;
    let is_old = FileKind::of(&start, std::iter::empty()) == FileKind::Compound;
    let is_open = !is_old && archive::open(file, &mut reader)?.index_for_name("content.xml").is_some();
    let is_binary = !is_old && archive::open(file, &mut reader)?.index_for_name("xl/workbook.bin").is_some();
    reader.rewind().map_err(unreadable)?;
    let names = match (is_old, is_open, is_binary) {
        (true, ..) => Xls::new(reader).map_err(|error| broken(file, &error))?.sheet_names(),
        (_, true, _) => Ods::new(reader).map_err(|error| broken(file, &error))?.sheet_names(),
        (.., true) => Xlsb::new(reader).map_err(|error| broken(file, &error))?.sheet_names(),
        _ => xlsx::names(file, reader)?,
    };
    let mut row = Row::default();
    for name in &names {
        row.push(name);
    }
    take(&row)
}

/// Reads a workbook of a format whose sheets are parsed as a whole.
fn read_ranges<W: Reader<BufReader<File>>>(
    file: &str,
    reader: BufReader<File>,
    sheet: Wanted<'_>,
    facts: impl FnOnce(&W, &str) -> Result<SheetFacts, SourceError>,
    take: Take<'_>,
) -> Result<(), SourceError>
where
    W::Error: std::error::Error + 'static,
{
    let mut workbook = W::new(reader).map_err(|error| broken(file, &error))?;
    let name = pick(file, &workbook.sheet_names(), sheet)?;
    let range: Range<Data> = workbook.worksheet_range(&name).map_err(|error| broken(file, &error))?;
    let formulas = workbook.worksheet_formula(&name).map_err(|error| broken(file, &error))?;
    let uncalculated = Uncalculated::new(&formulas, &range);
    let mut facts = facts(&workbook, &name)?;
    let mut rows = Rows::new(file, std::mem::take(&mut facts.merged), take);
    facts.hidden_columns.iter().for_each(|column| rows.hide_column(*column));
    // A formula without a result may lie beyond every value.
    let corners = |least: fn(u32, u32) -> u32,
                   of: fn(&Range<Data>) -> Option<(u32, u32)>,
                   other: Option<(u32, u32)>| {
        let both = of(&range).into_iter().chain(other);
        both.reduce(|one, two| (least(one.0, two.0), least(one.1, two.1)))
    };
    let first = corners(Ord::min, Range::start, formulas.start());
    let last = corners(Ord::max, Range::end, formulas.end());
    if let (Some(first), Some(last)) = (first, last) {
        for number in first.0..=last.0 {
            if facts.hides(number) {
                rows.hide_row(number);
            }
            for column in first.1..=last.1 {
                let cell = range.get_value((number, column)).unwrap_or(&Data::Empty);
                let marks = uncalculated.mark(number, column, cell);
                let shown = facts.shown.of(number, column);
                rows.cell(number, column, cell, Known { marks, shown, from_1904: facts.from_1904 })?;
            }
        }
    }
    rows.finish()
}
