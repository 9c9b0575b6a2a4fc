use std::fmt;

use encoding_rs::{Encoding, UTF_8};

/// What a file is, by its first bytes: names can be wrong, as when an "access denied" page is saved as `.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// No bytes at all.
    Empty,
    /// Text of no other kind: delimited, perhaps.
    Text,
    /// A web page.
    WebPage,
    /// XML other than a web page.
    Xml,
    /// JSON: a document, or a record a line.
    Json,
    /// A ZIP archive, which XLSX and ODS workbooks are too.
    Zip,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstandard,
    /// A compound document of Microsoft Office: XLS, or an encrypted XLSX.
    Compound,
    /// A file of the one format whose files begin so.
    Marked(&'static Mark),
    /// A SQLite database.
    Sqlite,
    /// A PDF.
    Pdf,
}

/// What the files of one format begin with, and no others.
#[derive(Debug, PartialEq, Eq)]
pub struct Mark {
    /// The bytes.
    pub start: &'static [u8],
    /// What such a file is, in words that follow "found".
    pub words: &'static str,
    /// The ends of names that such a file has.
    pub extensions: &'static [&'static str],
}

/// The first bytes by which other binary files are recognised.
const MAGIC: &[(&[u8], FileKind)] = &[
    (b"PK\x03\x04", FileKind::Zip),
    (b"PK\x05\x06", FileKind::Zip),
    (b"\x1f\x8b", FileKind::Gzip),
    (b"\x28\xb5\x2f\xfd", FileKind::Zstandard),
    (b"\xd0\xcf\x11\xe0", FileKind::Compound),
    (b"SQLite format 3\0", FileKind::Sqlite),
    (b"%PDF-", FileKind::Pdf),
];

impl FileKind {
    /// Bytes at the start of a file that [`FileKind::of`] needs.
    pub(in crate::source) const START: usize = 512;

    /// Recognises a file that begins with `start`, by the marks of formats first.
    pub(in crate::source) fn of(start: &[u8], mut marks: impl Iterator<Item = &'static Mark>) -> Self {
        if start.is_empty() {
            return Self::Empty;
        }
        if let Some(mark) = marks.find(|mark| start.starts_with(mark.start)) {
            return Self::Marked(mark);
        }
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
            return *kind;
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

/// Returns whether a text begins as XML without a declaration does: with an element, a comment or a document type.
fn is_xml(text: &str) -> bool {
    let mut rest = text.chars();
    rest.next() == Some('<')
        && rest.next().is_some_and(|next| next.is_ascii_lowercase() || next == '!' || next == '?')
}

/// Returns whether a text begins as JSON does: an object with a quoted name, or a list of such.
fn is_json(text: &str) -> bool {
    let mut rest = text.chars().filter(|character| !character.is_whitespace());
    match rest.next() {
        Some('{') => matches!(rest.next(), Some('"' | '}')),
        Some('[') => matches!(rest.next(), Some('{' | '[' | ']')),
        _ => false,
    }
}

impl fmt::Display for FileKind {
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
            Self::Marked(mark) => mark.words,
            Self::Sqlite => "a SQLite database",
            Self::Pdf => "a PDF",
        })
    }
}
