//! Finds what an ODS sheet says of its cells besides their values, which the parser of those does not report: merged
//! and hidden cells, errors, and what their number formats show.
//!
//! ```text
//! styles      what each style of a cell shows
//! attributes  of elements
//! ```

mod attributes;
mod styles;

use std::io::{BufRead, BufReader, Read, Seek};

use calamine::Dimensions;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use self::attributes::{attribute, number};
use self::styles::Styles;
use super::facts::SheetFacts;
use super::fault::broken;
use super::limits::COLUMNS;
use super::number_format::Shown;
use super::number_format::currency::is_other;
use crate::source::contract::cell_text::is_error;
use crate::source::error::SourceError;
use crate::source::file::archive;

/// The day that is 0 where days count from 1904.
const FROM_1904: &str = "1904-01-01";
/// Elements of cells, and of their comments.
const CELL: &str = "table:table-cell";
const COVERED: &str = "table:covered-table-cell";
const COMMENT: &str = "office:annotation";
/// Kinds of values that a number format shows.
const NUMBERS: [&str; 3] = ["float", "percentage", "currency"];

/// Returns the facts of the sheet `name`.
pub(super) fn facts<R: Read + Seek>(file: &str, reader: R, name: &str) -> Result<SheetFacts, SourceError> {
    let mut archive = archive::open(file, reader)?;
    let mut walk = Walk { file, name, styles: Styles::default(), sheet: Sheet::default(), inside: false };
    // Styles of the whole workbook come first: those of the cells rest on them.
    for part in ["styles.xml", "content.xml"] {
        if archive.index_for_name(part).is_none() {
            continue;
        }
        let content = archive.by_name(part).map_err(|error| broken(file, &error))?;
        walk.read(BufReader::new(content))?;
    }
    Ok(walk.sheet.facts)
}

struct Walk<'a> {
    file: &'a str,
    name: &'a str,
    styles: Styles,
    sheet: Sheet,
    /// Whether the element being read is within the sheet.
    inside: bool,
}

/// The sheet, as far as it has been read.
#[derive(Default)]
struct Sheet {
    facts: SheetFacts,
    /// The style of each column that has one: first and last column.
    column_styles: Vec<(u32, u32, String)>,
    /// The next column that is declared, the row being read with its last repetition, and the next cell.
    declared: u32,
    row: u32,
    last_row: u32,
    column: u32,
    row_style: Option<String>,
    /// The cell being read, where its number format or its text says something.
    cell: Option<Cell>,
}

/// A cell, as far as it has been read.
struct Cell {
    columns: (u32, u32),
    shown: Shown,
    /// What it shows, without comments.
    text: String,
    /// Comments within each other.
    comments: u32,
}

