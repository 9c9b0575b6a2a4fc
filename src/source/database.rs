//! The result of a query as rows of text. The query runs in the database, in its own dialect, read-only.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::SourceError;
use super::row::Row;
use super::workbook::write_float;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::project::SourceDefinition;

/// How long to wait for another program's lock.
const PATIENCE: Duration = Duration::from_secs(10);

/// The query of a source that is a database.
pub(super) fn query(source: &SourceDefinition) -> Result<&Arc<SourceFile>, SourceError> {
    source.sql.as_ref().ok_or_else(|| {
        let message = format!("a source of a database needs a query: there is no `{}.sql`", source.name);
        let fault = Diagnostic::error(&source.source, Some(source.file.connection.span()), message);
        SourceError::Contract(Box::new(fault))
    })
}

/// Runs `sql` and hands over its column names as a row 0, then each row of the result. Gives back what the
/// one row of `totals` states, by its columns' names: both queries see the database at one moment.
pub(super) fn read(
    path: &Path,
    shown: &str,
    sql: &str,
    totals: Option<&SourceFile>,
    take: &mut dyn FnMut(&Row) -> Result<(), SourceError>,
) -> Result<Vec<(String, String)>, SourceError> {
    let unavailable = |error: rusqlite::Error| SourceError::Unavailable {
        place: shown.to_owned(),
        reason: error.to_string(),
    };
    let refused =
        |error: rusqlite::Error| SourceError::Query { place: shown.to_owned(), reason: error.to_string() };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    connection.busy_timeout(PATIENCE).map_err(unavailable)?;
    connection.execute_batch("BEGIN").map_err(unavailable)?;
    let stated = totals.map(|totals| total_row(&connection, shown, totals)).transpose()?.unwrap_or_default();
    let mut statement = connection.prepare(sql).map_err(refused)?;
    if !statement.readonly() {
        let reason = "it would change the database".to_owned();
        return Err(SourceError::Query { place: shown.to_owned(), reason });
    }
    let mut row = Row::default();
    for name in statement.column_names() {
        row.push(name);
    }
    let width = row.len();
    take(&row)?;
    let mut result = statement.query([]).map_err(refused)?;
    let mut number = 0;
    while let Some(values) = result.next().map_err(refused)? {
        number += 1;
        row.clear();
        row.number = number;
        for column in 0..width {
            match values.get_ref(column).map_err(refused)? {
                ValueRef::Null => {}
                ValueRef::Integer(value) => row.push_text(&value.to_string()),
                ValueRef::Real(value) => row.push_text(&write_float(value)),
                ValueRef::Text(bytes) => row.push_text(&String::from_utf8_lossy(bytes)),
                ValueRef::Blob(_) => {
                    let reason = format!("column {} of row {number} is binary", column + 1);
                    return Err(SourceError::Query { place: shown.to_owned(), reason });
                }
            }
            row.end_cell();
        }
        take(&row)?;
    }
    Ok(stated)
}

/// The one row of a query for totals.
fn total_row(
    connection: &Connection,
    shown: &str,
    totals: &SourceFile,
) -> Result<Vec<(String, String)>, SourceError> {
    let refused =
        |error: rusqlite::Error| SourceError::Query { place: shown.to_owned(), reason: error.to_string() };
    let mut statement = connection.prepare(totals.text()).map_err(refused)?;
    if !statement.readonly() {
        let reason = "the query for totals would change the database".to_owned();
        return Err(SourceError::Query { place: shown.to_owned(), reason });
    }
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut result = statement.query([]).map_err(refused)?;
    let mut stated = Vec::new();
    if let Some(values) = result.next().map_err(refused)? {
        for (place, name) in names.into_iter().enumerate() {
            let text = match values.get_ref(place).map_err(refused)? {
                ValueRef::Null => "0".to_owned(),
                ValueRef::Integer(value) => value.to_string(),
                ValueRef::Real(value) => write_float(value),
                ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                ValueRef::Blob(_) => String::new(),
            };
            stated.push((name, text));
        }
    }
    if stated.is_empty() || result.next().map_err(refused)?.is_some() {
        let reason = format!("`{}` gives one row of totals, no more and no less", totals.shown());
        return Err(SourceError::Query { place: shown.to_owned(), reason });
    }
    Ok(stated)
}
