//! What a row may have that a file in order does not, and that may be right all the same.

use super::pending::{Fate, Fault};
use crate::source::contract::column::ColumnWriter;
use crate::source::marks::Marks;
use crate::source::row::{Row, is_blank};

/// How the first text of a row of totals begins, in small letters.
const TOTALS: [&str; 5] = ["total", "grand total", "sub total", "subtotal", "sum"];

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
        return;
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

/// Rows whose amounts are the sums of rows above them, and that call themselves totals.
#[derive(Debug, Default)]
pub(super) struct Totals {
    columns: Vec<Sums>,
    /// Rows that say so, and the first of them.
    rows: u64,
    first: Option<i64>,
    /// The last row, where it says nothing and its first cell is blank.
    unsaid: Option<i64>,
}

/// Sums of one column, in its smallest unit.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    /// Before and after the row.
    before: i128,
    after: i128,
    /// After the last total.
    since: i128,
    /// Of the totals alone.
    totals: i128,
}

impl Totals {
    /// Returns whether a row adds to a column what stands above it: since the last total, or in all.
    pub(super) fn repeats(&mut self, index: usize, before: i128, after: i128) -> bool {
        if self.columns.len() <= index {
            self.columns.resize(index + 1, Sums::default());
        }
        let Some(sums) = self.columns.get_mut(index) else { return false };
        (sums.before, sums.after) = (before, after);
        let value = after - before;
        value != 0 && before != 0 && [before, before - sums.since, before - sums.totals].contains(&value)
    }

    /// Takes a row of which some amount repeats what stands above it, or none does.
    pub(super) fn note(&mut self, repeats: bool, row: &Row) {
        let said = repeats && calls_itself_a_total(row);
        let is_blank_first = row.cells().next().is_some_and(is_blank);
        self.unsaid = (repeats && !said && is_blank_first).then_some(row.number);
        if said {
            self.rows += 1;
            self.first = self.first.or(Some(row.number));
            for sums in &mut self.columns {
                sums.totals += sums.after - sums.before;
                sums.since = sums.after;
            }
        }
    }

    /// Forgets the last row: one that does not fit below the header followed.
    pub(super) fn forget_last(&mut self) {
        self.unsaid = None;
    }

    /// Returns how many rows look like totals, with the first.
    pub(super) fn found(&self) -> Option<(u64, i64)> {
        let first = self.first.or(self.unsaid)?;
        Some((self.rows + u64::from(self.unsaid.is_some()), first))
    }
}

fn calls_itself_a_total(row: &Row) -> bool {
    row.cells().any(|cell| {
        let cell = cell.trim().to_lowercase();
        TOTALS.iter().any(|total| cell.starts_with(total)) || cell.ends_with(" total")
    })
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
