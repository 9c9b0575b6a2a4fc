//! Connectors and contracts: files and query results as somebody else wrote them, into typed Arrow.
//!
//! ```text
//! discover   the files that fit, or the one query             bytes and hashes, no meaning
//! text       encodings            delimited  workbook  database      rows of text, numbered as people count them
//! layout     preamble, header, rows that are no data
//! contract   text to types, codes, pseudonyms
//! intake     rules, keys, copies, quarantine; every row and penny accounted for
//! ```
//!
//! Nothing is inferred, nothing falls back in silence, and no value of a personal column leaves in an error
//! or a quarantined row. Knows no store and no pipeline: what becomes of an [`Extraction`] is the caller's.

mod contract;
mod database;
mod delimited;
mod discover;
mod error;
mod extraction;
mod header;
mod intake;
mod layout;
mod nature;
mod quarantine;
mod row;
mod text;
mod workbook;

use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use contract::schema;
pub use discover::{Found, discover};
pub use error::{SourceError, SourceFailure};
pub use extraction::{ControlTotalFact, Extraction, MoneyTotals, RowCounts};
pub use nature::Nature;
pub use quarantine::{Quarantined, quarantine_batch};

use contract::Contract;
use delimited::Delimited;
use intake::Intake;
use layout::Settings;
use row::Row;
use text::Text;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::privacy::Pseudonyms;
use crate::project::{Connection, CsvFormat, Disposition, SourceDefinition, WorkbookFormat};

/// Where a source is read from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The project's folder, which the connection's path is relative to.
    pub root: &'a Path,
    /// The connection that the source names.
    pub connection: &'a Connection,
}

/// What is wrong with a contract that its text alone tells. Opens nothing.
#[must_use]
pub fn check(source: &SourceDefinition, connection: &Connection) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let mut keep = |result: Result<(), SourceError>| match result {
        Err(SourceError::Contract(fault)) => faults.push(*fault),
        Err(other) => faults.push(Diagnostic::error(&source.source, None, other.to_string())),
        Ok(()) => {}
    };
    // Any key will do: nothing is replaced here, but a contract that needs one must find one.
    let key = Pseudonyms::new(&[0; 32]).ok();
    keep(Contract::new(source, connection, key.as_ref()).map(|_| ()));
    match connection {
        Connection::Sqlite(_) => keep(database::query(source).map(|_| ())),
        Connection::Folder(_) if source.file.files.is_none() => {
            let fault = Diagnostic::error(
                &source.source,
                Some(source.file.connection.span()),
                "a folder needs `files`",
            )
            .with_help("name the files by a pattern, as in `files = \"payments/*.csv\"`".to_owned());
            keep(Err(SourceError::Contract(Box::new(fault))));
        }
        Connection::Folder(_) => {}
    }
    faults
}

/// Reads one file or query under the contract of `source`.
///
/// `pseudonyms` may be left out for contracts that pseudonymise nothing.
///
/// # Errors
///
/// What [`SourceError`] lists: the whole file is refused, and nothing of it is handed over. Rows that break
/// the contract are no error; they are in [`Extraction::quarantine`].
pub fn extract(
    source: &SourceDefinition,
    place: Place<'_>,
    found: &Found,
    pseudonyms: Option<&Pseudonyms>,
) -> Result<Extraction, SourceError> {
    let contract = Contract::new(source, place.connection, pseudonyms)?;
    match (place.connection, &source.file.workbook) {
        (Connection::Sqlite(database), _) => {
            let query = database::query(source)?;
            let settings = Settings { of_query: true, ..Settings::default() };
            let shown = database.path.to_string_lossy();
            let mut intake = Intake::new(query.shown(), None, contract, settings, &[])?;
            database::read(&found.path, &shown, query.text(), &mut |row| intake.take(row))?;
            intake.finish(source.file.disposition == Disposition::Merge)
        }
        (Connection::Folder(_), Some(format)) => extract_workbook(format, contract, found),
        (Connection::Folder(_), None) => {
            let plain = CsvFormat::default();
            extract_text(source.file.csv.as_ref().unwrap_or(&plain), contract, found)
        }
    }
}

fn extract_text<'a>(
    format: &'a CsvFormat,
    contract: Contract<'a>,
    found: &Found,
) -> Result<Extraction, SourceError> {
    let file = found.name.as_str();
    check_nature(found, &[Nature::Text], "delimited text")?;
    check_unchanged(found)?;
    let declared = text::declared(contract.source, &format.encoding)?;
    let mut open = || File::open(&found.path).map_err(|error| SourceError::from_io(file, &error));
    let encoding = text::settle(file, &declared, &mut open)?;
    let settings = Settings {
        header: format.header.as_ref(),
        skip: format.skip_rows.as_ref(),
        control: format.control_total.as_ref(),
        of_query: false,
    };
    let source = contract.source;
    let delimiter = ascii(source, format.delimiter, "delimiter")?;
    let quote = ascii(source, format.quote, "quote")?;
    let mut intake = Intake::new(file, Some(found.stem()), contract, settings, &[])?;
    let mut rows = Delimited::new(file, Text::new(file, open()?, encoding), delimiter, quote);
    let mut row = Row::default();
    while rows.read(&mut row)? {
        intake.take(&row)?;
    }
    intake.finish(false)
}

fn extract_workbook<'a>(
    format: &'a WorkbookFormat,
    contract: Contract<'a>,
    found: &Found,
) -> Result<Extraction, SourceError> {
    let file = found.name.as_str();
    check_nature(found, &[Nature::Zip, Nature::Compound], "a workbook (XLSX, XLS, ODS)")?;
    check_unchanged(found)?;
    let bytes = std::fs::read(&found.path).map_err(|error| SourceError::from_io(file, &error))?;
    let settings = Settings {
        header: format.header.as_ref(),
        skip: format.skip_rows.as_ref(),
        control: format.control_total.as_ref(),
        of_query: false,
    };
    let mut intake = Intake::new(file, Some(found.stem()), contract, settings, &format.fill_down)?;
    workbook::read(file, bytes, format.sheet.get_ref(), &mut |row| intake.take(row))?;
    intake.finish(false)
}

/// Refuses a file that is something else than its source says, whatever its name.
fn check_nature(found: &Found, allowed: &[Nature], expected: &'static str) -> Result<(), SourceError> {
    let unreadable = |error: std::io::Error| SourceError::from_io(&found.name, &error);
    let mut start = Vec::new();
    let file = File::open(&found.path).map_err(unreadable)?;
    file.take(Nature::GLIMPSE as u64).read_to_end(&mut start).map_err(unreadable)?;
    match Nature::of(&start) {
        nature if allowed.contains(&nature) => Ok(()),
        Nature::Empty => Err(SourceError::NoRows { file: found.name.clone() }),
        nature => Err(SourceError::Nature { file: found.name.clone(), found: nature, expected }),
    }
}

/// Refuses a file that is not, or no longer, the one that was discovered.
fn check_unchanged(found: &Found) -> Result<(), SourceError> {
    use sha2::Digest;
    let (_, hash) = discover::hash_file(&found.path, &found.name)?;
    if discover::hexadecimal(&hash.finalize()) == found.sha256 {
        Ok(())
    } else {
        Err(SourceError::Changed { file: found.name.clone() })
    }
}

fn ascii(source: &SourceDefinition, character: char, what: &str) -> Result<u8, SourceError> {
    u8::try_from(character).ok().filter(u8::is_ascii).ok_or_else(|| {
        let message = format!("the {what} `{character}` is no ASCII character");
        contract::contract_fault(source, source.file.connection.span(), message, None)
    })
}

#[cfg(test)]
mod tests;
