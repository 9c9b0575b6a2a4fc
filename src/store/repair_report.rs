use std::collections::BTreeMap;

use super::damage::Damage;

/// What opening or repairing a store did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepairReport {
    /// Whether this process had the store to itself, so that it could sweep. Never so on a file system
    /// without locks: what dead processes leave there stays until `repair` is run on another.
    pub alone: bool,
    /// What dead publications and landings had left, now removed.
    pub swept: Vec<String>,
    /// What was made again or set aside.
    pub repaired: Vec<Repaired>,
    /// What stays damaged.
    pub lost: Vec<Damage>,
    /// For each published table that stays damaged (`pipeline.table`), the newest commit that has it whole.
    pub whole_in: BTreeMap<String, Option<u64>>,
}

/// Something that was put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// The object.
    pub name: String,
    /// What was done.
    pub how: String,
}

impl RepairReport {
    pub(super) fn repaired(&mut self, name: &str, how: impl Into<String>) {
        self.repaired.push(Repaired { name: name.to_owned(), how: how.into() });
    }
}
