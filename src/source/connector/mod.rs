//! Connectors: the kinds of place that sources are read from, each behind [`Connector`].
//!
//! ```text
//! folder   files that fit a pattern, read by their format
//! sqlite   one query of a database file
//! postgres one query of a PostgreSQL database
//! server   what every database server shares: its settings, its login, the fingerprint of its rows
//! query    what every database shares: its query, its totals, its way into the contract
//! list     which connector serves a connection
//! ```
//!
//! A new connector is a file here and one line of `list.rs`. The file holds the type of its settings, by which
//! `[connections.x.kind]` is read, checked and explained to editors; nothing else of the program knows them.

mod folder;
pub(super) mod list;
mod postgres;
mod query;
mod server;
mod sqlite;

use std::path::Path;

use super::error::SourceError;
use super::extraction::Extraction;
use super::found::Found;
use super::inputs::Inputs;
use super::receiver::Receiver;
use crate::diagnostic::Diagnostics;
use crate::project::SourceDefinition;

/// A place that sources are read from, with its settings. One that speaks to a server holds a runtime of its own for as
/// long as a call takes: the rows come in one after the other, whatever waits for them.
pub(super) trait Connector {
    /// Returns where it is, for messages: never a secret.
    fn place(&self) -> String;

    /// Returns whether it is on this machine and not there. Opens nothing, and asks no network.
    fn is_missing(&self, root: &Path) -> bool;

    /// Returns whether it holds files, each with a name that its rows carry; a database answers a query.
    fn holds_files(&self) -> bool;

    /// Returns every fault of `source` for such a place that its text shows. Opens nothing.
    fn check(&self, source: &SourceDefinition) -> Diagnostics;

    /// Returns whether a read sees one moment of the place, whatever others write meanwhile: a transaction
    /// does, a file does not and is watched until it is at rest.
    fn reads_snapshot(&self) -> bool;

    /// Returns what `source` has to read now, sorted by name. `root`: the project's folder.
    fn discover(&self, source: &SourceDefinition, root: &Path) -> Result<Vec<Found>, SourceError>;

    /// Returns the lock files, by name, that would fit: the file beside each is open in an office program, and what its
    /// screen shows may not be saved.
    fn locks(&self, source: &SourceDefinition, root: &Path) -> Result<Vec<String>, SourceError> {
        let _ = (source, root);
        Ok(Vec::new())
    }

    /// Returns the folders, by name, that have the name of a file: nothing in them is read.
    fn folders(&self, source: &SourceDefinition, root: &Path) -> Result<Vec<String>, SourceError> {
        let _ = (source, root);
        Ok(Vec::new())
    }

    /// Streams the rows of `found` into `to`, as its format or its query reads them. The contract of `source` is not read.
    fn look(
        &self,
        source: &SourceDefinition,
        root: &Path,
        found: &Found,
        to: &mut dyn Receiver,
    ) -> Result<(), SourceError>;

    /// Streams the rows of `found` into the contract of `source`. `root`: the project's folder, which files of secrets
    /// are relative to.
    fn extract(
        &self,
        source: &SourceDefinition,
        root: &Path,
        found: &Found,
        inputs: &Inputs,
    ) -> Result<Extraction, SourceError>;
}

#[cfg(test)]
mod tests;
