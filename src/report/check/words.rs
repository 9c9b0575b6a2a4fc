use crate::diagnostic::Spanned;
use crate::disclosure::{Column, Role};
use crate::project::TableSpec;
use crate::report::narrative::DEPTH;

/// What the narrative can say of one table: its measures, and the rows that it can name.
pub(super) struct Words {
    pub(super) columns: Vec<Column>,
    /// The measures shown, by name.
    pub(super) measures: Vec<String>,
    /// Keys that neither the period nor the table's `where` decides.
    pub(super) keys: Vec<String>,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Everything.
    Root,
    /// A table.
    Table(String),
    /// A measure in one row: the keys whose codes are named, by column.
    Series { table: String, measure: String, named: Vec<String> },
    /// The rows of a measure by the codes of one column.
    Codes { table: String, measure: String, named: Vec<String>, column: String },
    /// Words.
    Text,
    /// Yes or no.
    Truth,
    /// A text of the template itself.
    Literal(String),
    /// Something faulty that has been complained of already.
    Unknown,
}

/// What every series has beside its rows.
pub(super) const FIELDS: [&str; 6] = ["label", "part", "unit", "current", "previous", "first"];

impl Words {
    pub(super) fn new(spec: &TableSpec, columns: Vec<Column>) -> Self {
        let period = spec.period.as_ref().map(Spanned::get_ref);
        let measures = if spec.values.is_empty() {
            let measures =
                columns.iter().filter(|column| column.role == Role::Measure && column.indicator.is_some());
            measures.map(|column| column.name.clone()).collect()
        } else {
            spec.values.iter().map(|name| name.get_ref().clone()).collect()
        };
        let keys = columns
            .iter()
            .filter(|column| column.role == Role::Key && column.in_grain && Some(&column.name) != period)
            .filter(|column| !spec.filter.contains_key(&column.name))
            .map(|column| column.name.clone())
            .collect();
        Self { columns, measures, keys }
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Returns the keys that must be named before a measure is one number: those without a total.
    pub(super) fn unnamed<'a>(&'a self, named: &'a [String]) -> impl Iterator<Item = &'a Column> {
        let keys = self.columns.iter().filter(|column| self.keys.contains(&column.name));
        keys.filter(move |column| column.total.is_none() && !named.contains(&column.name))
    }

    /// Returns the columns by whose codes a series can still be split.
    pub(super) fn splits<'a>(&'a self, named: &'a [String]) -> impl Iterator<Item = &'a String> {
        self.keys.iter().filter(move |key| named.len() < DEPTH && !named.contains(key))
    }
}
