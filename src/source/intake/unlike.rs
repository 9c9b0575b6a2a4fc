//! What is known of the texts of a file, by which a row is unlike all others.

/// Rows that have a figure in a column of text, all of them, before a row without one is unlike them.
const LEAST: u64 = 5;

/// What is known of the texts of a file, as far as it has been read.
#[derive(Debug, Default)]
pub(super) struct Unlike {
    /// For each column, the rows all of which had a figure in it; nothing once a row had none.
    pub(super) figures: Vec<Option<u64>>,
    /// The last row, where it may be the header of another table, and whether it names one of its own columns.
    pub(super) header: Option<(i64, bool)>,
    /// Rows since the last of another kind that may be notes, and the first of them.
    notes: u64,
    first_note: i64,
}

/// How the texts of a row compare with those above: columns that always had figures, and have one or none here.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Compared {
    pub(super) with: usize,
    pub(super) without: usize,
}

impl Unlike {
    /// Returns the columns that have had figures in every row, for long enough.
    pub(super) fn always(&self) -> impl Iterator<Item = usize> {
        let columns = self.figures.iter().enumerate();
        columns.filter(|(_, rows)| rows.is_some_and(|rows| rows >= LEAST)).map(|(index, _)| index)
    }

    /// Notes a row that may be a note, or one above such.
    pub(super) fn note(&mut self, row: i64, is_note: bool) {
        if self.notes == 0 {
            self.first_note = row;
        }
        self.notes += u64::from(is_note);
    }

    /// Notes a row of another kind.
    pub(super) fn other(&mut self) {
        self.notes = 0;
    }

    /// Returns whether the row before may be a note.
    pub(super) fn is_below_note(&self) -> bool {
        self.notes > 0
    }

    /// Returns how many rows at the end of the file may be notes, and the first of them.
    pub(super) fn notes(&self, read: u64) -> Option<(u64, i64)> {
        (self.notes > 0 && self.notes.saturating_mul(3) <= read).then_some((self.notes, self.first_note))
    }
}
