use calamine::{Data, Dimensions};

use super::fault::fault;
use super::limits::{COLUMNS, TITLES};
use super::number_format::Shown;
use super::values;
use crate::source::error::SourceError;
use crate::source::marks::Marks;
use crate::source::row::{Row, Take};

/// Most cells of a sheet.
const CELLS: u64 = 5_000_000;

/// What is known of a cell besides its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) marks: Marks,
    /// What its number format shows, where that is more than a number.
    pub(super) shown: Option<Shown>,
    /// Whether days of its workbook count from 1904.
    pub(super) from_1904: bool,
}

/// Builds rows from cells that come from left to right and from top to bottom.
pub(super) struct Rows<'a> {
    file: &'a str,
    take: Take<'a>,
    /// Cells merged from one column to another, by their row, from 0.
    merged: Vec<(u32, (usize, usize))>,
    /// Cells merged from one row to another, by their first row; those taken so far, and those of them that reach
    /// the row being built.
    downward: Vec<Dimensions>,
    next_downward: usize,
    covering: Vec<Dimensions>,
    hidden_row: Option<i64>,
    hidden_columns: Vec<usize>,
    /// The row being built; its number is that of the sheet, from 1.
    row: Row,
    begun: bool,
    /// Cells of the widest row so far. A shorter one is filled up with blanks: in a sheet no row is ragged.
    widest: usize,
    cells: u64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(file: &'a str, merged: Vec<Dimensions>, take: Take<'a>) -> Self {
        let mut downward: Vec<Dimensions> =
            merged.iter().filter(|of| of.end.0 > of.start.0).copied().collect();
        downward.sort_unstable_by_key(|of| of.start);
        let merged = merged.into_iter().filter(|of| of.start.0 < TITLES && of.end.1 > of.start.1);
        let merged = merged.filter(|of| of.end.1 < COLUMNS);
        let merged = merged.map(|of| (of.start.0, (of.start.1 as usize, of.end.1 as usize)));
        Self {
            file,
            take,
            merged: merged.collect(),
            downward,
            next_downward: 0,
            covering: Vec::new(),
            hidden_row: None,
            hidden_columns: Vec::new(),
            row: Row::default(),
            begun: false,
            widest: 0,
            cells: 0,
        }
    }

    /// Takes the cell at a row and a column, from 0.
    pub(super) fn cell(
        &mut self,
        row: u32,
        column: u32,
        cell: &Data,
        known: Known,
    ) -> Result<(), SourceError> {
        let is_error = known.shown == Some(Shown::Error);
        if matches!(cell, Data::Empty) && known.marks == Marks::default() && !is_error {
            return self.count();
        }
        let to = self.at(row, column)?;
        write(to, column as usize, cell, known);
        to.mark(column as usize, known.marks);
        to.end_cell();
        Ok(())
    }

    /// Counts a cell, blank or not.
    pub(super) fn count(&mut self) -> Result<(), SourceError> {
        self.cells += 1;
        if self.cells > CELLS {
            return Err(fault(self.file, format!("the sheet has more than {CELLS} cells")));
        }
        Ok(())
    }

    /// Says that a row, from 0, was hidden when the sheet was saved. Its cells come next.
    pub(super) fn hide_row(&mut self, row: u32) {
        self.hidden_row = Some(i64::from(row) + 1);
    }

    /// Says that a column, from 0, was hidden when the sheet was saved.
    pub(super) fn hide_column(&mut self, column: u32) {
        self.hidden_columns.push(column as usize);
    }

    /// Returns the row with everything before the cell at a row and a column, from 0, written: that cell comes next.
    pub(super) fn at(&mut self, row: u32, column: u32) -> Result<&mut Row, SourceError> {
        self.count()?;
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
        Ok(&mut self.row)
    }

    fn begin(&mut self, number: i64) {
        self.begun = true;
        self.row.clear();
        self.row.number = number;
        let here = |row: u32| i64::from(row) + 1 == number;
        self.row.merged = self.merged.iter().filter(|(row, _)| here(*row)).map(|(_, span)| *span).collect();
        self.row.is_hidden = self.hidden_row == Some(number);
        for &column in &self.hidden_columns {
            self.row.mark(column, Marks::HIDDEN);
        }
        while let Some(of) = self.downward.get(self.next_downward).filter(|of| i64::from(of.start.0) < number)
        {
            self.covering.push(*of);
            self.next_downward += 1;
        }
        self.covering.retain(|of| i64::from(of.end.0) + 1 >= number);
        for of in self.covering.iter().filter(|of| i64::from(of.start.0) + 1 < number) {
            for column in of.start.1..=of.end.1.min(COLUMNS) {
                self.row.mark(column as usize, Marks::MERGED);
            }
        }
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
fn write(row: &mut Row, place: usize, cell: &Data, known: Known) {
    let (shown, from_1904) = (known.shown.unwrap_or(Shown::Number), known.from_1904);
    match cell {
        _ if shown == Shown::Error => row.push_text(values::ERROR),
        Data::Empty => {}
        Data::String(text) => row.push_text(text),
        Data::DateTimeIso(text) => values::write_iso_day(row, place, text),
        Data::DurationIso(text) => values::write_iso_length(row, place, text),
        Data::Int(value) => {
            let text = value.to_string();
            // Lossless up to 2^53; above, only the mark for lost digits needs the value.
            #[expect(clippy::cast_precision_loss, reason = "the digits are written from the integer itself")]
            values::write_number(row, place, *value as f64, &text, shown, from_1904);
        }
        Data::Float(value) => {
            values::write_number(row, place, *value, "", shown, from_1904);
        }
        Data::Bool(value) => row.push_text(if *value { "true" } else { "false" }),
        Data::Error(error) => row.push_text(&error.to_string()),
        Data::DateTime(value) => {
            let by_parser = if value.is_datetime() { Shown::Date } else { Shown::Length };
            let shown = known.shown.unwrap_or(by_parser);
            values::write_number(row, place, value.as_f64(), "", shown, from_1904);
        }
    }
}
