//! Rows as files for people's other tools: CSV, JSON, Parquet, XLSX and plain text.
//!
//! Only for rows that the asker may read already: this is how analysts take the store's own tables
//! away. What is emailed goes through the disclosure gate and the report's renderers instead.

mod error;
mod file;
mod folder;
mod rows;
mod workbook;

pub use error::ExportError;
pub use file::{try_folder, write, write_new_folder};
pub use folder::{made, write_folder};
pub use rows::{csv, csv_for_excel, json, parquet, table};
pub use workbook::{About, workbook};

#[cfg(test)]
mod tests;
