//! Connectors and contracts: files and query results as somebody else wrote them, into typed Arrow.
//!
//! ```text
//! discover   the files that fit, or the one query             bytes and hashes, no meaning
//! settle     waits for a file that is still being written
//! content    plain, gzip, Zstandard, ZIP; what it is by its bytes
//! text       encodings
//! delimited  workbook  columnar  database      rows of text, numbered as people count them
//! json  xml                                    records to rows, by the way to each value
//! apart      parsers that take what they like, in a process that may not
//! layout     preamble, header, rows that are no data
//! contract   text to types, codes, pseudonyms
//! intake     rules, keys, copies, quarantine; every row and penny accounted for
//! ```
//!
//! Nothing is inferred, nothing falls back in silence, and no value of a personal column leaves in an error
//! or a quarantined row. Knows no store and no pipeline: what becomes of an [`Extraction`] is the caller's.

pub mod apart;
mod archive;
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
mod json;
mod kept;
mod layout;
mod leaves;
mod nature;
mod quarantine;
mod row;
mod settle;
mod text;
mod workbook;
mod xml;

use std::path::Path;

use encoding_rs::UTF_8;

pub use contract::{schema, share, swing};
pub use discover::{Found, discover};
pub use error::{SourceError, SourceFailure};
pub use extraction::{ControlTotalFact, Extraction};
pub use given::{Given, ListUse, lists};

pub use kept::{KeptRow, replay};
pub use nature::Nature;
pub use quarantine::{Quarantined, quarantine_batch};
pub use settle::{Patience, settle};

pub use crate::store::{MoneyTotals, RowCounts};

use apart::Task;
use content::Content;
use contract::{Cells, Contract};
use delimited::Delimited;
use intake::Intake;
use layout::Settings;
use row::Row;
use text::{Text, Utf8};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::project::{
    Connection, CsvFormat, Disposition, JsonFormat, SourceDefinition, WorkbookFormat, XmlFormat,
};

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
    let format = Format::of(source);
    match (format, content.nature) {
        (_, Nature::Empty) => Err(SourceError::NoRows { file: found.name.clone() }),
        (Format::Workbook(format), Nature::Zip | Nature::Compound) => {
            extract_workbook(format, Contract::new(source, Cells::Typed, given)?, found, &content)
        }
        (Format::Any, Nature::Parquet) => {
            extract_parquet(Contract::new(source, Cells::Typed, given)?, found, &content)
        }
        (Format::Csv(format), Nature::Text) => {
            extract_text(format, Contract::new(source, Cells::Written, given)?, found, &content)
        }
        (Format::Any, Nature::Text) => {
            let plain = CsvFormat::default();
            extract_text(&plain, Contract::new(source, Cells::Written, given)?, found, &content)
        }
        (Format::Json(format), Nature::Json) => {
            extract_json(format, Contract::new(source, Cells::Written, given)?, found, &content)
        }
        (Format::Any, Nature::Json) => {
            let plain = JsonFormat::default();
            extract_json(&plain, Contract::new(source, Cells::Written, given)?, found, &content)
        }
        (Format::Xml(format), Nature::Xml) => {
            extract_xml(format, Contract::new(source, Cells::Written, given)?, found, &content)
        }
        (format, nature) => {
            Err(SourceError::Nature { file: found.name.clone(), found: nature, expected: format.expected() })
        }
    }
}

/// The format that a source declares.
#[derive(Clone, Copy)]
enum Format<'a> {
    /// None: the content alone decides.
    Any,
    Csv(&'a CsvFormat),
    Workbook(&'a WorkbookFormat),
    Json(&'a JsonFormat),
    Xml(&'a XmlFormat),
}

impl<'a> Format<'a> {
    /// The one format of `source`; that there are not two is for the contract's check.
    fn of(source: &'a SourceDefinition) -> Self {
        let file = &source.file;
        match (&file.csv, &file.workbook, &file.json, &file.xml) {
            (Some(format), ..) => Self::Csv(format),
            (_, Some(format), ..) => Self::Workbook(format),
            (_, _, Some(format), _) => Self::Json(format),
            (.., Some(format)) => Self::Xml(format),
            _ => Self::Any,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Any | Self::Csv(_) => "delimited text",
            Self::Workbook(_) => "a workbook (XLSX, XLS, ODS)",
            Self::Json(_) => "JSON",
            Self::Xml(_) => "XML",
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

fn extract_json(
    format: &JsonFormat,
    contract: Contract<'_>,
    found: &Found,
    content: &Content<'_>,
) -> Result<Extraction, SourceError> {
    let file = found.name.as_str();
    let encoding = text::settle(file, &[UTF_8], &mut || content.open())?;
    let mut intake = Intake::new(file, Some(found.stem()), contract, Settings::of_query(), &[])?;
    let records = format.records.as_ref().map(|records| records.get_ref().as_str());
    let mut open = || Ok(Utf8::new(Text::new(file, content.open()?, encoding)));
    json::read(file, records, &mut open, &mut |row| intake.take(row))?;
    intake.warn("misnamed_file", content.is_misnamed());
    intake.finish(false)
}

fn extract_xml(
    format: &XmlFormat,
    contract: Contract<'_>,
    found: &Found,
    content: &Content<'_>,
) -> Result<Extraction, SourceError> {
    let file = found.name.as_str();
    let declared = xml::declared(&content.start()?).ok_or_else(|| SourceError::Records {
        file: file.to_owned(),
        place: "line 1".to_owned(),
        reason: "the encoding that the document declares is none that is known".to_owned(),
    })?;
    let encoding = text::settle(file, &[declared], &mut || content.open())?;
    let wanted: Vec<&str> = contract.columns.iter().map(contract::ColumnWriter::source_name).collect();
    let mut intake = Intake::new(file, Some(found.stem()), contract, Settings::of_query(), &[])?;
    let mut open = || Ok(Utf8::new(Text::new(file, content.open()?, encoding)));
    xml::read(file, format.rows.get_ref(), &wanted, &mut open, &mut |row| intake.take(row))?;
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
    let mut workbook = content.file()?;
    let linked = workbook::scan(file, &mut workbook)?;
    if linked && !format.linked_values {
        let reason = "it holds values from other workbooks, whose age nobody can tell: save it with values \
                      only, or accept them by `linked_values = true`";
        return Err(SourceError::Archive { file: file.to_owned(), reason: reason.to_owned() });
    }
    let settings = Settings::of_workbook(format);
    let mut intake = Intake::new(file, Some(found.stem()), contract, settings, &format.fill_down)?;
    apart::read(file, workbook, Task::Workbook(format.sheet.get_ref()), &mut |row| intake.take(row))?;
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
    let mut intake = Intake::new(file, Some(found.stem()), contract, Settings::of_query(), &[])?;
    apart::read(file, content.file()?, Task::Parquet, &mut |row| intake.take(row))?;
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
