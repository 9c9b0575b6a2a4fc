use super::Connector;
use super::folder::Folder;
use super::sqlite::Sqlite;
use crate::project::Connection;

/// Returns the connector that serves `connection`: one line for each kind.
pub(in crate::source) fn of(connection: &Connection) -> Box<dyn Connector + '_> {
    match connection {
        Connection::Folder(folder) => Box::new(Folder(folder)),
        Connection::Sqlite(database) => Box::new(Sqlite(database)),
    }
}
