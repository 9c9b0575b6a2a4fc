//! What only the end of a file shows, of what a file in order does not have: it is counted, with the place of the first.

use super::Intake;
use super::totals::Differs;
use crate::source::advice::no_total;
use crate::source::contract::column::ColumnWriter;
use crate::source::contract::number::write as write_amount;

/// Rows that the sheets of spreadsheets hold, old and new. Whoever saves a longer table in one loses the rest.
const FULL: [i64; 2] = [65_536, 1_048_576];

impl Intake<'_> {
    /// Counts what only the end of the file shows.
    pub(super) fn warn_of_the_whole(&mut self, is_totalled: bool) {
        let amounts = self.layout.amounts_skipped();
        self.warnings.add("skipped_row_with_an_amount", amounts, || "above the row of the total".to_owned());
        for (kinds, column) in self.kinds.iter().zip(&self.contract.columns) {
            if kinds.marked > 0 && kinds.plain > 0 {
                let (rule, marked, plain) = if column.is_of_numbers() {
                    ("percent_beside_number", "percentages", "plain numbers")
                } else {
                    ("true_date_beside_text", "true dates", "texts")
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
        if let Some((rows, first)) = self.layout.wide_above() {
            self.warnings.add("wide_row_above_header", rows, || format!("row {first}"));
        }
        if let Some(control) =
            self.settings.control.filter(|control| !is_totalled && control.required != Some(false))
        {
            self.warnings.add("no_control_total", 1, || no_total(&control.column));
        }
        let totals = self.totals.finish().filter(|_| !is_totalled);
        let lone = self.lone.of(self.counts.read, totals.is_some());
        if let Some((rows, first)) = lone {
            self.warnings.add("row_of_one_cell", rows, || format!("row {first}"));
        }
        let notes = self.unlike.notes(self.counts.read);
        let without_numbers = || self.totals.notes().filter(|_| lone.is_none());
        // Nobody writes below the rows of a query.
        let written_below = || notes.or_else(without_numbers).filter(|_| !self.settings.names_first);
        if let Some((rows, first)) = written_below() {
            self.warnings.add("looks_like_a_note", rows, || format!("row {first}"));
        }
        if let Some((rows, first)) = totals {
            self.warnings.add("looks_like_a_total", rows, || format!("row {first}"));
        }
        let differing = if is_totalled { Vec::new() } else { self.totals.differing() };
        for Differs { row, column, stated, others } in differing {
            let column = self.contract.columns.get(column);
            let scale = column.and_then(ColumnWriter::money_scale).unwrap_or_default();
            let name = column.map(ColumnWriter::name).unwrap_or_default();
            let (stated, others) = (write_amount(stated, scale), write_amount(others, scale));
            self.warnings.add("total_that_differs", 1, || {
                format!("row {row} states {stated} of `{name}`, and the other rows come to {others}")
            });
        }
        if !self.settings.names_first && FULL.contains(&self.last) {
            self.warnings.count_row("full_to_the_last_row", self.last);
        }
    }
}
