//! What the cells of a column hold that looks like numbers of children.

use std::collections::BTreeSet;

use crate::privacy::{TenFigures, pupil_numbers, ten_figures};

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
pub(super) struct Seen {
    pub(super) count: u64,
    pub(super) first: i64,
    pub(super) one: &'static str,
    pub(super) many: &'static str,
    pub(super) is_certain: bool,
}

impl Numbers {
    /// Takes a cell.
    pub(super) fn take(&mut self, cell: &str, row: i64) {
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

    /// Returns what the column seems to hold, if it is numbers of children.
    pub(super) fn seen(&self) -> Option<Seen> {
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
