//! Where in the store each thing is.

use super::error::StoreError;

/// Commits, one object each.
pub(super) const COMMITS: &str = "commits";
/// What analysts read.
pub(super) const TABLES: &str = "tables";
/// The views for `DuckDB`.
pub(super) const CATALOG: &str = "tables/catalog.sql";
/// Immutable parts of published tables.
pub(super) const SNAPSHOTS: &str = "snapshots";
/// Extractions.
pub(super) const LANDINGS: &str = "landings";
/// Rows that broke a contract.
pub(super) const QUARANTINE: &str = "restricted/quarantine";
/// Records that were damaged, kept for whoever asks what happened.
pub(super) const DAMAGED: &str = "restricted/damaged";
/// The folders that a store on disk is made with.
pub(super) const FOLDERS: [&str; 12] = [
    COMMITS, TABLES, SNAPSHOTS, LANDINGS, QUARANTINE, "editions", "runs", "audit", "showings", "waiting",
    "outbox", "leases",
];

/// Names the object of commit `seq`.
pub(super) fn commit(seq: u64) -> String {
    format!("{COMMITS}/{seq:08}.json")
}

/// Says that snapshots of commit `seq` were collected, so that missing files are no damage.
pub(super) fn collected(seq: u64) -> String {
    format!("{COMMITS}/{seq:08}.collected")
}

/// Returns the number of the commit whose object is `name`; `None` for anything else.
pub(super) fn commit_seq(name: &str) -> Option<u64> {
    name.strip_prefix(COMMITS)?.strip_prefix('/')?.strip_suffix(".json")?.parse().ok()
}

/// Names part `index` of a table as published by `run`.
pub(super) fn snapshot(pipeline: &str, table: &str, run: &str, index: usize) -> String {
    format!("{SNAPSHOTS}/{pipeline}/{table}/{run}/part-{index}.parquet")
}

/// Names the one file of a table that analysts read.
pub(super) fn table(pipeline: &str, table: &str) -> String {
    format!("{TABLES}/{pipeline}/{table}.parquet")
}

/// Names the folder of a landing.
pub(super) fn landing(pipeline: &str, source: &str, id: &str) -> String {
    format!("{LANDINGS}/{pipeline}/{source}/{id}")
}

/// Names the record that makes a landing whole.
pub(super) fn landing_record(folder: &str) -> String {
    format!("{folder}/landing.json")
}

/// Names the rows of a landing that broke its contract.
pub(super) fn quarantine(pipeline: &str, source: &str, id: &str) -> String {
    format!("{QUARANTINE}/{pipeline}/{source}/{id}.parquet")
}

/// Refuses a name that would leave its folder, hide, or differ between file systems.
pub(super) fn plain(name: &str) -> Result<(), StoreError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte);
    if name.is_empty() || name.starts_with('.') || name.len() > 120 || !name.bytes().all(allowed) {
        return Err(StoreError::Name(name.to_owned()));
    }
    Ok(())
}
