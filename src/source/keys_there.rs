use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type};
use arrow::row::{RowConverter, SortField};

use super::contract::key::key;
use super::contract::schema::{ROW, full_schema};
use super::error::SourceError;
use crate::project::SourceDefinition;

/// The keys of the rows that other files have brought into a table, each with its file and row.
///
/// They are held as the bytes by which Arrow compares rows: the same values of the same types, the same bytes.
#[derive(Debug, Clone, Default)]
pub struct KeysThere(Arc<Keys>);

#[derive(Debug, Clone, Default)]
struct Keys {
    files: Vec<String>,
    rows: HashMap<Box<[u8]>, (usize, i64)>,
}

impl KeysThere {
    /// Adds the rows that `file` has in the table of `source`. Rows of an older contract, whose key has other
    /// columns or types, cannot be compared and are left out.
    ///
    /// # Errors
    ///
    /// Only if Arrow refuses the columns, which would be a fault of this program.
    pub fn add(
        &mut self,
        source: &SourceDefinition,
        file: &str,
        batches: &[RecordBatch],
    ) -> Result<(), SourceError> {
        let full = full_schema(source);
        let fields: Vec<(&String, &DataType)> = key(source)
            .into_iter()
            .filter_map(|place| full.fields().get(place))
            .map(|field| (field.name(), field.data_type()))
            .collect();
        if fields.is_empty() {
            return Ok(());
        }
        let converter =
            RowConverter::new(fields.iter().map(|(_, kind)| SortField::new((*kind).clone())).collect())?;
        let keys = Arc::make_mut(&mut self.0);
        keys.files.push(file.to_owned());
        let at_file = keys.files.len() - 1;
        for batch in batches {
            let columns = fields.iter().map(|(name, kind)| {
                batch.column_by_name(name).filter(|column| column.data_type() == *kind).cloned()
            });
            let Some(columns) = columns.collect::<Option<Vec<_>>>() else { continue };
            let numbers = batch.column_by_name(ROW).and_then(|rows| rows.as_primitive_opt::<Int64Type>());
            for (at, row) in converter.convert_columns(&columns)?.iter().enumerate() {
                let number = numbers.map_or(0, |numbers| numbers.value(at));
                keys.rows.entry(row.as_ref().into()).or_insert((at_file, number));
            }
        }
        Ok(())
    }

    /// Returns the file and the row that have this key, in the bytes by which Arrow compares rows.
    pub(super) fn find(&self, key: &[u8]) -> Option<(&str, i64)> {
        let (file, row) = self.0.rows.get(key)?;
        Some((self.0.files.get(*file)?, *row))
    }
}
