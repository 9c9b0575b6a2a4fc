use std::collections::BTreeMap;

use serde::Serialize;

/// One row that is set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantineRow {
    /// The file, or the query's name.
    pub file: String,
    /// Its number in the file or the result, from 1.
    pub row: i64,
    /// The column that failed, where it was one.
    pub column: Option<String>,
    /// The rule that it broke.
    pub rule: String,
    /// The rule in words.
    pub reason: String,
    /// Names the contract that it broke.
    pub contract: String,
    /// Whether it is corrected at its source, and never released.
    pub personal: bool,
    /// What it held, but for personal columns; of persons only codes that the contract lists.
    pub values: BTreeMap<String, String>,
    /// Who decided about it, and why, where somebody has.
    pub released: Option<String>,
}

/// A row as quarantine keeps it, pseudonyms and all. Never leaves this room.
#[derive(Debug, Clone)]
pub(super) struct AsideRow {
    pub(super) shown: QuarantineRow,
    pub(super) values: BTreeMap<String, String>,
}

/// Which rows are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only rows of this file.
    pub file: Option<String>,
    /// Only rows that broke this rule.
    pub rule: Option<String>,
    /// With these numbers only; any when empty.
    pub rows: Vec<i64>,
}

impl Filter {
    pub(super) fn takes(&self, row: &QuarantineRow) -> bool {
        self.file.as_ref().is_none_or(|file| *file == row.file)
            && self.rule.as_ref().is_none_or(|rule| *rule == row.rule)
            && (self.rows.is_empty() || self.rows.contains(&row.row))
    }
}
