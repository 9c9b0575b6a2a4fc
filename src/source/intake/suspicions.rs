//! What a row may have that a file in order does not, and that may be right all the same.

use super::pending::{Fate, Fault};
use crate::source::contract::column::ColumnWriter;
use crate::source::marks::Marks;
use crate::source::row::is_blank;

/// Cells of one column by what their format knows of them: percentages and plain numbers, or true dates and texts.
#[derive(Debug, Default)]
pub(super) struct CellKinds {
    pub(super) marked: u64,
    pub(super) plain: u64,
    pub(super) first_marked: i64,
    pub(super) first_plain: i64,
    pub(super) hidden: bool,
}

/// Notes of which kind a cell is.
pub(super) fn note_kind(
    kinds: &mut Vec<CellKinds>,
    index: usize,
    column: &ColumnWriter<'_>,
    cell: &str,
    marks: Marks,
    row: i64,
) {
    if kinds.len() <= index {
        kinds.resize_with(index + 1, CellKinds::default);
    }
    let Some(kinds) = kinds.get_mut(index).filter(|_| !is_blank(cell)) else { return };
    kinds.hidden |= marks.has(Marks::HIDDEN);
    let is_marked = if column.is_of_days() {
        marks.has(Marks::DATE)
    } else if column.is_of_numbers() {
        marks.has(Marks::PERCENT)
    } else {
        // A code such as `3-4` becomes a day in a spreadsheet. A length of time says nothing of it.
        if marks.has(Marks::TIME) {
            return;
        }
        marks.has(Marks::DATE)
    };
    let (count, first) = if is_marked {
        (&mut kinds.marked, &mut kinds.first_marked)
    } else {
        (&mut kinds.plain, &mut kinds.first_plain)
    };
    if *count == 0 {
        *first = row;
    }
    *count += 1;
}

/// Rows that fill one cell alone, as notes below a table do.
#[derive(Debug, Default)]
pub(super) struct Lone {
    rows: u64,
    first: i64,
    last: i64,
    /// Such rows since the last of another kind, the first of them, and whether a blank row stands above it.
    below: u64,
    first_below: i64,
    after_blank: bool,
}

impl Lone {
    /// Takes a row that fills one cell.
    pub(super) fn take(&mut self, row: i64, after_blank: bool) {
        if self.rows == 0 {
            self.first = row;
        }
        if self.below == 0 {
            (self.first_below, self.after_blank) = (row, after_blank);
        }
        self.rows += 1;
        self.below += 1;
        self.last = row;
    }

    /// Notes a row of another kind.
    pub(super) fn other(&mut self) {
        self.below = 0;
    }

    /// Takes back the last row, if it was such a one: it was set aside.
    pub(super) fn take_back(&mut self, row: i64) {
        if self.rows > 0 && self.last == row {
            self.rows -= 1;
            self.below = self.below.saturating_sub(1);
        }
    }

    /// Returns how many rows they are and the first, unless so many of `read` are such that the source is made of them.
    /// Below all others they are notes though there be many, unless they are the totals that are counted as such.
    pub(super) fn of(&self, read: u64, has_totals: bool) -> Option<(u64, i64)> {
        let few = self.rows > 0 && self.rows.saturating_mul(4) <= read;
        let most = if self.after_blank { read.saturating_sub(1) } else { read / 3 };
        let below = !has_totals && self.below > 0 && self.below <= most;
        few.then_some((self.rows, self.first)).or_else(|| below.then_some((self.below, self.first_below)))
    }
}

/// Returns the fate of a row of a second table.
pub(super) fn second_table() -> Fate {
    Fate::SetAside(Box::new(Fault {
        column: None,
        rule: "second_table".to_owned(),
        reason: "is of a second table, below a title of its own and the header again".to_owned(),
        personal: false,
        raw: Vec::new(),
    }))
}

/// Returns the place of a cell, in words.
pub(super) fn in_column(row: i64, column: &ColumnWriter<'_>) -> String {
    format!("row {row}, `{}`", column.name())
}
