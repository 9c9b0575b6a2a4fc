use std::path::PathBuf;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Files written, relative to the folder, in order.
    pub files: Vec<PathBuf>,
    /// Pupils that the extracts know, past and present.
    pub pupils: u64,
    /// Placements.
    pub placements: u64,
    /// Lines of the ledger.
    pub ledger_lines: u64,
}
