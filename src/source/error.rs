use std::ops::Range;

use super::file::kind::FileKind;
use crate::diagnostic::{Cause, Diagnostic, Diagnostics, Severity};
use crate::project::SourceDefinition;
use crate::text::counted;

/// Why nothing could be read from a source. Never holds a value of a personal column.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The place cannot be reached.
    #[error("`{place}` cannot be read")]
    Unavailable {
        /// File, folder or database.
        place: String,
        /// What the system says.
        #[source]
        reason: Cause,
    },
    /// A server cannot be reached, or the line to it broke: it may be there again in a moment.
    #[error("the line to `{place}` is broken")]
    Broken {
        /// The database.
        place: String,
        /// What the system or the server says.
        #[source]
        reason: Cause,
    },
    /// The place refuses access.
    #[error("access to `{place}` was refused")]
    Denied {
        /// File, folder or database.
        place: String,
        /// What the system says.
        #[source]
        reason: Cause,
    },
    /// No file fits the pattern.
    #[error("no file of `{folder}` fits `{pattern}`")]
    NoFiles {
        /// The connection's folder.
        folder: String,
        /// The pattern as written.
        pattern: String,
        /// A lock file that would fit, where there is one.
        lock: Option<String>,
    },
    /// Two files have one stem, and the source says that the stem makes a file the same file.
    #[error("`{one}` and `{other}` have one stem and would be taken for one file")]
    SameStem {
        /// One file.
        one: String,
        /// The other.
        other: String,
    },
    /// The file is no longer the one that was discovered: another program may still be writing it.
    #[error("`{file}` changed while it was read: another program may still be writing it")]
    Changed {
        /// The file.
        file: String,
    },
    /// The file has more bytes than one file may have.
    #[error("expected a file of {limit} bytes at most, found {bytes}")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size, in bytes.
        bytes: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The file is of another kind than its source declares.
    #[error("expected {expected}, found {found}")]
    FileKind {
        /// The file.
        file: String,
        /// The kind of its bytes.
        found: FileKind,
        /// What the source declares, in words.
        expected: String,
    },
    /// A text file holds a zero byte.
    #[error("expected text, found a zero byte at byte {byte}")]
    ZeroByte {
        /// The file.
        file: String,
        /// Where, from 0.
        byte: u64,
    },
    /// None of the declared encodings can read the file.
    #[error("expected {tried}, found the byte {value:02X}, which is not, at byte {byte}")]
    Encoding {
        /// The file.
        file: String,
        /// The encodings tried, in words.
        tried: String,
        /// Where the first byte is that does not fit the last of them, from 0.
        byte: u64,
        /// The byte.
        value: u8,
        /// The line that it is in.
        row: u64,
    },
    /// The file is UTF-8, and its source declares Windows-1252 alone: each of its accents would become two characters.
    #[error(
        "expected windows-1252, found UTF-8: so its {} beyond ASCII are written",
        counted(*count, "character", "characters")
    )]
    IsUtf8 {
        /// The file.
        file: String,
        /// The line of the first character beyond ASCII.
        row: u64,
        /// How many there are.
        count: u64,
    },
    /// A quote is opened and never closed.
    #[error("a quote is opened and never closed")]
    OpenQuote {
        /// The file.
        file: String,
        /// The row in which it opens.
        row: i64,
    },
    /// One row is longer than any real one.
    #[error("expected a row of {limit} bytes at most, found a longer one")]
    LongRow {
        /// The file.
        file: String,
        /// The row.
        row: i64,
        /// The limit, in bytes.
        limit: usize,
    },
    /// No row holds the names that the header must have.
    #[error("no header: expected a row with {expected}{found}")]
    NoHeader {
        /// The file, or the query.
        file: String,
        /// The names looked for, in words.
        expected: String,
        /// The row that came nearest, in words, or nothing.
        found: String,
        /// The names that are nearly right, where some are.
        help: Option<String>,
        /// The delimiter by which a row has the names.
        delimiter: Option<char>,
    },
    /// Rows above the header look like data: a header may have changed in the middle of the file.
    #[error(
        "the header is here, and {count} of the rows above it look like data, the first in row {first}{total}"
    )]
    RowsAbove {
        /// The file.
        file: String,
        /// The header's row.
        row: i64,
        /// Rows above it that look like data.
        count: u64,
        /// The first of them.
        first: i64,
        /// The total that the file states and the other rows do not come to, in words, or nothing.
        total: String,
    },
    /// A second header within the rows has other names, or the same in another order.
    #[error("a second header, whose names are not those of the first in their order")]
    SecondHeader {
        /// The file.
        file: String,
        /// The row of the second header.
        row: i64,
    },
    /// A column that is not personal holds numbers of children.
    #[error("expected no numbers of children in columns that are not personal, found {found}")]
    PupilNumbers {
        /// The file.
        file: String,
        /// How many of which kind are in which columns, in words.
        found: String,
    },
    /// A file is called by a pupil number.
    #[error("expected a name of a file without pupil numbers, found one that has one")]
    NamedByPupil {
        /// The file, without the number.
        file: String,
    },
    /// What has the name of a file is none.
    #[error("expected a file, found {what}")]
    NoFile {
        /// Its name.
        file: String,
        /// What it is.
        what: &'static str,
    },
    /// The name of a file is not UTF-8: two such names may be shown, and recorded, as one.
    #[error("expected a name of a file in UTF-8, found other bytes")]
    NotNamed {
        /// The file, with a mark in place of each byte that is not.
        file: String,
    },
    /// A link leads out of the connection's folder.
    #[error("expected a file in the connection's folder, found a link that leads out of it")]
    LeadsOut {
        /// The link, or the folder that is one.
        file: String,
    },
    /// The header was found and does not match the contract.
    #[error("{faults}")]
    Columns {
        /// The file, or the query.
        file: String,
        /// The header's row; 0 where the format has names of its own.
        row: i64,
        /// Every fault, in words.
        faults: String,
        /// What to do about them, a line for each.
        help: Vec<String>,
    },
    /// The file has a header and nothing below it, or is empty.
    #[error("{file} holds no rows", file = quoted(file))]
    NoRows {
        /// The file, or the query.
        file: String,
    },
    /// The total that the file states is not the sum of its rows.
    #[error("the row states a total of {stated} for `{column}`, and the rows add up to {found}")]
    ControlTotal {
        /// The file.
        file: String,
        /// The column, by the source's name.
        column: String,
        /// The row of the total.
        row: i64,
        /// The total as stated.
        stated: String,
        /// The sum of the rows.
        found: String,
    },
    /// The file states no total, and the source requires one.
    #[error("expected a total of `{column}`, found none: another program may still be writing the file")]
    NoControlTotal {
        /// The file.
        file: String,
        /// The column, by the source's name.
        column: String,
    },
    /// Every day by which a file says how far it reaches is after the day of reading.
    #[error(
        "`{column}` says how far the file reaches: expected a day up to {today}, found only later ones, as far as \
         {latest}"
    )]
    Ahead {
        /// The file.
        file: String,
        /// The column, by the contract's name.
        column: String,
        /// The day of reading.
        today: chrono::NaiveDate,
        /// The latest day of the column.
        latest: chrono::NaiveDate,
    },
    /// The totals that the second query states are not the sums of the rows.
    #[error("its totals state {stated} for `{what}`, and the rows add up to {found}")]
    QueryTotal {
        /// The query whose rows were read.
        query: String,
        /// `rows`, or the column by the contract's name.
        what: String,
        /// As stated.
        stated: String,
        /// As added up.
        found: String,
    },
    /// An archive is refused before it is unpacked; modern workbooks are archives too.
    #[error("`{file}`, an archive or a workbook, is refused: {reason}")]
    Archive {
        /// The file.
        file: String,
        /// Why.
        reason: String,
        /// What to do about it, where that can be said.
        help: Option<String>,
        /// What a library says of it.
        #[source]
        cause: Option<Cause>,
    },
    /// The file is not what a parser of its format, in the sandbox or here, can read.
    #[error("`{file}` cannot be read as {format}{}", after_colon(reason))]
    Unreadable {
        /// The file.
        file: String,
        /// What it should be, as `a workbook`.
        format: &'static str,
        /// Why, in our words; empty where only the parser says it.
        reason: String,
        /// What to do about it, where that can be said.
        help: Option<String>,
        /// What the parser says.
        #[source]
        cause: Option<Cause>,
    },
    /// The file needed more time or memory than the process that reads it may use.
    #[error("`{file}` cannot be read within {limit}: it may be damaged or malicious")]
    Limit {
        /// The file.
        file: String,
        /// The limit, in words.
        limit: String,
    },
    /// JSON or XML cannot be read as records.
    #[error("{reason}")]
    Records {
        /// The file.
        file: String,
        /// Where, in words: `line 12`, `record 7`.
        place: String,
        /// Why.
        reason: String,
        /// What is nearly right, where something is.
        help: Option<String>,
    },
    /// The database refuses the query.
    #[error("the database `{place}` refuses the query")]
    Query {
        /// The database.
        place: String,
        /// The file of the query, with the line and the column where the database names them.
        query: String,
        /// What it says.
        #[source]
        reason: Cause,
    },
    /// A row breaks a rule whose severity is `stop`.
    #[error("it breaks the rule `{rule}`, whose severity is `stop`{rows}")]
    Stopped {
        /// The file, or the query.
        file: String,
        /// The row.
        row: i64,
        /// The rule.
        rule: String,
        /// Further rows and what they hold, in words, or nothing.
        rows: String,
    },
    /// The contract itself is wrong.
    #[error("{}", .0.message())]
    Contract(Box<Diagnostic>),
    /// Rows or money went missing between source and landing: a fault of this program.
    #[error("read {read} of `{what}`, but published, set aside and dropped add up to {accounted}")]
    Unaccounted {
        /// The file, or the query.
        file: String,
        /// `rows`, or the money column.
        what: String,
        /// As read.
        read: i128,
        /// Published, quarantined and duplicates together.
        accounted: i128,
    },
    /// The rows cannot be written as the contract describes them: a fault of this program.
    #[error("rows cannot be written")]
    Write(#[from] crate::store::StoreError),
    /// Arrow cannot build the columns that the contract describes: a fault of this program.
    #[error("typed columns cannot be built")]
    Build(#[from] arrow::error::ArrowError),
}

/// The kind of a failure, by which the caller chooses an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFailure {
    /// The source cannot be reached.
    Unavailable,
    /// Access to the source was refused.
    Denied,
    /// The source was read and its content refused.
    Rejected,
    /// The project's files are wrong.
    Project,
    /// A fault of this program.
    Internal,
}

