//! The store: landings, snapshots, commits and the tables that analysts read.
//!
//! ```text
//! tables/<pipeline>/<table>.parquet    what analysts read: one file a table, always whole
//! tables/catalog.sql                   views over the file list of the newest commit
//! commits/<seq>.json                   one a publication, create-if-absent: THE commit
//! snapshots/<pipeline>/<table>/<run>/  immutable
//! landings/<pipeline>/<source>/<id>/   append-only; landing.json is written last
//! restricted/quarantine/…              rows that broke a contract
//! editions/  runs/  outbox/  leases/   append-only records
//! .staging/                            same file system, no `.parquet` names
//! ```

pub mod objects;

pub use objects::{Created, Memory, Objects, StoreError};
