//! Headers of further tables below the first: rows of names alone where the contract expects amounts, numbers or days, with
//! rows below them that would be taken for rows of the first table.

use std::collections::BTreeSet;

use super::Intake;
use crate::project::OnBad;
use crate::source::column_name::normalise;
use crate::source::contract::cells::Cells;
use crate::source::error::SourceError;
use crate::source::row::{Row, is_blank};

/// Letters that a name has at least: what stands for a missing value mostly has fewer.
const LETTERS: usize = 3;

impl Intake<'_> {
    /// Refuses the file at a row below one that looks like the header of another table.
    pub(super) fn look_for_rival(&mut self, row: &Row) -> Result<(), SourceError> {
        if self.settings.names_first || self.contract.cells == Cells::Replayed {
            return Ok(());
        }
        let rival = self.rival.take();
        if let Some(rival) = rival.filter(|_| self.fits_somewhere(row)) {
            return Err(SourceError::SecondHeader { file: self.file.clone(), row: rival });
        }
        self.rival = self.is_rival(row).then_some(row.number);
        Ok(())
    }

    /// Returns whether a cell of `row` is an amount, a number or a day where the contract expects one.
    fn fits_somewhere(&self, row: &Row) -> bool {
        let Some(header) = self.layout.header() else { return false };
        let mut columns = self.contract.columns.iter().zip(&header.places);
        columns.any(|(column, place)| {
            let cell = place.and_then(|place| row.get(place)).filter(|cell| !is_blank(cell));
            cell.is_some_and(|cell| column.fits(cell) == Some(true))
        })
    }

    /// Returns whether `row` may be the header of another table. Every amount, number and day of it is a word; and a name of
    /// the header is in its place, or a blank row is above it, or several such columns hold words that all differ.
    fn is_rival(&self, row: &Row) -> bool {
        let Some(header) = self.layout.header() else { return false };
        let mut typed = 0;
        for (column, place) in self.contract.columns.iter().zip(&header.places) {
            let cell = place.and_then(|place| row.get(place)).filter(|cell| !is_blank(cell));
            let Some(cell) = cell.filter(|_| column.is_typed()) else { continue };
            // Hardly a row passes its first amount.
            if cell.chars().filter(|letter| letter.is_alphabetic()).take(LETTERS).count() < LETTERS
                || column.definition.on_bad == OnBad::Null
                || column.is_blank_code(cell)
                || column.fits(cell) != Some(false)
            {
                return false;
            }
            typed += 1;
        }
        if typed == 0 {
            return false;
        }
        let names = || header.names.iter().zip(row.cells()).filter(|(name, _)| !name.is_empty());
        if names().any(|(name, cell)| *name == normalise(cell)) {
            return true;
        }
        if row.cells().any(|cell| cell.bytes().any(|byte| byte.is_ascii_digit())) {
            return false;
        }
        if self.layout.is_below_blank() && row.filled(2) > 1 {
            return true;
        }
        let mut known = BTreeSet::new();
        typed > 1
            && row.filled(3) == 3
            && names().all(|(_, cell)| !is_blank(cell) && known.insert(normalise(cell)))
    }
}
