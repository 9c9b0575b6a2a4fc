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

/// Returns whether a row whose amount is the sum of all above it calls itself a total.
pub(super) fn looks_like_a_total(row: &Row) -> bool {
    row.cells().any(|cell| {
        let cell = cell.trim_start().to_lowercase();
        TOTALS.iter().any(|total| cell.starts_with(total))
    }) || row.cells().next().is_some_and(is_blank)
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
