use std::fmt;

use encoding_rs::{Encoding, UTF_8};

/// What a file is, by its first bytes. Names lie: an "access denied" page is saved as `.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// No bytes at all.
    Empty,
    /// Text that is none of the others: delimited, perhaps.
    Text,
    /// A web page.
    WebPage,
    /// XML other than a web page.
    Xml,
    /// JSON: a document, or a record a line.
    Json,
    /// A ZIP archive; XLSX and ODS workbooks are such.
    Zip,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstandard,
    /// A compound document of Microsoft's: XLS, or an encrypted XLSX.
    Compound,
    /// Apache Parquet.
    Parquet,
    /// A SQLite database.
    Sqlite,
    /// A PDF.
    Pdf,
}

/// First bytes by which a binary format shows itself.
const MAGIC: &[(&[u8], Nature)] = &[
    (b"PK\x03\x04", Nature::Zip),
    (b"PK\x05\x06", Nature::Zip),
    (b"\x1f\x8b", Nature::Gzip),
    (b"\x28\xb5\x2f\xfd", Nature::Zstandard),
    (b"\xd0\xcf\x11\xe0", Nature::Compound),
    (b"PAR1", Nature::Parquet),
    (b"SQLite format 3\0", Nature::Sqlite),
    (b"%PDF-", Nature::Pdf),
];

impl Nature {
    /// Bytes at the start of a file that [`Nature::of`] wants to see.
    pub(super) const GLIMPSE: usize = 512;

    /// What a file that begins with `start` is.
    pub(super) fn of(start: &[u8]) -> Self {
        if start.is_empty() {
            return Self::Empty;
        }
        if let Some((_, nature)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
            return *nature;
        }
        let encoding = Encoding::for_bom(start).map_or(UTF_8, |(encoding, _)| encoding);
        let text = encoding.decode_with_bom_removal(start).0.to_ascii_lowercase();
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.starts_with("<!doctype html") || text.starts_with("<html") {
            Self::WebPage
        } else if text.starts_with("<?xml") {
            if text.contains("<html") { Self::WebPage } else { Self::Xml }
        } else if is_xml(text) {
            Self::Xml
        } else if is_json(text) {
            Self::Json
        } else {
            Self::Text
        }
    }
}

/// Whether a text begins as XML without a declaration does: with an element, a comment or a document type.
fn is_xml(text: &str) -> bool {
    let mut rest = text.chars();
    rest.next() == Some('<')
        && rest.next().is_some_and(|next| next.is_ascii_lowercase() || next == '!' || next == '?')
}

/// Whether a text begins as JSON does: an object with a quoted name, or a list of such.
fn is_json(text: &str) -> bool {
    let mut rest = text.chars().filter(|character| !character.is_whitespace());
    match rest.next() {
        Some('{') => matches!(rest.next(), Some('"' | '}')),
        Some('[') => matches!(rest.next(), Some('{' | '[' | ']')),
        _ => false,
    }
}

impl fmt::Display for Nature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty file",
            Self::Text => "plain text",
            Self::WebPage => "a web page (HTML)",
            Self::Xml => "XML",
            Self::Json => "JSON",
            Self::Zip => "a ZIP archive or a workbook (XLSX, ODS)",
            Self::Gzip => "a gzip archive",
            Self::Zstandard => "a Zstandard archive",
            Self::Compound => "an old or encrypted Microsoft Office file",
            Self::Parquet => "a Parquet file",
            Self::Sqlite => "a SQLite database",
            Self::Pdf => "a PDF",
        })
    }
}