impl SourceError {
    /// Returns the kind of failure.
    #[must_use]
    pub fn failure(&self) -> SourceFailure {
        match self {
            Self::Unavailable { .. }
            | Self::Broken { .. }
            | Self::NoFiles { .. }
            | Self::Changed { .. }
            | Self::NoControlTotal { .. } => SourceFailure::Unavailable,
            Self::Denied { .. } => SourceFailure::Denied,
            Self::Contract(_) | Self::Query { .. } => SourceFailure::Project,
            Self::Unaccounted { .. } | Self::Build(_) | Self::Write(_) => SourceFailure::Internal,
            _ => SourceFailure::Rejected,
        }
    }

    /// Builds a fault of the contract itself, at its place in the settings of `source`.
    pub(super) fn contract(
        source: &SourceDefinition,
        span: Range<usize>,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        Self::Contract(Box::new(Diagnostic::error(&source.source, Some(span), message).with_help(help)))
    }

    /// Builds the error of the first of `faults` of the project's files.
    pub(super) fn of_faults(faults: &Diagnostics) -> Self {
        let error = faults.iter().find(|fault| fault.severity() == Severity::Error);
        let unknown = || Diagnostic::placeless("the source has a fault");
        Self::Contract(Box::new(error.cloned().unwrap_or_else(unknown)))
    }

