//! How the files of a source are laid out: delimited text, workbooks, JSON, XML. Part of `sources/<name>.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Spanned;

/// How delimited text is written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CsvFormat {
    /// Encodings that the file may be in; the first that decodes it is taken. `utf-8`,
    /// `windows-1252`, `utf-16le`, `utf-16be`. A byte order mark decides by itself.
    pub encoding: Vec<Spanned<String>>,
    /// The delimiter: one ASCII character.
    pub delimiter: char,
    /// The quote: one ASCII character.
    pub quote: char,
    /// How the header row is found.
    pub header: Option<Header>,
    /// Rows that are not data.
    pub skip_rows: Option<SkipRows>,
    /// A total that the file states about itself.
    pub control_total: Option<ControlTotal>,
}

impl Default for CsvFormat {
    fn default() -> Self {
        Self {
            encoding: Vec::new(),
            delimiter: ',',
            quote: '"',
            header: None,
            skip_rows: None,
            control_total: None,
        }
    }
}

/// How a workbook is laid out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkbookFormat {
    /// The sheet, by name; `*` matches any run of characters.
    pub sheet: Spanned<String>,
    /// How the header row is found.
    #[serde(default)]
    pub header: Option<Header>,
    /// Rows that are not data.
    #[serde(default)]
    pub skip_rows: Option<SkipRows>,
    /// Whether a workbook with values from other workbooks is read, with the values that it last had. They
    /// are never followed. Without this such a workbook is refused: nobody here can say how old they are.
    #[serde(default)]
    pub linked_values: bool,
    /// Columns whose merged or blank cells repeat the value above, by the source's name.
    #[serde(default)]
    pub fill_down: Vec<String>,
    /// A total that the sheet states about itself.
    #[serde(default)]
    pub control_total: Option<ControlTotal>,
}

/// Where the records of a JSON file are. A column's `from` is the way to its value within a record:
/// `pupil.upn`, `needs[1].type`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JsonFormat {
    /// Names that lead to the list of records, joined by dots, as `data.pupils`. Left out: the document is
    /// the list, or every line is a record.
    pub records: Option<Spanned<String>>,
}

/// Where the rows of an XML file are. A column's `from` is the way to its value from the row's element:
/// `Name/Forename`, `@id`, `.` for its own text, `../@code` from the element around it. Prefixes are left out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct XmlFormat {
    /// Elements from the root to the one that is a row, as `Message/Pupils/Pupil`.
    pub rows: Spanned<String>,
}

/// How the header row is found: the first row that holds all of these names.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Names that the row holds; left out: those of the contract.
    #[serde(default)]
    pub contains: Vec<String>,
    /// Rows above the header that look like data and are none, at most. Without this, such rows refuse the file.
    #[serde(default)]
    pub rows_above: u64,
    /// Rows that the header spans; names of spanned rows are joined by a space.
    #[serde(default = "one")]
    pub rows: usize,
}

/// Rows that are not data.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SkipRows {
    /// Rows in which this column is blank.
    pub where_blank: Option<String>,
    /// Rows in which a column begins with one of these texts, whatever the case.
    pub where_starts_with: BTreeMap<String, Vec<String>>,
}

/// A total that a file states about itself, checked to the penny against its rows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlTotal {
    /// Where it stands.
    pub row: ControlRow,
    /// The column that it is the total of, by the source's name.
    pub column: String,
    /// Whether a file without one is refused.
    #[serde(default)]
    pub required: bool,
}

/// Where a control total stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ControlRow {
    /// The last skipped row with a number in the column.
    Footer,
}

fn one() -> usize {
    1
}
