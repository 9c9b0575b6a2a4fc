use serde::Serialize;

/// The rows that tables hold after some sources were read. With those set aside it accounts for every row read:
/// `rows` = read - set aside - `copies` - `superseded` + `before`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct InTables {
    /// Rows in the tables of those sources.
    pub rows: u64,
    /// Rows read that were exact copies of another.
    pub copies: u64,
    /// Rows read that a newer row of their key or a newer file stands for.
    pub superseded: u64,
    /// Rows in the tables that landed before.
    pub before: u64,
}

impl InTables {
    /// Adds those of another source.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            copies: self.copies + other.copies,
            superseded: self.superseded + other.superseded,
            before: self.before + other.before,
        }
    }

    /// Returns how many rows the tables hold, in words, and why those are not the rows read.
    pub(super) fn words(&self) -> String {
        let reasons = [
            (self.before, "that landed before"),
            (self.copies, "exact copies left out"),
            (self.superseded, "that newer ones replace"),
        ];
        let reasons: Vec<String> = reasons
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, why)| format!("{count} {why}"))
            .collect();
        let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
        format!(", {} in the tables{why}", self.rows)
    }
}
