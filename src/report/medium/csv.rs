use super::renderer::{Content, File, Renderer};
use crate::report::csv::csv;
use crate::report::error::ReportError;

/// Every table as CSV, for programs and for the comparison with the next edition.
pub(super) struct Csv;

impl Renderer for Csv {
    fn extension(&self) -> &'static str {
        "csv"
    }

    fn content_type(&self) -> &'static str {
        "text/csv"
    }

    fn render(&self, content: &Content<'_>) -> Result<Vec<File>, ReportError> {
        let tables = content.document.tables.iter();
        Ok(tables
            .map(|table| File {
                name: format!("tables/{}.{}", table.name, self.extension()),
                bytes: csv(table).into_bytes(),
            })
            .collect())
    }
}
