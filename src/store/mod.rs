//! The store: landings, snapshots, commits and the tables that analysts read.
//!
//! ```text
//! tables/<pipeline>/<table>.parquet    what analysts read: one file a table, always whole
//! tables/catalog.sql                   views over the file list of the newest commit
//! commits/<seq>.json                   one a publication, create-if-absent: THE commit
//! snapshots/<pipeline>/<table>/<run>/  immutable
//! landings/<pipeline>/<source>/<id>/   append-only; landing.json is written last
//! restricted/quarantine/…              rows that broke a contract
//! restricted/releases/…                what a person decided about them
//! editions/  runs/  outbox/  leases/   append-only records
//! identity                             what no other store is called, for the identities of messages
//! .staging/                            same file system, no `.parquet` names
//! ```
//!
//! A publication goes: write and sync each file, move it to its name, sync the folder, create the commit,
//! then refresh the copies in `tables/`. A crash before the commit leaves files that nobody refers to; a
//! crash after it, copies that are a publication behind. [`Store::open`] repairs both.
//!
//! What is deliberately absent: a database of our own, an index that could disagree with the commits, and
//! any writer of published paths but our own.

mod catalog;
mod collect;
mod commit;
mod copies;
mod damage;
mod disk;
mod error;
mod give_up;
mod identity;
mod landed;
mod landing;
mod look;
mod memory;
mod names;
mod objects;
mod open;
mod overlay;
mod part;
mod publication;
mod publish;
mod quality;
mod reader;
mod repair;
mod repair_report;
mod rows;
mod seal;
mod stored_file;
mod verify;

#[cfg(test)]
mod tests;

pub use collect::{CollectReport, Retain};
pub use commit::{CheckResult, Commit, PublishedColumn, PublishedPipeline, PublishedTable};
pub use damage::Damage;
pub use error::StoreError;
pub use give_up::{give_up, given_up};
pub use landing::{FileFact, Findings, LandingRecord, MoneyTotals, NewLanding, Replaced, RowCounts};
pub use memory::Memory;
pub use objects::{Created, Hold, Objects};
pub use open::{Place, Store};
pub use overlay::Overlay;
pub use publication::{NewTable, Publication};
pub use quality::{Quality, Share};
pub use repair_report::{RepairReport, Repaired};
pub use rows::{RowWriter, WrittenRows};
pub(crate) use seal::{seal, unseal};
pub(crate) use stored_file::sha256;
pub use stored_file::{BLOCK_BYTES, StoredFile};
pub use verify::VerifyReport;
