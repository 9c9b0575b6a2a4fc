use super::error::SourceError;

/// Takes rows one by one, or stops the reading with a fault.
pub(super) type Take<'a> = &'a mut dyn FnMut(&Row) -> Result<(), SourceError>;

/// One row as text, whatever it was read from. Reused from row to row: its cells share one buffer.
#[derive(Debug, Default)]
pub(super) struct Row {
    text: String,
    ends: Vec<usize>,
    /// Its number in the file or the result, from 1, counting every row that a spreadsheet would show.
    pub(super) number: i64,
    /// Cells that are merged from one place to another, both included, where the format records it.
    pub(super) merged: Vec<(usize, usize)>,
}

impl Row {
    /// Empties the row for the next one.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Adds to the cell being built.
    pub(super) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the cell being built.
    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Adds a whole cell.
    pub(super) fn push(&mut self, cell: &str) {
        self.push_text(cell);
        self.end_cell();
    }

    /// Returns the count of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the cell at `index`, from 0.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..end)
    }

    /// Returns the cells in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Returns whether no cell holds anything but white space.
    pub(super) fn is_blank(&self) -> bool {
        self.text.chars().all(is_blank_character)
    }
}

/// Returns whether a cell holds nothing but white space.
pub(super) fn is_blank(cell: &str) -> bool {
    cell.chars().all(is_blank_character)
}

/// Returns whether a character is white space, or the byte order mark that some exports repeat within.
fn is_blank_character(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}
