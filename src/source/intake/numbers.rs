//! Numbers of children in columns that the contract does not call personal: what is stored cannot be taken back, so such
//! a file is refused.

use std::collections::BTreeSet;

use super::Intake;
use super::suspicions::in_column;
use crate::privacy::{TenFigures, pupil_numbers, ten_figures};
use crate::source::error::SourceError;
use crate::source::row::Row;
use crate::text::counted;

/// So many texts of the form of a pupil number, of which fewer than one in [`SHARE`] has the right check letter, are
/// numbers of another kind: of such one in 23 has it by chance.
const MANY: u64 = 20;
const SHARE: u64 = 8;
/// Numbers of ten figures that differ and all have the right check digit: of those of another kind one in eleven has it by
/// chance.
const DIFFERENT: usize = 6;
/// One in so many of them may have a wrong one, as typed numbers do.
const WRONG: u64 = 20;

/// What the cells of one column hold.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    alike: u64,
    right: u64,
    first: i64,
    health: Series,
    learner: Series,
}

/// Numbers of ten figures by one kind of check digit.
#[derive(Debug, Default)]
struct Series {
    right: u64,
    wrong: u64,
    first: i64,
    /// The first that are right and differ.
    known: BTreeSet<u64>,
}

/// What a column seems to hold.
struct Seen {
    count: u64,
    first: i64,
    one: &'static str,
    many: &'static str,
    is_certain: bool,
}

impl Numbers {
    fn take(&mut self, cell: &str, row: i64) {
        let found = pupil_numbers(cell);
        if found.right > 0 && self.right == 0 {
            self.first = row;
        }
        self.alike += found.alike;
        self.right += found.right;
        if let Some(figures) = ten_figures(cell) {
            self.health.take(figures, figures.is_nhs, row);
            self.learner.take(figures, figures.is_learner, row);
        }
    }

    fn seen(&self) -> Option<Seen> {
        let seen = |count, first, one, many, is_certain| Some(Seen { count, first, one, many, is_certain });
        if self.right > 0 {
            let is_other = self.alike >= MANY && self.right.saturating_mul(SHARE) < self.alike;
            return seen(self.right, self.first, "pupil number", "pupil numbers", !is_other);
        }
        let kinds = [
            (&self.health, "NHS number", "NHS numbers"),
            (&self.learner, "unique learner number", "unique learner numbers"),
        ];
        let (series, one, many) = kinds.into_iter().find(|(series, ..)| series.is_one())?;
        seen(series.right, series.first, one, many, true)
    }
}

impl Series {
    fn take(&mut self, figures: TenFigures, is_right: bool, row: i64) {
        if !is_right {
            self.wrong += 1;
            return;
        }
        if self.right == 0 {
            self.first = row;
        }
        self.right += 1;
        if self.known.len() < DIFFERENT {
            self.known.insert(figures.number);
        }
    }

    fn is_one(&self) -> bool {
        self.known.len() == DIFFERENT && self.wrong.saturating_mul(WRONG) <= self.right
    }
}

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
