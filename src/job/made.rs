use serde::Serialize;

use super::in_tables::InTables;
use crate::text::counted;

/// What a pipeline made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Landings made.
    pub landings: usize,
    /// Rows read.
    pub read: u64,
    /// Rows set aside.
    pub quarantined: u64,
    /// Files left out, because their bytes are those of another.
    pub left_out: usize,
    /// Rows that the tables hold of the sources that were read, and why those are not the rows read.
    pub in_tables: Option<InTables>,
    /// Tables published, by name.
    pub tables: Vec<String>,
    /// Editions made, by name.
    pub editions: Vec<String>,
    /// The folders of the editions made, below the store.
    pub folders: Vec<String>,
    /// Editions that were there already with the same content.
    pub unchanged: Vec<String>,
    /// Messages delivered.
    pub delivered: usize,
    /// Things that a person should look at, in sentences.
    pub notes: Vec<String>,
}

impl Made {
    /// Returns whether nothing had to be done.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.landings == 0 && self.tables.is_empty() && self.editions.is_empty() && self.delivered == 0
    }

    /// Says it in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        if self.is_nothing() {
            return "nothing to do".to_owned();
        }
        let mut parts = Vec::new();
        if self.landings > 0 {
            let aside = if self.quarantined > 0 {
                format!(", {} set aside", self.quarantined)
            } else {
                String::new()
            };
            let there = self.in_tables.as_ref().map(InTables::words).unwrap_or_default();
            let rows = counted(self.read, "row", "rows");
            let landings = counted(self.landings, "landing", "landings");
            parts.push(format!("{rows} in {landings}{aside}{there}"));
        }
        if self.left_out > 0 {
            parts.push(counted(self.left_out, "file left out as a copy", "files left out as copies"));
        }
        if !self.tables.is_empty() {
            parts.push(counted(self.tables.len(), "table published", "tables published"));
        }
        if !self.editions.is_empty() {
            parts.push(counted(self.editions.len(), "edition made", "editions made"));
        }
        if self.delivered > 0 {
            parts.push(counted(self.delivered, "message delivered", "messages delivered"));
        }
        parts.join(", ")
    }
}
