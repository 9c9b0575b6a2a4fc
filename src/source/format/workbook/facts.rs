use calamine::Dimensions;

use super::number_format::Shown;

/// What a sheet says of its cells besides their values.
#[derive(Default)]
pub(super) struct SheetFacts {
    /// Cells that are merged.
    pub(super) merged: Vec<Dimensions>,
    /// Cells whose number format says more than that they are numbers.
    pub(super) shown: ShownCells,
    /// Rows that were hidden when the sheet was saved: first and last, from 0.
    pub(super) hidden_rows: Vec<(u32, u32)>,
    /// Columns that were hidden when the sheet was saved, from 0.
    pub(super) hidden_columns: Vec<u32>,
    /// Whether its days count from 1904.
    pub(super) from_1904: bool,
}

impl SheetFacts {
    /// Returns whether a row, from 0, was hidden.
    pub(super) fn hides(&self, row: u32) -> bool {
        self.hidden_rows.iter().any(|(first, last)| (*first..=*last).contains(&row))
    }
}

/// What cells show, by runs of cells that show the same.
#[derive(Default)]
pub(super) struct ShownCells {
    runs: Vec<Run>,
    next: usize,
}

/// Cells that show the same: first and last row, first and last column, from 0.
struct Run {
    rows: (u32, u32),
    columns: (u32, u32),
    shown: Shown,
}

impl ShownCells {
    /// Adds a run of cells. Runs of the same rows come one after the other.
    pub(super) fn add(&mut self, rows: (u32, u32), columns: (u32, u32), shown: Shown) {
        if shown != Shown::Number {
            self.runs.push(Run { rows, columns, shown });
        }
    }

    /// Puts the runs into the order of their rows.
    pub(super) fn sort(&mut self) {
        self.runs.sort_by_key(|run| (run.rows, run.columns));
    }

    /// Returns what the cell at a row and a column, from 0, shows, where that is more than a number. Rows are asked
    /// for in their order.
    pub(super) fn of(&mut self, row: u32, column: u32) -> Option<Shown> {
        while self.runs.get(self.next).is_some_and(|run| run.rows.1 < row) {
            self.next += 1;
        }
        let rest = self.runs.get(self.next..).unwrap_or_default();
        let here = rest.iter().take_while(|run| run.rows.0 <= row);
        let fits = |run: &&Run| (run.columns.0..=run.columns.1).contains(&column) && run.rows.1 >= row;
        here.into_iter().find(fits).map(|run| run.shown)
    }
}
