//! Finds what an XLS sheet says of its cells besides their values, which the parser of those does not report: hidden
//! cells, and what their number formats show. Records are those of MS-XLS.

use std::collections::HashMap;
use std::io::{Read, Seek};

use cfb::CompoundFile;

use super::facts::SheetFacts;
use super::fault::{broken, fault};
use super::limits::COLUMNS;
use super::number_format::Shown;
use crate::source::error::SourceError;
use crate::source::file::archive;

/// Kinds of records.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const SHEET: u16 = 0x0085;
const FORMAT: u16 = 0x041E;
const STYLE: u16 = 0x00E0;
const COLUMNS_SHOWN: u16 = 0x007D;
const ROW: u16 = 0x0208;
const NUMBER: u16 = 0x0203;
const SMALL_NUMBER: u16 = 0x027E;
const SMALL_NUMBERS: u16 = 0x00BD;
const FORMULA: u16 = 0x0006;

/// The version of a stream whose texts are in UTF-16.
const WIDE: u16 = 0x0600;
/// Bits of a row and of a column that is hidden.
const HIDDEN_ROW: u16 = 0x20;
const HIDDEN_COLUMN: u16 = 0x01;

/// Returns the facts of the sheet at `place` among all, from 0.
pub(super) fn facts<R: Read + Seek>(file: &str, reader: R, place: usize) -> Result<SheetFacts, SourceError> {
    let mut compound = CompoundFile::open(reader).map_err(|error| broken(file, &error))?;
    let name = ["workbook", "book"].into_iter().find_map(|wanted| {
        let mut entries = compound.read_root_storage();
        entries.find(|entry| entry.name().eq_ignore_ascii_case(wanted)).map(|entry| entry.path().to_owned())
    });
    let name = name.ok_or_else(|| fault(file, "it holds no workbook"))?;
    let mut bytes = Vec::new();
    let stream = compound.open_stream(name).map_err(|error| broken(file, &error))?;
    stream.take(archive::UNPACKED).read_to_end(&mut bytes).map_err(|error| broken(file, &error))?;
    let book = Book::read(&bytes);
    let sheet = book.sheets.get(place).and_then(|at| bytes.get(*at..));
    let sheet = sheet.ok_or_else(|| fault(file, "the sheet is not in the workbook"))?;
    Ok(book.facts(sheet))
}

/// Returns the records of a stream, each with its kind.
fn records(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (word(bytes, 0)?, word(bytes, 2)?);
        let record = bytes.get(4..4 + usize::from(length))?;
        bytes = bytes.get(4 + usize::from(length)..)?;
        Some((kind, record))
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// What a workbook says of all its sheets.
struct Book {
    /// Where each sheet begins in the stream.
    sheets: Vec<usize>,
    /// What each style shows.
    styles: Vec<Shown>,
}

impl Book {
    fn read(bytes: &[u8]) -> Self {
        let (mut sheets, mut formats, mut codes, mut wide) = (Vec::new(), Vec::new(), HashMap::new(), true);
        for (kind, record) in records(bytes) {
            match kind {
                BEGIN => wide = word(record, 0) == Some(WIDE),
                SHEET => {
                    let start = record.get(..4).and_then(|start| start.try_into().ok());
                    sheets.push(start.map_or(usize::MAX, |start| u32::from_le_bytes(start) as usize));
                }
                FORMAT => {
                    if let Some((id, code)) = word(record, 0).zip(code(record, wide)) {
                        codes.insert(id, Shown::of_numbered(id.into(), &code));
                    }
                }
                STYLE => formats.push(word(record, 2).unwrap_or_default()),
                END => break,
                _ => {}
            }
        }
        let shown = |id: u16| codes.get(&id).copied().unwrap_or_else(|| Shown::built_in(id.into()));
        Self { sheets, styles: formats.into_iter().map(shown).collect() }
    }

    fn facts(&self, sheet: &[u8]) -> SheetFacts {
        let mut facts = SheetFacts::default();
        // A chart within a sheet is a stream within the stream.
        let mut depth = 0_u32;
        for (kind, record) in records(sheet) {
            match kind {
                BEGIN => depth += 1,
                END if depth <= 1 => break,
                END => depth -= 1,
                _ if depth > 1 => {}
                COLUMNS_SHOWN if word(record, 8).is_some_and(|bits| bits & HIDDEN_COLUMN != 0) => {
                    let (first, last) = (word(record, 0).unwrap_or(0), word(record, 2).unwrap_or(0));
                    facts.hidden_columns.extend(u32::from(first)..=u32::from(last).min(COLUMNS));
                }
                ROW if word(record, 12).is_some_and(|bits| bits & HIDDEN_ROW != 0) => {
                    let row = u32::from(word(record, 0).unwrap_or_default());
                    facts.hidden_rows.push((row, row));
                }
                NUMBER | SMALL_NUMBER | FORMULA => {
                    self.add(&mut facts, record, word(record, 2), word(record, 4));
                }
                SMALL_NUMBERS => {
                    // Six bytes for each cell: its style and its value.
                    let first = word(record, 2).unwrap_or_default();
                    let cells = record.len().saturating_sub(6) / 6;
                    for at in 0..cells {
                        let column = u16::try_from(at).ok().and_then(|at| first.checked_add(at));
                        self.add(&mut facts, record, column, word(record, 4 + 6 * at));
                    }
                }
                _ => {}
            }
        }
        facts.shown.sort();
        facts
    }

    fn add(&self, facts: &mut SheetFacts, record: &[u8], column: Option<u16>, style: Option<u16>) {
        let cell = word(record, 0).zip(column).zip(style);
        let Some(((row, column), style)) = cell else { return };
        let shown = self.styles.get(usize::from(style)).copied().unwrap_or_default();
        let (row, column) = (u32::from(row), u32::from(column));
        facts.shown.add((row, row), (column, column), shown);
    }
}

/// Returns the code of a number format.
fn code(record: &[u8], wide: bool) -> Option<String> {
    if !wide {
        let length = usize::from(*record.get(2)?);
        return Some(record.get(3..3 + length)?.iter().map(|byte| char::from(*byte)).collect());
    }
    let (length, bits) = (usize::from(word(record, 2)?), *record.get(4)?);
    let text = record.get(5..)?;
    if bits & 1 == 0 {
        return Some(text.get(..length)?.iter().map(|byte| char::from(*byte)).collect());
    }
    let units = (0..length).map(|at| word(text, 2 * at)).collect::<Option<Vec<u16>>>()?;
    Some(String::from_utf16_lossy(&units))
}
