//! Numbers of children in columns that the contract does not call personal: what is stored cannot be taken back, so such
//! a file is refused.

use super::Intake;
use super::numbers::Numbers;
use super::suspicions::in_column;
use crate::source::error::SourceError;
use crate::source::row::Row;
use crate::text::counted;

impl Intake<'_> {
    /// Looks through the cells of a row that would be stored as they are, or quoted.
    pub(super) fn look_for_numbers(&mut self, row: &Row) {
        let Some(header) = self.layout.header() else { return };
        self.numbers.resize_with(self.contract.columns.len(), Numbers::default);
        let columns = self.contract.columns.iter().zip(&header.places).zip(&mut self.numbers);
        for ((column, place), numbers) in columns {
            let cell = place.and_then(|place| row.get(place)).unwrap_or_default();
            // Hardly a cell is as long.
            if cell.len() >= 10 && !column.definition.privacy.is_personal() {
                numbers.take(cell, row.number);
            }
        }
    }

    /// Refuses a file with numbers of children in columns that the contract does not call personal; counts what may be
    /// such where the contract says that they are none, or where most texts of their form are none.
    pub(super) fn refuse_numbers(&mut self) -> Result<(), SourceError> {
        let mut found = Vec::new();
        for (numbers, column) in self.numbers.iter().zip(&self.contract.columns) {
            let Some(seen) = numbers.seen() else { continue };
            if !seen.is_certain || column.definition.no_pupil_numbers.is_some() {
                self.warnings.add("looks_like_a_pupil_number", seen.count, || in_column(seen.first, column));
                continue;
            }
            let (count, name) = (counted(seen.count, seen.one, seen.many), column.name());
            found.push(format!("{count} in `{name}`, the first in row {}", seen.first));
        }
        if found.is_empty() {
            return Ok(());
        }
        Err(SourceError::PupilNumbers { file: self.file.clone(), found: found.join("; ") })
    }
}
