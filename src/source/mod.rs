//! Connectors and contracts: files and query results as somebody else wrote them, into typed Arrow.
//!
//! ```text
//! discover   the files that fit, or the one query             bytes and hashes, no meaning
//! content    plain, gzip, Zstandard, ZIP; what it is by its bytes
//! text       encodings
//! delimited  workbook  columnar  database      rows of text, numbered as people count them
//! layout     preamble, header, rows that are no data
//! contract   text to types, codes, pseudonyms
//! intake     rules, keys, copies, quarantine; every row and penny accounted for
//! ```
//!
//! Nothing is inferred, nothing falls back in silence, and no value of a personal column leaves in an error
//! or a quarantined row. Knows no store and no pipeline: what becomes of an [`Extraction`] is the caller's.

mod columnar;
mod content;
mod contract;
mod database;
mod delimited;
mod discover;
mod error;
mod extraction;
mod given;
mod header;
mod intake;
mod kept;
mod layout;
mod nature;
mod quarantine;
mod row;
mod text;
mod workbook;

use std::path::Path;

pub use contract::{schema, share, swing};
pub use discover::{Found, discover};
pub use error::{SourceError, SourceFailure};
pub use extraction::{ControlTotalFact, Extraction};
pub use given::{Given, ListUse, lists};

pub use kept::{KeptRow, replay};
pub use nature::Nature;
pub use quarantine::{Quarantined, quarantine_batch};

pub use crate::store::{MoneyTotals, RowCounts};

use content::Content;
use contract::{Cells, Contract};
use delimited::Delimited;
use intake::Intake;
use layout::Settings;
use row::Row;
use text::Text;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::project::{Connection, CsvFormat, Disposition, SourceDefinition, WorkbookFormat};

/// Where a source is read from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The project's folder, which the connection's path is relative to.
    pub root: &'a Path,
    /// The connection that the source names.
    pub connection: &'a Connection,
}

/// Every fault of `source` that its text tells, given what its connection is. Opens nothing.
#[must_use]
pub fn check(source: &SourceDefinition, connection: Option<&Connection>) -> Diagnostics {
    let mut faults = contract::check(source);
    let connected = source.file.connection.span();
    match connection {
        Some(Connection::Sqlite(_)) => {
            if let Err(SourceError::Contract(fault)) = database::query(source) {
                faults.push(*fault);
            }
        }
        Some(Connection::Folder(_)) if source.file.files.is_none() => {
            let fault = Diagnostic::error(&source.source, Some(connected), "a folder needs `files`");
            faults.push(
                fault.with_help("name the files by a pattern, as in `files = \"payments/*.csv\"`".to_owned()),
            );
        }
        Some(Connection::Folder(_)) | None => {}
    }
    faults
}

/// Reads one file or query under the contract of `source`.
///
/// `given`: the pseudonyms and the lists that the contract asks for.
///
/// # Errors
///
/// What [`SourceError`] lists: the whole file is refused, and nothing of it is handed over. Rows that break
/// the contract are no error; they are in [`Extraction::quarantine`].
pub fn extract(
    source: &SourceDefinition,
    place: Place<'_>,
    found: &Found,
    given: &Given,
) -> Result<Extraction, SourceError> {
    if let Connection::Sqlite(database) = place.connection {
        let query = database::query(source)?;
        let contract = Contract::new(source, Cells::Written, given)?;
        let mut intake = Intake::new(query.shown(), None, contract, Settings::of_query(), &[])?;
        let shown = database.path.to_string_lossy();
        let totals = source.totals.as_deref();
        let stated = database::read(&found.path, &shown, query.text(), totals, &mut |row| intake.take(row))?;
        intake.hold_against(stated);
        return intake.finish(source.file.disposition == Disposition::Merge);
    }
    check_unchanged(found)?;
    let content = Content::new(found)?;
    match (&source.file.workbook, &source.file.csv, content.nature) {
        (_, _, Nature::Empty) => Err(SourceError::NoRows { file: found.name.clone() }),
        (Some(format), _, Nature::Zip | Nature::Compound) => {
            extract_workbook(format, Contract::new(source, Cells::Typed, given)?, found, &content)
        }
        (None, None, Nature::Parquet) => {
            extract_parquet(Contract::new(source, Cells::Typed, given)?, found, &content)
        }
        (None, format, Nature::Text) => {
            let plain = CsvFormat::default();
            let format = format.as_ref().unwrap_or(&plain);
            extract_text(format, Contract::new(source, Cells::Written, given)?, found, &content)
        }
        (workbook, _, nature) => {
            let expected = if workbook.is_some() { "a workbook (XLSX, XLS, ODS)" } else { "delimited text" };
            Err(SourceError::Nature { file: found.name.clone(), found: nature, expected })
        }
    }
}

fn extract_text<'a>(
    format: &'a CsvFormat,
    contract: Contract<'a>,
    found: &Found,
    content: &Content<'_>,
) -> Result<Extraction, SourceError> {
    let file = found.name.as_str();
    let declared = text::declared(&format.encoding);
    let encoding = text::settle(file, &declared, &mut || content.open())?;
    let (delimiter, quote) = (ascii(format.delimiter), ascii(format.quote));
    let mut intake = Intake::new(file, Some(found.stem()), contract, Settings::of_text(format), &[])?;
    let mut rows = Delimited::new(file, Text::new(file, content.open()?, encoding), delimiter, quote);
    let mut row = Row::default();
    while rows.read(&mut row)? {
        intake.take(&row)?;
    }
    intake.warn("misnamed_file", content.is_misnamed());
    intake.finish(false)
}

fn extract_workbook<'a>(
    format: &'a WorkbookFormat,
    contract: Contract<'a>,
    found: &Found,
    content: &Content<'_>,
) -> Result<Extraction, SourceError> {
    let file = found.name.as_str();
    let linked = content.nature == Nature::Zip && content::scan(found)?;
    let bytes = std::fs::read(&found.path).map_err(|error| SourceError::from_io(file, &error))?;
    let settings = Settings::of_workbook(format);
    let mut intake = Intake::new(file, Some(found.stem()), contract, settings, &format.fill_down)?;
    workbook::read(file, bytes, format.sheet.get_ref(), &mut |row| intake.take(row))?;
    intake.warn("misnamed_file", content.is_misnamed());
    intake.warn("links_to_other_workbooks", linked);
    intake.finish(false)
}

fn extract_parquet(
    contract: Contract<'_>,
    found: &Found,
    content: &Content<'_>,
) -> Result<Extraction, SourceError> {
    let file = found.name.as_str();
    let bytes = std::fs::read(&found.path).map_err(|error| SourceError::from_io(file, &error))?;
    let mut intake = Intake::new(file, Some(found.stem()), contract, Settings::of_query(), &[])?;
    columnar::read(file, bytes.into(), &mut |row| intake.take(row))?;
    intake.warn("misnamed_file", content.is_misnamed());
    intake.finish(false)
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

/// A character as its one byte; that it is ASCII is for the contract's check.
fn ascii(character: char) -> u8 {
    u8::try_from(character).unwrap_or_default()
}

#[cfg(test)]
mod tests;
