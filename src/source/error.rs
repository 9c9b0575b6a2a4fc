use std::ops::Range;

use super::file::kind::FileKind;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::project::SourceDefinition;
use crate::text::counted;

/// Why nothing could be read from a source. Never holds a value of a personal column.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The place cannot be reached.
    #[error("`{place}` cannot be read: {reason}")]
    Unavailable {
        /// File, folder or database.
        place: String,
        /// What the system says.
        reason: String,
    },
    /// A server cannot be reached, or the line to it broke: it may be there again in a moment.
    #[error("the line to `{place}` is broken: {reason}")]
    Broken {
        /// The database.
        place: String,
        /// What the system or the server says.
        reason: String,
    },
    /// The place refuses access.
    #[error("access to `{place}` was refused: {reason}")]
    Denied {
        /// File, folder or database.
        place: String,
        /// What the system says.
        reason: String,
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
    #[error(
        "`{one}` and `{other}` have one stem and would be taken for one file: \
         leave `identity` out, so that a file is known by its path, or take one of them out of the folder"
    )]
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
    #[error("`{file}` has {bytes} bytes; the limit is {limit}")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size, in bytes.
        bytes: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The file is of another kind than its source declares.
    #[error("`{file}`: expected {expected}, found {found}")]
    FileKind {
        /// The file.
        file: String,
        /// The kind of its bytes.
        found: FileKind,
        /// What the source declares, in words.
        expected: String,
    },
    /// A text file holds a zero byte.
    #[error(
        "`{file}`: expected text, found a zero byte at byte {byte}: if the file is UTF-16, declare that encoding"
    )]
    ZeroByte {
        /// The file.
        file: String,
        /// Where, from 0.
        byte: u64,
    },
    /// None of the declared encodings can read the file.
    #[error("`{file}` row {row}: expected {tried}, found the byte {value:02X}, which is not, at byte {byte}")]
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
        "`{file}` row {row}: expected windows-1252, found UTF-8: so its {} beyond ASCII are written",
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
    #[error("`{file}` row {row}: a quote is opened and never closed")]
    OpenQuote {
        /// The file.
        file: String,
        /// The row in which it opens.
        row: i64,
    },
    /// One row is longer than any real one.
    #[error(
        "`{file}` row {row} is longer than {limit} bytes: a quote may be open, or the line ends are missing"
    )]
    LongRow {
        /// The file.
        file: String,
        /// The row.
        row: i64,
        /// The limit, in bytes.
        limit: usize,
    },
    /// No row holds the names that the header must have.
    #[error("{file}: no header: expected a row with {expected}{found}{help}", file = quoted(file))]
    NoHeader {
        /// The file, or the query.
        file: String,
        /// The names looked for, in words.
        expected: String,
        /// The row that came nearest, in words, or nothing.
        found: String,
        /// "did you mean", or nothing.
        help: String,
        /// The delimiter by which a row has the names.
        delimiter: Option<char>,
    },
    /// Rows above the header look like data: a header may have changed in the middle of the file.
    #[error(
        "`{file}` row {row}: the header is here, and {count} of the rows above it look like data, the first in row {first}{total}"
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
    #[error("`{file}` row {row}: a second header, whose names are not those of the first in their order")]
    SecondHeader {
        /// The file.
        file: String,
        /// The row of the second header.
        row: i64,
    },
    /// A column that is not personal holds numbers of children.
    #[error("`{file}`: expected no numbers of children in columns that are not personal, found {found}")]
    PupilNumbers {
        /// The file.
        file: String,
        /// How many of which kind are in which columns, in words.
        found: String,
    },
    /// A file is called by a pupil number.
    #[error("expected a name without pupil numbers, found `{file}`")]
    NamedByPupil {
        /// The file, without the number.
        file: String,
    },
    /// A link leads out of the connection's folder.
    #[error("`{file}` is a link that leads out of the connection's folder")]
    LeadsOut {
        /// The link, or the folder that is one.
        file: String,
    },
    /// The header was found and does not match the contract.
    #[error("{file}{row}: {faults}", file = quoted(file), row = in_row(*row))]
    Columns {
        /// The file, or the query.
        file: String,
        /// The header's row; 0 where the format has names of its own.
        row: i64,
        /// Every fault, in words.
        faults: String,
    },
    /// The file has a header and nothing below it, or is empty.
    #[error("{file} holds no rows", file = quoted(file))]
    NoRows {
        /// The file, or the query.
        file: String,
    },
    /// The total that the file states is not the sum of its rows.
    #[error("`{file}`: row {row} states a total of {stated} for `{column}`, and the rows add up to {found}")]
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
    #[error(
        "`{file}`: expected a total of `{column}`, found none: another program may still be writing the file"
    )]
    NoControlTotal {
        /// The file.
        file: String,
        /// The column, by the source's name.
        column: String,
    },
    /// Every day by which a file says how far it reaches is after the day of reading.
    #[error(
        "`{file}`: `{column}` says how far the file reaches: expected a day up to {today}, found only later ones, as far as \
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
    #[error(
        "`{query}`: its totals state {stated} for `{what}`, and the rows add up to {found}: \
         the query leaves rows out or reads some twice, or the database changed meanwhile"
    )]
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
    },
    /// The workbook cannot be read.
    #[error("`{file}` cannot be read as a workbook: {reason}")]
    Workbook {
        /// The file.
        file: String,
        /// Why.
        reason: String,
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
    #[error("`{file}` {place}: {reason}")]
    Records {
        /// The file.
        file: String,
        /// Where, in words: `line 12`, `record 7`.
        place: String,
        /// Why.
        reason: String,
    },
    /// The Parquet file cannot be read.
    #[error("`{file}` cannot be read as Parquet: {reason}")]
    Parquet {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The database refuses the query.
    #[error("`{place}` refuses the query: {reason}")]
    Query {
        /// The database.
        place: String,
        /// What it says.
        reason: String,
    },
    /// A row breaks a rule whose severity is `stop`.
    #[error(
        "{file} row {row} breaks the rule `{rule}`, whose severity is `stop`{rows}: no row of it was published",
        file = quoted(file)
    )]
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
    #[error("{file}: read {read} of `{what}`, but published, set aside and dropped add up to {accounted}: \
         this is a fault of this program", file = quoted(file))]
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
    #[error("rows cannot be written: {0}")]
    Write(#[from] crate::store::StoreError),
    /// Arrow cannot build the columns that the contract describes: a fault of this program.
    #[error("typed columns cannot be built: {0}")]
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

    /// Returns what would put it right, where that can be said.
    #[must_use]
    pub fn help(&self) -> Vec<String> {
        let one_table = || "make the file one table below one header".to_owned();
        match self {
            Self::NoFiles { lock: Some(lock), .. } => vec![format!(
                "`{lock}` was left out: an office program writes it beside a file that is open there"
            )],
            Self::NoHeader { delimiter: Some(delimiter), .. } => {
                let written = delimiter.escape_default();
                vec![format!("the cells seem to stand between `{written}`: write `delimiter = \"{written}\"`")]
            }
            Self::NoHeader { .. } => vec![
                "write a column's name in the file as its `from`, of which there may be several".to_owned(),
                "a header of several rows is declared by `header = { rows = 2 }`".to_owned(),
            ],
            Self::RowsAbove { count, .. } => vec![
                one_table(),
                format!("accept those rows as no data by `header = {{ rows_above = {count} }}`"),
            ],
            Self::Ahead { column, .. } => vec![format!(
                "correct the days of `{column}`, or name by `as_at` another column, of days that have come"
            )],
            Self::NoControlTotal { column, .. } => vec![no_total(column)],
            Self::SecondHeader { .. } => vec![one_table()],
            Self::IsUtf8 { .. } => vec!["declare `utf-8` before `windows-1252`, or alone".to_owned()],
            Self::PupilNumbers { .. } => vec![
                "mark the column in the contract: `privacy = { pseudonymise = { purpose = \"pupil\" } }`, or \
                 `privacy = \"drop\"`"
                    .to_owned(),
                "have its source take them out, where they do not belong there".to_owned(),
                "say in the contract why they are none: `no_pupil_numbers = \"…\"` in its column".to_owned(),
            ],
            Self::NamedByPupil { .. } => vec!["give the file another name".to_owned()],
            Self::LeadsOut { .. } => {
                vec!["put the file itself there, or name the folder that it is in by a connection of its own".to_owned()]
            }
            Self::Columns { .. } => vec![
                "write a column's name in the file as its `from`, or `optional = true` for one that may be missing"
                    .to_owned(),
            ],
            _ => Vec::new(),
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
        let (place, reason) = (place.to_owned(), error.to_string());
        match error.kind() {
            std::io::ErrorKind::PermissionDenied => Self::Denied { place, reason },
            // Bytes that cannot be unpacked today cannot be unpacked tomorrow: no retry helps.
            std::io::ErrorKind::InvalidData => Self::Archive { file: place, reason },
            _ => Self::Unavailable { place, reason },
        }
    }
}

/// Returns the shapes of a row that states the total of `column`.
pub(super) fn no_total(column: &str) -> String {
    format!(
        "expected a row whose first cell is a word such as `Total`, that holds nothing but the number of `{column}`, or that \
         `skip_rows` leaves out"
    )
}

/// Writes the number of a row; nothing for the names of a format that has no row of them.
fn in_row(row: i64) -> String {
    if row > 0 { format!(" row {row}") } else { String::new() }
}

/// Writes a file in back ticks, and the name of a query as it is.
fn quoted(file: &str) -> String {
    if file.contains(' ') && !file.contains('.') { file.to_owned() } else { format!("`{file}`") }
}
