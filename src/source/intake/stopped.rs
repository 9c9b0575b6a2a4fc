use crate::source::error::SourceError;
use crate::text::counted;

/// Rows that are named in a message; of the others only the count is.
const NAMED: usize = 3;

/// The rows of a batch that break a rule whose severity is `stop`.
pub(super) struct Stopped {
    file: String,
    rule: String,
    first: i64,
    rows: usize,
    named: Vec<String>,
}

impl Stopped {
    /// Begins with no row.
    pub(super) fn of(file: &str, rule: &str) -> Self {
        Self { file: file.to_owned(), rule: rule.to_owned(), first: 0, rows: 0, named: Vec::new() }
    }

    /// Adds a row, with what it holds or shares in words that show no personal value.
    pub(super) fn add(&mut self, row: i64, words: &str) {
        if self.rows == 0 {
            self.first = row;
        }
        self.rows += 1;
        if self.named.len() < NAMED && !(self.rows == 1 && words.is_empty()) {
            let words = if words.is_empty() { String::new() } else { format!(": {words}") };
            self.named.push(format!("row {row}{words}"));
        }
    }

    /// Returns the error for these rows, if there is one.
    pub(super) fn into_result(self) -> Result<(), SourceError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut rows = self.named;
        if self.rows > NAMED {
            rows.push(counted(self.rows - NAMED, "more row", "more rows"));
        }
        let rows = if rows.is_empty() { String::new() } else { format!(" ({})", rows.join("; ")) };
        Err(SourceError::Stopped { file: self.file, row: self.first, rule: self.rule, rows })
    }
}
