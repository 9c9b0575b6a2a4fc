//! What a contract says of one column.

use chrono::NaiveDate;

use crate::text::grouped;

/// A column as the contract will have it.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// Its name in the file.
    pub(super) from: String,
    pub(super) kind: Kind,
    /// Whether it was never blank, and blanks would be strange.
    pub(super) required: bool,
    /// Whether some file lacks it.
    pub(super) optional: bool,
    pub(super) blanks: Vec<String>,
    /// What becomes of its values, as TOML; nothing where they are published as they are.
    pub(super) privacy: Option<String>,
    /// Whether a cell that is merged or blank repeats the one above.
    pub(super) fill_down: bool,
    /// What it rests on, and what is not sure.
    pub(super) says: Vec<String>,
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Boolean,
    Decimal(u8),
    Money(u8),
    Date { formats: Vec<&'static str>, years_from: Option<i32> },
    Upn,
    AcademicYear,
    FinancialYear,
}

/// What of a file a column is chosen with.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    /// Whether some column names or numbers a person.
    pub(super) is_of_persons: bool,
    /// Whether the project has a list of postcodes with their wards.
    pub(super) has_postcodes: bool,
    pub(super) today: NaiveDate,
}

/// Writes a count with commas.
pub(super) fn shown(count: u64) -> String {
    grouped(&count.to_string())
}
