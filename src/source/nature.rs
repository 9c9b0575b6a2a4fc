use std::fmt;

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
        let text = String::from_utf8_lossy(start).to_ascii_lowercase();
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.starts_with("<!doctype html") || text.starts_with("<html") {
            Self::WebPage
        } else if text.starts_with("<?xml") {
            if text.contains("<html") { Self::WebPage } else { Self::Xml }
        } else {
            Self::Text
        }
    }
}

impl fmt::Display for Nature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty file",
            Self::Text => "plain text",
            Self::WebPage => "a web page (HTML)",
            Self::Xml => "XML",
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
