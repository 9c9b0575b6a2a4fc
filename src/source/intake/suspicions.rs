//! What a file in order does not have, and what may be right all the same: it is counted, with the place of the first.

use super::Intake;
use super::pending::{Fate, Fault};
use crate::source::contract::column::ColumnWriter;
use crate::source::marks::Marks;
use crate::source::row::{Row, is_blank};

/// Rows that the sheets of spreadsheets hold, old and new. Whoever saves a longer table in one loses the rest.
const FULL: [i64; 2] = [65_536, 1_048_576];
/// How the first text of a row of totals begins, in small letters.
const TOTALS: [&str; 5] = ["total", "grand total", "sub total", "subtotal", "sum"];

/// Cells of one column by what their format knows of them: percentages and plain numbers, or true dates and texts.
#[derive(Debug, Default)]
pub(super) struct CellKinds {
    marked: u64,
    plain: u64,
    first_marked: i64,
    first_plain: i64,
    hidden: bool,
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

impl Intake<'_> {
    /// Counts what only the end of the file shows.
    pub(super) fn warn_of_the_whole(&mut self, is_totalled: bool) {
        let amounts = self.layout.amounts_skipped();
        self.warnings.add("skipped_row_with_an_amount", amounts, || "above the row of the total".to_owned());
        for (kinds, column) in self.kinds.iter().zip(&self.contract.columns) {
            if kinds.marked > 0 && kinds.plain > 0 {
                let (rule, marked, plain) = if column.is_of_days() {
                    ("true_date_beside_text", "true dates", "texts")
                } else {
                    ("percent_beside_number", "percentages", "plain numbers")
                };
                self.warnings.add(rule, kinds.marked, || {
                    format!(
                        "`{}` has {} {marked}, the first in row {}, and {} {plain}, the first in row {}",
                        column.name(),
                        kinds.marked,
                        kinds.first_marked,
                        kinds.plain,
                        kinds.first_plain
                    )
                });
            }
            if kinds.hidden {
                self.warnings.add("hidden_column", 1, || format!("`{}`", column.name()));
            }
        }
        for (name, other) in self.layout.header().map(|header| header.renamed.as_slice()).unwrap_or_default()
        {
            self.warnings.add("column_by_another_name", 1, || format!("`{name}`, as `{other}`"));
        }
        let unnamed = self.unnamed.first_key_value().map(|(place, row)| (place + 1, *row));
        if let Some((place, row)) = unnamed {
            let count = self.unnamed.len() as u64;
            self.warnings.add("column_without_a_name", count, || format!("row {row}, column {place}"));
        }
        if let Some(row) = self.total.filter(|_| !is_totalled) {
            self.warnings.count_row("looks_like_a_total", row);
        }
        if !self.settings.names_first && FULL.contains(&self.last) {
            self.warnings.count_row("full_to_the_last_row", self.last);
        }
    }
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