    /// Builds the error for what the system says of `place`.
    pub(super) fn from_io(place: &str, error: &std::io::Error) -> Self {
        let (place, reason) = (place.to_owned(), Cause::of(error));
        match error.kind() {
            std::io::ErrorKind::PermissionDenied => Self::Denied { place, reason },
            // Bytes that cannot be unpacked today cannot be unpacked tomorrow: no retry helps.
            std::io::ErrorKind::InvalidData => Self::Archive {
                file: place,
                reason: "it cannot be unpacked".to_owned(),
                help: None,
                cause: Some(reason),
            },
            _ => Self::Unavailable { place, reason },
        }
    }

    /// Builds the error of an archive or a workbook that is refused for a reason of our own.
    pub(super) fn archive(file: &str, reason: impl Into<String>) -> Self {
        Self::Archive { file: file.to_owned(), reason: reason.into(), help: None, cause: None }
    }

    /// Builds the error for what a library says of an archive or a workbook.
    pub(super) fn broken_archive(file: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        Self::Archive {
            file: file.to_owned(),
            reason: "it cannot be unpacked".to_owned(),
            help: None,
            cause: Some(Cause::of(error)),
        }
    }
}

/// Writes a file in back ticks, and the name of a query as it is.
pub(super) fn quoted(file: &str) -> String {
    if file.contains(' ') && !file.contains('.') { file.to_owned() } else { format!("`{file}`") }
}

/// Writes a reason after a colon; nothing where there is none.
fn after_colon(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}
