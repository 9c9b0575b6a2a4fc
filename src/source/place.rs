use std::path::Path;

use crate::project::Connection;

/// Where a source is read from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The project's folder, which the connection's path is relative to.
    pub root: &'a Path,
    /// The connection that the source names.
    pub connection: &'a Connection,
}
