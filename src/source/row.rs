use super::error::SourceError;
use super::marks::Marks;

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
    /// What is known of some cells besides their text, by their place, from left to right.
    pub(super) marks: Vec<(usize, Marks)>,
    /// Whether the row was hidden when the sheet was saved.
    pub(super) is_hidden: bool,
    /// Whether a cell has text after its closing quote: cells may have moved to other columns.
    pub(super) is_misquoted: bool,
}

impl Row {
    /// Empties the row for the next one.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.marks.clear();
        self.is_hidden = false;
        self.is_misquoted = false;
    }

    /// Adds to the cell being built.
    pub(super) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Takes the guard off the cell being built, by which a spreadsheet learns that figures are text: `="00123"`.
    pub(super) fn unguard(&mut self) {
        let start = self.ends.last().copied().unwrap_or(0);
        let cell = self.text.get(start..).unwrap_or_default();
        if let Some(inner) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
            let inner = inner.replace("\"\"", "\"");
            self.text.truncate(start);
            self.text.push_str(&inner);
        }
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

    /// Marks the cell being built, or the one that would be at `place`.
    pub(super) fn mark(&mut self, place: usize, marks: Marks) {
        match self.marks.last_mut() {
            _ if marks == Marks::default() => {}
            Some((last, known)) if *last == place => *known = known.with(marks),
            _ => self.marks.push((place, marks)),
        }
    }

    /// Returns what is known of the cell at `place` besides its text.
    pub(super) fn marks_at(&self, place: usize) -> Marks {
        // Most rows have no marks at all.
        if self.marks.is_empty() {
            return Marks::default();
        }
        let here = self.marks.iter().filter(|(at, _)| *at == place);
        here.fold(Marks::default(), |known, (_, marks)| known.with(*marks))
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

    /// Returns the count of cells that hold more than white space, as far as `most`.
    pub(super) fn filled(&self, most: usize) -> usize {
        self.cells().filter(|cell| !is_blank(cell)).take(most).count()
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

/// Returns whether a character is white space, or one of no width: the byte order mark that some exports repeat
/// within, and the joints of words that web pages hold.
pub(super) fn is_blank_character(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}
