use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// What may stand between the cells of text.
pub(in crate::source) const DELIMITERS: [char; 6] = [',', ';', '\t', '|', '^', '~'];

/// How the rows of a file or a query are laid out, as its format's settings say.
#[derive(Clone, Copy, Default)]
pub(in crate::source) struct LayoutSettings<'a> {
    /// How the header is found.
    pub(in crate::source) header: Option<&'a Header>,
    /// Rows that are not data.
    pub(in crate::source) skip: Option<&'a SkipRows>,
    /// The total that the file states about itself.
    pub(in crate::source) control: Option<&'a ControlTotal>,
    /// Columns whose blank cells repeat the value above, by the source's name.
    pub(in crate::source) fill_down: &'a [String],
    /// What becomes of rows that end before the last column.
    pub(in crate::source) short_rows: ShortRows,
    /// What stands between cells, of delimited text.
    pub(in crate::source) delimiter: Option<char>,
    /// Whether the first row holds the names and every other is data, even one of blanks alone.
    pub(in crate::source) names_first: bool,
}

impl LayoutSettings<'_> {
    /// Returns the layout of a query, or of a file whose format has names of its own.
    pub(in crate::source) fn names_first() -> Self {
        Self { names_first: true, ..Self::default() }
    }
}

/// How the header row is found: the first row that holds all of these names.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::source) struct Header {
    /// Names that the row holds; left out: those of the contract.
    #[serde(default)]
    pub(in crate::source) contains: Vec<String>,
    /// Rows above the header that look like data and are none, at most. Without this, such rows refuse the file.
    #[serde(default)]
    pub(in crate::source) rows_above: u64,
    /// Rows that the header spans; names of spanned rows are joined by a space.
    #[serde(default = "one")]
    pub(in crate::source) rows: usize,
}

/// Rows that are not data.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::source) struct SkipRows {
    /// Rows in which this column is blank.
    pub(in crate::source) where_blank: Option<String>,
    /// Rows in which a column begins with one of these texts, whatever the case.
    pub(in crate::source) where_starts_with: BTreeMap<String, Vec<String>>,
}

/// A total that a file states about itself, checked to the penny against its rows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::source) struct ControlTotal {
    /// Where it stands.
    pub(in crate::source) row: ControlRow,
    /// The column that it is the total of, by the source's name.
    pub(in crate::source) column: String,
    /// Whether a file without one is refused, or in order; left out, it is noticed.
    #[serde(default)]
    pub(in crate::source) required: Option<bool>,
}

/// Where a control total stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::source) enum ControlRow {
    /// The last row with a number in the column that is left out by `skip_rows`, begins with a word such as `Total`, or
    /// holds nothing else.
    Footer,
}

fn one() -> usize {
    1
}

/// What becomes of a row of delimited text that ends before the last column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::source) enum ShortRows {
    /// It is set aside, but for groups of 16 rows, as spreadsheets leave out delimiters after the last filled cell.
    #[default]
    SetAside,
    /// Its missing cells are blank, and it is counted. A row that lacks a `required` cell is set aside all the same.
    Blank,
}
