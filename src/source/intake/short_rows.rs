//! Rows of delimited text that end before the last column. A spreadsheet leaves out the delimiters after the last filled
//! cell of each group of 16 rows, so that all rows of a group end alike; in other files such a row may be the half of one
//! that a line end within a cell has broken.

use super::layout_settings::ShortRows;

/// Rows that a spreadsheet ends alike, counted from the first of the file.
const GROUP: i64 = 16;

/// The short rows of a file, as far as it has been read.
pub(super) struct ShortRead {
    setting: ShortRows,
    group: Option<i64>,
    /// Cells of every row of the group so far; `None` where one reaches to the last column or they differ.
    cells: Option<usize>,
    /// Rows of the group whose missing cells were taken for blank.
    taken: Vec<i64>,
    /// Such rows of the groups before, and the first.
    count: u64,
    first: i64,
    /// The last row that ended early and was not taken for a short one, with its cells.
    refused: Option<(i64, usize)>,
}

impl ShortRead {
    pub(super) fn new(setting: ShortRows) -> Self {
        Self { setting, group: None, cells: None, taken: Vec::new(), count: 0, first: 0, refused: None }
    }

    /// Notes a row that reaches to the last column. Returns the rows of its group that were taken for short ones and
    /// are none.
    pub(super) fn reaches(&mut self, row: i64) -> Vec<i64> {
        self.enter(row);
        self.cells = None;
        self.refuted()
    }

    /// Notes a row of `cells` cells, fewer than there are columns, which all may be blank. Returns whether they are
    /// taken for blank, and the rows of its group that were and are not.
    pub(super) fn ends_early(&mut self, row: i64, cells: usize) -> (bool, Vec<i64>) {
        let begins = self.enter(row);
        if self.setting == ShortRows::Blank {
            self.taken.push(row);
            return (true, Vec::new());
        }
        if begins {
            self.cells = Some(cells);
        } else if self.cells != Some(cells) {
            self.cells = None;
            self.refused = Some((row, cells));
            return (false, self.refuted());
        }
        self.taken.push(row);
        (true, Vec::new())
    }

    /// Returns whether a row of the group that is being read may yet turn out to be whole.
    pub(super) fn is_open(&self) -> bool {
        !self.taken.is_empty()
    }

    /// Takes back the last row, if it was taken for a short one: the file is cut there.
    pub(super) fn cut(&mut self, row: i64) -> Vec<i64> {
        self.taken.pop_if(|last| *last == row).into_iter().collect()
    }

    /// Ends the file. Returns two rows that are the halves of one broken at a line end, rather than short ones; and rows
    /// of a last group that go on as rows above it that were refused: what ends alike there is no group.
    pub(super) fn finish(&mut self, columns: usize) -> Vec<i64> {
        let halves = self.taken.len() == 2 && self.cells.is_some_and(|cells| cells * 2 == columns + 1);
        let goes_on = self.taken.first().zip(self.cells).is_some_and(|(first, cells)| {
            i64::try_from(self.taken.len()).is_ok_and(|rows| rows < GROUP)
                && self.refused == Some((first - 1, cells))
        });
        let refuted = self.setting == ShortRows::SetAside && (halves || goes_on);
        if refuted { std::mem::take(&mut self.taken) } else { Vec::new() }
    }

    /// Returns the count of rows whose missing cells were taken for blank, and the first.
    pub(super) fn counted(&mut self) -> (u64, i64) {
        self.close();
        (self.count, self.first)
    }

    /// Goes to the group of a row; returns whether the row is the first of it.
    fn enter(&mut self, row: i64) -> bool {
        let group = (row - 1).div_euclid(GROUP);
        // The header stands above the first row, and reaches to the last column.
        let before = self.group.unwrap_or((row - 2).div_euclid(GROUP));
        self.group = Some(group);
        if before == group {
            return false;
        }
        self.close();
        true
    }

    fn close(&mut self) {
        if self.count == 0 {
            self.first = self.taken.first().copied().unwrap_or_default();
        }
        self.count += self.taken.len() as u64;
        self.taken.clear();
    }

    fn refuted(&mut self) -> Vec<i64> {
        if self.setting == ShortRows::Blank { Vec::new() } else { std::mem::take(&mut self.taken) }
    }
}

#[cfg(test)]
mod tests;
