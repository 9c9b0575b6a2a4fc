use crate::diagnostic::Diagnostic;

use super::nature::Nature;

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
    /// The place is there and will not let us in.
    #[error("`{place}` may not be read: {reason}")]
    Denied {
        /// File, folder or database.
        place: String,
        /// What the system says.
        reason: String,
    },
    /// The pattern fits no file.
    #[error("no file of `{folder}` fits `{pattern}`")]
    NoFiles {
        /// The connection's folder.
        folder: String,
        /// The pattern as written.
        pattern: String,
    },
    /// The file is not the one that was discovered: somebody is still writing it.
    #[error("`{file}` changed while it was being read: it may still be being written")]
    Changed {
        /// The file.
        file: String,
    },
    /// More bytes than one file may have.
    #[error("`{file}` has {bytes} bytes; the limit is {limit}")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size, in bytes.
        bytes: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// The file is something else than its name and the source say.
    #[error("`{file}` is {found}, where {expected} was expected")]
    Nature {
        /// The file.
        file: String,
        /// What it is.
        found: Nature,
        /// What the source says it should be.
        expected: &'static str,
    },
    /// A zero byte: no text file holds one.
    #[error(
        "`{file}` holds a zero byte at byte {byte}: it is no text file, or it is UTF-16 and the source does not say so"
    )]
    ZeroByte {
        /// The file.
        file: String,
        /// Where, from 0.
        byte: u64,
    },
    /// None of the declared encodings fits.
    #[error("`{file}` is not {tried}: byte {byte} does not fit")]
    Encoding {
        /// The file.
        file: String,
        /// The encodings tried, in words.
        tried: String,
        /// The first byte that does not fit the last of them, from 0.
        byte: u64,
    },
    /// A quote that never ends.
    #[error("`{file}` row {row}: a quote is opened and never closed")]
    OpenQuote {
        /// The file.
        file: String,
        /// The row in which it opens.
        row: i64,
    },
    /// One row that is longer than any real one.
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
    /// No row holds the names of the header.
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
    },
    /// The header is there and is not the contract's.
    #[error("{file} row {row}: {faults}", file = quoted(file))]
    Columns {
        /// The file, or the query.
        file: String,
        /// The header's row.
        row: i64,
        /// Every fault, in words.
        faults: String,
    },
    /// A header and nothing below it, or nothing at all.
    #[error("{file} holds no rows", file = quoted(file))]
    NoRows {
        /// The file, or the query.
        file: String,
    },
    /// The file's own total is not the sum of its rows.
    #[error(
        "`{file}`: the total of `{column}` is stated as {stated} in row {row} and the rows come to {found}"
    )]
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
        "`{file}` states no total of `{column}`, which its source requires: it may still be being written"
    )]
    NoControlTotal {
        /// The file.
        file: String,
        /// The column, by the source's name.
        column: String,
    },
    /// What the second query states is not what the rows come to.
    #[error(
        "`{query}`: its totals state {stated} for `{what}` and the rows come to {found}: \
         the query leaves rows out, takes some twice, or the database changed meanwhile"
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
    /// An archive, as every modern workbook is one, that is not unpacked.
    #[error("`{file}` is an archive or a workbook that is refused: {reason}")]
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
    /// The file asked for more than the process that reads it may have.
    #[error("`{file}` cannot be read within {limit}: it is damaged, or made to harm")]
    Limit {
        /// The file.
        file: String,
        /// What it may have, in words.
        limit: String,
    },
    /// JSON or XML that cannot be read as records.
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
    #[error("{file} row {row} breaks the rule `{rule}`, which stops everything", file = quoted(file))]
    Stopped {
        /// The file, or the query.
        file: String,
        /// The row.
        row: i64,
        /// The rule.
        rule: String,
    },
    /// The contract itself is wrong.
    #[error("{}", .0.message())]
    Contract(Box<Diagnostic>),
    /// Rows or pennies went missing between source and landing: a fault of this program.
    #[error("{file}: {what} read do not equal those published, set aside and dropped: read {read}, accounted for {accounted}", file = quoted(file))]
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
    /// Arrow would not build what the contract describes: a fault of this program.
    #[error("typed columns cannot be built: {0}")]
    Build(#[from] arrow::error::ArrowError),
}

/// What kind of failure an error is: whoever runs us chooses an exit code by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFailure {
    /// The source cannot be reached.
    Unavailable,
    /// We may not read it.
    Denied,
    /// What it holds was refused.
    Rejected,
    /// The project's files are wrong.
    Project,
    /// A fault of this program.
    Internal,
}

impl SourceError {
    /// What kind of failure it is.
    #[must_use]
    pub fn failure(&self) -> SourceFailure {
        match self {
            Self::Unavailable { .. }
            | Self::NoFiles { .. }
            | Self::Changed { .. }
            | Self::NoControlTotal { .. } => SourceFailure::Unavailable,
            Self::Denied { .. } => SourceFailure::Denied,
            Self::Contract(_) | Self::Query { .. } => SourceFailure::Project,
            Self::Unaccounted { .. } | Self::Build(_) => SourceFailure::Internal,
            _ => SourceFailure::Rejected,
        }
    }

    /// What the system says of `place`.
    pub(super) fn from_io(place: &str, error: &std::io::Error) -> Self {
        let (place, reason) = (place.to_owned(), error.to_string());
        match error.kind() {
            std::io::ErrorKind::PermissionDenied => Self::Denied { place, reason },
            // What cannot be unpacked is as wrong tomorrow.
            std::io::ErrorKind::InvalidData => Self::Archive { file: place, reason },
            _ => Self::Unavailable { place, reason },
        }
    }
}

/// Files in back ticks; a query is called so in plain words.
fn quoted(file: &str) -> String {
    if file.contains(' ') && !file.contains('.') { file.to_owned() } else { format!("`{file}`") }
}
