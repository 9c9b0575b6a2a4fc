use super::renderer::{Content, File, Renderer};
use crate::report::csv::csv;
use crate::report::error::ReportError;

/// The byte order mark, by which Excel knows that a file is UTF-8.
const MARK: &str = "\u{feff}";

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
        let mark = if content.document.csv_for_excel { MARK } else { "" };
        let tables = content.document.tables.iter();
        Ok(tables
            .map(|table| File {
                name: format!("tables/{}.{}", table.name, self.extension()),
                bytes: format!("{mark}{}", csv(table)).into_bytes(),
            })
            .collect())
    }
}
