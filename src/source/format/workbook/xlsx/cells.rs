use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::book::Book;
use super::parts::{Parts, is_set};
use super::strings::Strings;
use crate::source::error::SourceError;
use crate::source::format::workbook::fault::{broken, fault};
use crate::source::format::workbook::limits::COLUMNS;
use crate::source::format::workbook::number_format::Shown;
use crate::source::format::workbook::rows::Rows;
use crate::source::format::workbook::{values, xml_text};
use crate::source::marks::Marks;

/// Longest text of a cell, in bytes: a spreadsheet keeps 32,767 characters.
const LONGEST: usize = 1 << 20;

/// The kind that a cell says it is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Unstated,
    Shared,
    Text,
    Inline,
    Truth,
    Error,
    Day,
}

/// The cell that is being read.
#[derive(Default)]
struct Cell {
    row: u32,
    column: u32,
    kind: Kind,
    style: usize,
    has_formula: bool,
    text: String,
}

/// Reads every cell of a sheet into `rows`.
pub(super) fn read(
    parts: &mut Parts<'_>,
    path: &str,
    book: &Book,
    strings: &Strings,
    rows: &mut Rows<'_>,
) -> Result<(), SourceError> {
    let file = parts.file;
    let wrong = |reason: &str| fault(file, reason);
    let part = parts.part(path)?.ok_or_else(|| wrong("the sheet is not in the workbook"))?;
    let mut reader = Reader::from_reader(part);
    reader.config_mut().expand_empty_elements = true;
    let (mut buffer, mut cell, mut row, mut column) = (Vec::new(), Cell::default(), 0, 0);
    let (mut within_cell, mut collects, mut spoken, mut has_cells) = (false, false, false, false);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| broken(file, &error))? {
            Event::Start(element) => match element.local_name().as_ref() {
                "c" => {
                    cell.begin(&element, row, column)
                        .ok_or_else(|| wrong("a cell has no place that can be read"))?;
                    (row, column, within_cell) = (cell.row, cell.column, true);
                }
                "v" if within_cell => collects = cell.kind != Kind::Inline,
                "t" if within_cell => collects = cell.kind == Kind::Inline && !spoken,
                "f" if within_cell => cell.has_formula = true,
                "rPh" => spoken = true,
                "row" => {
                    if let Some(number) = element.try_get_attribute("r").ok().flatten() {
                        let number =
                            number.value.parse::<u32>().ok().and_then(|number| number.checked_sub(1));
                        row = number.ok_or_else(|| wrong("a row has no number that can be read"))?;
                    }
                    column = 0;
                    if is_hidden(&element) {
                        rows.hide_row(row);
                    }
                }
                "col" if !has_cells && is_hidden(&element) => hide_columns(&element, rows),
                "sheetData" => has_cells = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "c" => {
                    cell.write(file, book, strings, rows)?;
                    (within_cell, column) = (false, column.saturating_add(1));
                }
                "v" | "t" => collects = false,
                "rPh" => spoken = false,
                "row" => row = row.saturating_add(1),
                "sheetData" => return Ok(()),
                _ => {}
            },
            Event::Eof if has_cells => return Err(wrong("the sheet is cut short")),
            Event::Eof => return Err(wrong("the sheet holds no cells: it may be a chart")),
            event if collects => {
                xml_text::append(&event, &mut cell.text).map_err(wrong)?;
                if cell.text.len() > LONGEST {
                    return Err(wrong("a cell holds more text than a spreadsheet keeps"));
                }
            }
            _ => {}
        }
    }
}

impl Cell {
    /// Begins the cell of an element; without an address it is the next one of its row.
    fn begin(&mut self, element: &BytesStart<'_>, row: u32, column: u32) -> Option<()> {
        (self.row, self.column, self.style, self.kind) = (row, column, 0, Kind::Unstated);
        self.has_formula = false;
        self.text.clear();
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.ok()?;
            let value: &str = attribute.value.as_ref();
            match attribute.key.as_ref() {
                "r" => (self.row, self.column) = position(value)?,
                "s" => self.style = value.parse().unwrap_or(usize::MAX),
                "t" => {
                    self.kind = match value {
                        "s" => Kind::Shared,
                        "str" => Kind::Text,
                        "inlineStr" | "is" => Kind::Inline,
                        "b" => Kind::Truth,
                        "e" => Kind::Error,
                        "d" => Kind::Day,
                        _ => Kind::Number,
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    /// Writes the cell as what it holds.
    fn write(
        &self,
        file: &str,
        book: &Book,
        strings: &Strings,
        rows: &mut Rows<'_>,
    ) -> Result<(), SourceError> {
        let text = self.text.as_str();
        let is_number = matches!(self.kind, Kind::Number | Kind::Unstated);
        let has_no_result = text.is_empty() && self.kind != Kind::Text;
        if self.has_formula && (has_no_result || book.calculates_on_load && is_number && text == "0") {
            let row = rows.at(self.row, self.column)?;
            row.mark(self.column as usize, Marks::UNCALCULATED);
            row.end_cell();
            return Ok(());
        }
        if text.is_empty() {
            return rows.count();
        }
        let place = self.column as usize;
        match self.kind {
            Kind::Shared => {
                let shared = text.trim().parse().ok().and_then(|at| strings.get(at));
                let shared =
                    shared.ok_or_else(|| fault(file, "a cell holds a shared text that is missing"))?;
                if shared.is_empty() {
                    return rows.count();
                }
                rows.at(self.row, self.column)?.push(shared);
            }
            Kind::Text | Kind::Inline => {
                rows.at(self.row, self.column)?.push(&xml_text::unescaped(text));
            }
            Kind::Error => rows.at(self.row, self.column)?.push(text),
            Kind::Truth => {
                let truth = match text.trim() {
                    "0" | "false" | "FALSE" => "false",
                    "1" | "true" | "TRUE" => "true",
                    _ => return Err(fault(file, "a cell is neither true nor false")),
                };
                rows.at(self.row, self.column)?.push(truth);
            }
            Kind::Day => {
                let row = rows.at(self.row, self.column)?;
                values::write_iso_day(row, place, text);
                row.end_cell();
            }
            Kind::Number | Kind::Unstated => {
                let row = rows.at(self.row, self.column)?;
                match text.trim().parse::<f64>() {
                    Ok(value) if value.is_finite() => {
                        let shown = book.styles.get(self.style).copied().unwrap_or(Shown::Number);
                        values::write_number(row, place, value, text, shown, book.from_1904);
                    }
                    _ if self.kind == Kind::Unstated => row.push_text(text),
                    _ => return Err(fault(file, "a cell says it is a number and holds none")),
                }
                row.end_cell();
            }
        }
        Ok(())
    }
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    is_set(element, "hidden")
}

/// Hides the columns that an element names, from 1.
fn hide_columns(element: &BytesStart<'_>, rows: &mut Rows<'_>) {
    let number =
        |name: &str| super::parts::attribute(element, name).and_then(|text| text.parse::<u32>().ok());
    let (Some(from), Some(to)) = (number("min"), number("max")) else { return };
    for column in from..=to.min(COLUMNS) {
        rows.hide_column(column.saturating_sub(1));
    }
}

/// Reads an address such as `AB12` as a row and a column from 0.
pub(super) fn position(address: &str) -> Option<(u32, u32)> {
    let (mut column, mut row) = (0_u32, 0_u32);
    for byte in address.bytes().filter(|byte| *byte != b'$') {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                column =
                    column.checked_mul(26)?.checked_add(u32::from(byte.to_ascii_uppercase() - b'A') + 1)?;
            }
            b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?,
            _ => return None,
        }
    }
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}
