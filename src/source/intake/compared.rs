//! Rows that are read as data and are unlike all others: the header of another table among columns of text, and notes
//! below a table that fill as many cells as its rows. Text fits any column; but references, codes and dates always have
//! figures.

use std::collections::BTreeSet;

use super::Intake;
use super::totals::{begins_as_a_total, begins_with_word};
use super::unlike::Compared;
use crate::source::column_name::normalise;
use crate::source::contract::cells::Cells;
use crate::source::error::SourceError;
use crate::source::row::{Row, is_blank};

/// How a note below a table begins; what follows is a sign, a number or nothing.
const NOTES: [&str; 9] =
    ["note", "source", "footnote", "caveat", "disclaimer", "n.b.", "nb", "end of report", "end of file"];

impl Intake<'_> {
    /// Compares a row that is published with those above. Refuses the file at the row below a header.
    pub(super) fn note_unlike(&mut self, row: &Row) -> Result<(), SourceError> {
        if self.settings.names_first || self.contract.cells == Cells::Replayed {
            return Ok(());
        }
        let compared = self.compare(row);
        if let Some((header, is_named)) = self.unlike.header.take()
            && compared.with > 0
        {
            if is_named {
                return Err(SourceError::SecondHeader { file: self.file.clone(), row: header });
            }
            self.warnings.count_row("looks_like_a_header", header);
        }
        let is_lone = row.filled(2) < 2;
        let is_header = !is_lone && self.is_like_a_header(row, compared);
        let is_note = !is_lone && self.is_like_a_note(row, compared);
        if is_note || is_header {
            self.unlike.note(row.number, is_note);
        } else if !is_lone {
            self.unlike.other();
            self.learn(row);
        }
        Ok(())
    }

    fn compare(&self, row: &Row) -> Compared {
        let mut compared = Compared::default();
        for has_figure in self.unlike.always().filter_map(|index| self.cell(row, index)).map(has_figure) {
            compared.with += usize::from(has_figure);
            compared.without += usize::from(!has_figure);
        }
        compared
    }

    /// Notes which columns of text have figures.
    fn learn(&mut self, row: &Row) {
        if self.unlike.figures.is_empty() {
            let columns = &self.contract.columns;
            self.unlike.figures = columns.iter().map(|column| (!column.is_typed()).then_some(0)).collect();
        }
        for index in 0..self.unlike.figures.len() {
            if self.unlike.figures.get(index).copied().flatten().is_none() {
                continue;
            }
            let Some(has_figure) = self.cell(row, index).map(has_figure) else { continue };
            if let Some(rows) = self.unlike.figures.get_mut(index) {
                *rows = rows.filter(|_| has_figure).map(|rows| rows + 1);
            }
        }
    }

    /// Returns a cell of a column of the contract that is not blank.
    fn cell<'r>(&self, row: &'r Row, index: usize) -> Option<&'r str> {
        let place = self.layout.header()?.places.get(index).copied().flatten()?;
        row.get(place).filter(|cell| !is_blank(cell))
    }

    /// Returns whether a row may be the header of another table: every named column has a word, all of them differ, and
    /// columns that always had figures have none. Sets what is to be asked of the next row.
    fn is_like_a_header(&mut self, row: &Row, compared: Compared) -> bool {
        if compared.without == 0 || compared.with > 0 || row.cells().any(has_figure) {
            return false;
        }
        let Some(header) = self.layout.header() else { return false };
        let mut known = BTreeSet::new();
        let mut cells = header.names.iter().zip(row.cells()).filter(|(name, _)| !name.is_empty());
        if !cells.all(|(_, cell)| !is_blank(cell) && known.insert(normalise(cell))) {
            return false;
        }
        let own = header.own_names(row);
        if own == 0 && compared.without < 2 && !self.layout.is_below_blank() {
            return false;
        }
        self.unlike.header = Some((row.number, own * 2 >= known.len()));
        true
    }

    /// Returns whether a row may be a note below the table.
    fn is_like_a_note(&self, row: &Row, compared: Compared) -> bool {
        let begins = || row.cells().find(|cell| !is_blank(cell)).is_some_and(begins_as_a_note);
        let is_unlike = compared.without > 0 && compared.with == 0;
        let is_below = self.unlike.is_below_note() || self.layout.is_below_blank();
        (is_unlike && is_below || begins()) && !row.cells().any(begins_as_a_total)
    }
}

fn has_figure(cell: &str) -> bool {
    cell.bytes().any(|byte| byte.is_ascii_digit())
}

/// Returns whether a cell begins as a note does: with a word for it alone or before a sign, or with an asterisk.
fn begins_as_a_note(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.starts_with('*') {
        return true;
    }
    let is_note = |word: &&&str| {
        let rest = cell.get(word.len()..).unwrap_or_default();
        let rest = rest.strip_prefix(['s', 'S']).unwrap_or(rest).trim_start();
        begins_with_word(cell, word) && (rest.is_empty() || rest.starts_with([':', '.', '-', '(', '1', '2']))
    };
    // Hardly a cell passes its first letter.
    matches!(
        cell.as_bytes().first(),
        Some(b'n' | b'N' | b's' | b'S' | b'f' | b'F' | b'c' | b'C' | b'd' | b'D' | b'e' | b'E')
    ) && NOTES.iter().find(is_note).is_some()
}

#[cfg(test)]
mod tests {
    use super::begins_as_a_note;

    #[test]
    fn a_note_begins_with_a_word_for_it_and_a_sign() {
        for cell in [
            "Notes",
            "note:",
            "Source: finance",
            "NB. provisional",
            "* provisional",
            "Note 1",
            "End of report",
        ] {
            assert!(begins_as_a_note(cell), "{cell}");
        }
        for cell in ["Noted", "Source code", "Sourced", "Nblock", "Note of the head", "N", "", "Caveated"] {
            assert!(!begins_as_a_note(cell), "{cell}");
        }
    }
}
