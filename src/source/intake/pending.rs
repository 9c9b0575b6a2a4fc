use crate::source::contract::judge::Judge;

/// The rule that no two rows share a key.
pub const UNIQUE: &str = "unique";

/// A row of the batch being filled.
pub(super) struct Pending {
    pub(super) row: i64,
    pub(super) fate: Fate,
    pub(super) consistent: bool,
}

/// The outcome of a row.
pub(super) enum Fate {
    Publish,
    Duplicate,
    SetAside(Box<Fault>),
}

/// Why a row is set aside.
pub(super) struct Fault {
    pub(super) column: Option<usize>,
    pub(super) rule: String,
    pub(super) reason: String,
    pub(super) personal: bool,
    /// Cells that were refused, as they were read, of columns that are not personal.
    pub(super) raw: Vec<(usize, String)>,
}

impl Fault {
    /// Builds the fault of a row that fails `judge`.
    pub(super) fn of(judge: &Judge) -> Self {
        let Judge { column, rule, reason, personal, .. } = judge;
        Self {
            column: *column,
            rule: rule.clone(),
            reason: reason.clone(),
            personal: *personal,
            raw: Vec::new(),
        }
    }
}

/// Returns the fate of a row that does not fit below its header.
pub(super) fn ragged(reason: String, personal: bool, raw: Vec<(usize, String)>) -> Fate {
    Fate::SetAside(Box::new(Fault { column: None, rule: "ragged_row".to_owned(), reason, personal, raw }))
}
