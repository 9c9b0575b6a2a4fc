use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;

/// The text in place of a personal value.
pub(super) const PERSONAL: &str = "[personal]";

/// A row that broke the contract. Holds no value of a personal column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Its number in the file or the result, from 1.
    pub row: i64,
    /// The column that failed, where it was one.
    pub column: Option<String>,
    /// The rule that it broke.
    pub rule: String,
    /// The rule in words; further columns that failed are named after it.
    pub reason: String,
    /// Whether the value that failed is personal. Such a row is corrected at its source, never released.
    pub personal: bool,
    /// What the row held, by column: personal values as the store would hold them or `[personal]`.
    pub values: BTreeMap<String, String>,
}

/// Returns the cell that broke a rule in a few words: the column and what it holds; of a person the column alone, since a
/// row whose cells moved by a column has a name or a pupil number in any of them.
#[must_use]
pub fn cell_in_words(column: &str, value: Option<&str>, is_of_person: bool) -> String {
    match value {
        _ if is_of_person => format!("`{column}`"),
        Some(value) => format!("`{column}` is `{value}`"),
        None => format!("`{column}` is blank"),
    }
}

/// Builds the table of the rows set aside from one file: `file`, `row`, `column`, `rule`, `reason`,
/// `personal`, `values` (JSON) and `contract`.
///
/// # Errors
///
/// Only if Arrow refuses the columns, which would be a fault of this program.
pub fn quarantine_batch(file: &str, contract: &str, rows: &[Quarantined]) -> Result<RecordBatch, ArrowError> {
    let text = |name: &str, nullable: bool| Field::new(name, DataType::Utf8, nullable);
    let schema = Schema::new(vec![
        text("file", false),
        Field::new("row", DataType::Int64, false),
        text("column", true),
        text("rule", false),
        text("reason", false),
        Field::new("personal", DataType::Boolean, false),
        text("values", false),
        text("contract", false),
    ]);
    let same = |value: &str| StringArray::from_iter_values(rows.iter().map(|_| value));
    let values = rows.iter().map(|row| serde_json::json!(row.values).to_string());
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(same(file)),
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.row))),
            Arc::new(rows.iter().map(|row| row.column.as_deref()).collect::<StringArray>()),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.rule.as_str()))),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.reason.as_str()))),
            Arc::new(rows.iter().map(|row| Some(row.personal)).collect::<BooleanArray>()),
            Arc::new(StringArray::from_iter_values(values)),
            Arc::new(same(contract)),
        ],
    )
}
