use crate::text::hex;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::Digest;

use super::Connector;
use super::query::{Query, StatedTotals};
use crate::diagnostic::{Cause, Diagnostics, SourceFile};
use crate::project::SourceDefinition;
use crate::source::error::SourceError;
use crate::source::extraction::Extraction;
use crate::source::float::write_float;
use crate::source::found::Found;
use crate::source::hash::hash_file;
use crate::source::inputs::Inputs;
use crate::source::marks::Marks;
use crate::source::parser_fault::ParserFault;
use crate::source::receiver::Receiver;
use crate::source::row::{Row, Take};

/// How long to wait for another program's lock.
const PATIENCE: Duration = Duration::from_secs(10);

/// One SQLite database file, opened read-only. The query runs in one transaction.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Sqlite {
    /// Its path, relative to the project.
    path: PathBuf,
}

impl Connector for Sqlite {
    fn place(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    fn is_missing(&self, root: &Path) -> bool {
        !root.join(&self.path).exists()
    }

    fn holds_files(&self) -> bool {
        false
    }

    fn check(&self, source: &SourceDefinition) -> Diagnostics {
        let mut faults = Diagnostics::default();
        if let Err(SourceError::Contract(fault)) = Query::of(source) {
            faults.push(*fault);
        }
        faults
    }

    fn reads_snapshot(&self) -> bool {
        true
    }

    fn discover(&self, source: &SourceDefinition, root: &Path) -> Result<Vec<Found>, SourceError> {
        let path = root.join(&self.path);
        let query = Query::of(source)?;
        let (bytes, mut hash) = hash_file(&path, &self.place())?;
        hash.update(query.rows.text().as_bytes());
        let sha256 = hex(&hash.finalize());
        let name = source.name.clone();
        Ok(vec![Found { identity: name.clone(), name, bytes, sha256, path, member: None }])
    }

    fn look(
        &self,
        source: &SourceDefinition,
        _root: &Path,
        found: &Found,
        to: &mut dyn Receiver,
    ) -> Result<(), SourceError> {
        read(&found.path, &self.place(), Query::of(source)?, &mut |row| to.take(row)).map(drop)
    }

    fn extract(
        &self,
        source: &SourceDefinition,
        _root: &Path,
        found: &Found,
        inputs: &Inputs,
    ) -> Result<Extraction, SourceError> {
        let query = Query::of(source)?;
        query.extract(inputs, |take| read(&found.path, &self.place(), query, take))
    }
}

/// Runs both queries within one transaction: the column names as a row 0, then each row of the result.
fn read(path: &Path, shown: &str, query: Query<'_>, take: Take<'_>) -> Result<StatedTotals, SourceError> {
    let unavailable = |error: rusqlite::Error| fault(shown, None, &error);
    let refused = |error: rusqlite::Error| fault(shown, Some(query.rows), &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(unavailable)?;
    connection.busy_timeout(PATIENCE).map_err(unavailable)?;
    connection.execute_batch("BEGIN").map_err(unavailable)?;
    let stated =
        query.totals.map(|totals| total_row(&connection, shown, totals)).transpose()?.unwrap_or_default();
    let mut statement = connection.prepare(query.rows.text()).map_err(refused)?;
    if !statement.readonly() {
        return Err(query_fault(shown, query.rows, "the query would change the database"));
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
                ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => row.push_text(text),
                    Err(_) => row.mark(column, Marks::NOT_UTF8),
                },
                ValueRef::Blob(_) => {
                    return Err(SourceError::Records {
                        file: shown.to_owned(),
                        place: format!("row {number}"),
                        reason: format!(
                            "expected text or a number in column {}, found binary data",
                            column + 1
                        ),
                        help: Some(format!(
                            "leave the column out of `{}`, or cast it to text there",
                            query.rows.shown()
                        )),
                    });
                }
            }
            row.end_cell();
        }
        take(&row)?;
    }
    Ok(stated)
}

/// Reads the one row of the query for totals.
fn total_row(connection: &Connection, shown: &str, totals: &SourceFile) -> Result<StatedTotals, SourceError> {
    let refused = |error: rusqlite::Error| fault(shown, Some(totals), &error);
    let mut statement = connection.prepare(totals.text()).map_err(refused)?;
    if !statement.readonly() {
        return Err(query_fault(shown, totals, "the query for totals would change the database"));
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
        return Err(query_fault(shown, totals, "expected one row of totals, found none or several"));
    }
    Ok(stated)
}

/// Returns what a failure means: a file that is not a sound database is refused like any other file that cannot be read, a
/// query that the database does not take is a fault of its file, and all else may be over in a while.
fn fault(shown: &str, query: Option<&SourceFile>, error: &rusqlite::Error) -> SourceError {
    let unavailable = || SourceError::Unavailable { place: shown.to_owned(), reason: Cause::of(error) };
    match (error.sqlite_error_code(), query) {
        (Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt), _) => {
            ParserFault::of(error).in_file(shown, "a SQLite database")
        }
        (Some(ErrorCode::PermissionDenied), _) => {
            SourceError::Denied { place: shown.to_owned(), reason: Cause::of(error) }
        }
        (Some(ErrorCode::Unknown) | None, Some(query)) => match error {
            rusqlite::Error::SqlInputError { msg, offset, .. } => {
                let (line, column) = query.line_and_column(usize::try_from(*offset).unwrap_or_default());
                let query = format!("{}:{line}:{column}", query.shown());
                SourceError::Query { place: shown.to_owned(), query, reason: msg.as_str().into() }
            }
            _ => query_fault(shown, query, Cause::of(error)),
        },
        _ => unavailable(),
    }
}

/// Builds the fault of a query.
fn query_fault(shown: &str, query: &SourceFile, reason: impl Into<Cause>) -> SourceError {
    SourceError::Query { place: shown.to_owned(), query: query.shown().to_owned(), reason: reason.into() }
}
