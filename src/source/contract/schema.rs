use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::arrow_type::data_type;
use crate::project::{Column, Privacy, SourceDefinition};

/// The column with the file of a row.
pub(in crate::source) const FILE: &str = "_file";
/// The column with the row's number in it.
pub(in crate::source) const ROW: &str = "_row";

/// Returns the columns that `source` publishes: the contract's without those dropped, then `_file` and `_row`.
/// A field's metadata holds its note (`comment`) and its privacy class (`privacy`).
#[must_use]
pub fn schema(source: &SourceDefinition) -> SchemaRef {
    let published = source.file.columns.iter().filter(|column| !matches!(column.privacy, Privacy::Drop));
    Arc::new(Schema::new(published.map(field).chain(lineage()).collect::<Vec<_>>()))
}

/// Returns every column, typed, and the two of lineage. None of them is required: a cell that is refused is null
/// until its row is set aside.
pub(in crate::source) fn full_schema(source: &SourceDefinition) -> SchemaRef {
    let columns = source.file.columns.iter().map(|column| field(column).with_nullable(true));
    Arc::new(Schema::new(columns.chain(lineage()).collect::<Vec<_>>()))
}

/// Returns the columns that could identify a child.
pub(super) fn personal_columns(source: &SourceDefinition) -> impl Iterator<Item = &Column> {
    source.file.columns.iter().filter(|column| column.privacy.is_personal())
}

fn field(column: &Column) -> Field {
    let privacy = match &column.privacy {
        Privacy::None => "none",
        Privacy::Commercial => "commercial",
        Privacy::Pseudonymise(_) => "pseudonymised",
        Privacy::Generalise(_) => "generalised",
        Privacy::Drop => "dropped",
    };
    let mut metadata = HashMap::from([("privacy".to_owned(), privacy.to_owned())]);
    if let Some(note) = &column.note {
        metadata.insert("comment".to_owned(), note.clone());
    }
    Field::new(column.name.get_ref(), data_type(column), !column.required).with_metadata(metadata)
}

fn lineage() -> [Field; 2] {
    let comment = |text: &str| HashMap::from([("comment".to_owned(), text.to_owned())]);
    [
        Field::new(FILE, DataType::Utf8, true).with_metadata(comment(
            "file that the row came from, by its path below the connection; null for a database",
        )),
        Field::new(ROW, DataType::Int64, false)
            .with_metadata(comment("row number in the file or the result, from 1")),
    ]
}
