use std::path::Path;

use super::connector::{self, Connector};
use super::error::SourceError;
use crate::project::Written;

/// Where a source is read from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The project's folder, which the connection's path is relative to.
    pub root: &'a Path,
    /// The connection that the source names.
    pub connection: &'a Written,
}

impl Place<'_> {
    /// Returns the place in words, where it is on this machine and not there. Opens nothing.
    #[must_use]
    pub fn missing(self) -> Option<String> {
        let connector = connector::list::of(self.connection).ok()?;
        connector.is_missing(self.root).then(|| connector.place())
    }

    /// Returns whether it holds files, whose names the rows carry.
    #[must_use]
    pub fn holds_files(self) -> bool {
        connector::list::of(self.connection).is_ok_and(|connector| connector.holds_files())
    }

    /// Returns what serves the place, or the fault of its settings.
    pub(super) fn connector(self) -> Result<Box<dyn Connector>, SourceError> {
        connector::list::of(self.connection).map_err(|fault| SourceError::Contract(Box::new(fault)))
    }
}
