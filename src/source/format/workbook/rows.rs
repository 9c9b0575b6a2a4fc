use calamine::{Data, Dimensions};

use super::fault::fault;
use super::limits::{COLUMNS, TITLES};
use crate::source::error::SourceError;
use crate::source::float::write_float;
use crate::source::row::{Row, Take};

/// Most cells of a sheet.
const CELLS: u64 = 5_000_000;

/// Builds rows from cells that come from left to right and from top to bottom.
pub(super) struct Rows<'a> {
    file: &'a str,
    take: Take<'a>,
    /// Cells merged from one column to another, by their row, from 0.
    merged: Vec<(u32, (usize, usize))>,
    /// The row being built; its number is that of the sheet, from 1.
    row: Row,
    begun: bool,
    /// Cells of the widest row so far. A shorter one is filled up with blanks: in a sheet no row is ragged.
    widest: usize,
    cells: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(file: &'a str, merged: Vec<Dimensions>, take: Take<'a>) -> Self {
        let merged = merged.into_iter().filter(|of| of.start.0 < TITLES && of.end.1 > of.start.1);
        let merged = merged.filter(|of| of.end.1 < COLUMNS);
        let merged = merged.map(|of| (of.start.0, (of.start.1 as usize, of.end.1 as usize)));
        Self { file, take, merged: merged.collect(), row: Row::default(), begun: false, widest: 0, cells: 0 }
    }

    /// Takes the cell at a row and a column, from 0.
    pub(super) fn cell(&mut self, row: u32, column: u32, cell: &Data) -> Result<(), SourceError> {
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
            return Err(fault(
                self.file,
                format!("row {number} is not in order: its cells come after later ones"),
            ));
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

    /// Writes the rows without a cell before row `number`: a reader counts them too.
    fn blank_rows_before(&mut self, number: i64) -> Result<(), SourceError> {
        // Rows above the first one with a cell are left out.
        if !self.begun {
            return Ok(());
        }
        for blank in self.row.number + 1..number {
            self.begin(blank);
            (self.take)(&self.row)?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), SourceError> {
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