impl Walk<'_> {
    fn read(&mut self, part: impl BufRead) -> Result<(), SourceError> {
        let mut reader = Reader::from_reader(part);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match reader.read_event_into(&mut buffer).map_err(|error| broken(self.file, &error))? {
                Event::Start(of) => self.begin(&of, false),
                Event::Empty(of) => self.begin(&of, true),
                Event::Text(text) => {
                    let text = text.xml10_content();
                    self.sheet.text(&text);
                    self.styles.text(&text);
                }
                Event::End(of) => match of.name().as_ref() {
                    "table:table" if self.inside => self.inside = false,
                    "table:table-row" if self.inside => self.sheet.end_row(),
                    CELL | COVERED if self.inside => self.sheet.end_cell(),
                    COMMENT => self.sheet.comment(false),
                    name => self.styles.end(name),
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn begin(&mut self, of: &BytesStart<'_>, is_empty: bool) {
        match of.name().as_ref() {
            "table:table" => self.inside = attribute(of, "table:name").as_deref() == Some(self.name),
            "table:null-date" => {
                let day = attribute(of, "table:date-value");
                self.sheet.facts.from_1904 = day.as_deref() == Some(FROM_1904);
            }
            "table:table-column" if self.inside => self.sheet.begin_column(of),
            "table:table-row" if self.inside => {
                self.sheet.begin_row(of);
                if is_empty {
                    self.sheet.end_row();
                }
            }
            CELL | COVERED if self.inside => {
                self.sheet.take_cell(of, &self.styles);
                if is_empty {
                    self.sheet.end_cell();
                }
            }
            COMMENT => self.sheet.comment(!is_empty),
            name => {
                self.styles.begin(name, of);
                if is_empty {
                    self.styles.end(name);
                }
            }
        }
    }
}

impl Sheet {
    fn begin_column(&mut self, of: &BytesStart<'_>) {
        let first = self.declared;
        self.declared = first.saturating_add(number(of, "table:number-columns-repeated"));
        let last = self.declared.saturating_sub(1).min(COLUMNS);
        if let Some(style) = attribute(of, "table:default-cell-style-name") {
            self.column_styles.push((first, last, style));
        }
        if is_hidden(of) {
            self.facts.hidden_columns.extend(first..=last);
        }
    }

    fn begin_row(&mut self, of: &BytesStart<'_>) {
        let repeated = number(of, "table:number-rows-repeated");
        self.last_row = self.row.saturating_add(repeated.saturating_sub(1));
        self.column = 0;
        self.row_style = attribute(of, "table:default-cell-style-name");
        if is_hidden(of) {
            self.facts.hidden_rows.push((self.row, self.last_row));
        }
    }

    fn end_row(&mut self) {
        self.row = self.last_row.saturating_add(1);
    }

    fn take_cell(&mut self, of: &BytesStart<'_>, styles: &Styles) {
        let first = self.column;
        self.column = first.saturating_add(number(of, "table:number-columns-repeated"));
        if first >= COLUMNS {
            return;
        }
        let across = number(of, "table:number-columns-spanned");
        let down = number(of, "table:number-rows-spanned");
        if across > 1 || down > 1 {
            self.facts.merged.push(Dimensions {
                start: (self.row, first),
                end: (self.row.saturating_add(down - 1), first.saturating_add(across - 1)),
            });
        }
        let kind = attribute(of, "office:value-type").unwrap_or_default();
        let columns = (first, self.column.saturating_sub(1));
        let cell = |shown| Some(Cell { columns, shown, text: String::new(), comments: 0 });
        if !NUMBERS.contains(&kind.as_str()) {
            // An error is stored as a text of its own kind, blank or not.
            let is_error = attribute(of, "calcext:value-type").as_deref() == Some("error");
            self.cell = if is_error { cell(Shown::Error) } else { None };
            return;
        }
        let of_column = || {
            let here = |(from, to, _): &&(u32, u32, String)| (*from..=*to).contains(&first);
            self.column_styles.iter().find(here).map(|(.., style)| style.clone())
        };
        let style = attribute(of, "table:style-name").or_else(|| self.row_style.clone()).or_else(of_column);
        let shown = style.map(|style| styles.shown(&style)).unwrap_or_default();
        let is_foreign = attribute(of, "office:currency").is_some_and(|currency| is_other(&currency));
        let shown = match kind.as_str() {
            "percentage" => Shown::Percent,
            "currency" if is_foreign => Shown::Foreign,
            // The currency of a value stands above the one that its format shows.
            "currency" if shown == Shown::Foreign && attribute(of, "office:currency").is_some() => {
                Shown::Number
            }
            _ => shown,
        };
        self.cell = cell(shown);
    }

    /// Takes a text of the cell being read. A long one is not the name of an error.
    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.comments == 0 && cell.text.len() < 64) {
            cell.text.push_str(text);
        }
    }

    /// Notes that a comment begins or ends.
    fn comment(&mut self, begins: bool) {
        if let Some(cell) = &mut self.cell {
            cell.comments = if begins { cell.comments + 1 } else { cell.comments.saturating_sub(1) };
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        // Older programs store an error as the number 0, and its name as what the cell shows.
        let shown = if is_error(cell.text.trim()) { Shown::Error } else { cell.shown };
        self.facts.shown.add((self.row, self.last_row), cell.columns, shown);
    }
}

fn is_hidden(of: &BytesStart<'_>) -> bool {
    matches!(attribute(of, "table:visibility").as_deref(), Some("collapse" | "filter"))
}
