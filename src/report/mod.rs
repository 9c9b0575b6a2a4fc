//! From cleared tables to documents: narrative, charts, HTML email, plain text, workbook, CSV.
//!
//! ```text
//! report.toml + report.md.hbs ─┐
//! Cleared tables, Facts ───────┴→ build → Document → html · text · workbook · csv · images
//! ```
//!
//! [`check`] finds every fault of a report's two files against the models' columns before there is a
//! row. [`build`] makes the one [`Document`] that every medium is made from, so that a number is the
//! same in each. Nothing here opens a file, knows where rows came from, or takes a row that has not
//! passed [`crate::disclosure`]. The same input gives the same bytes.

mod build;
mod changes;
mod chart;
mod check;
mod csv;
mod describe;
mod document;
mod error;
mod facts;
mod frame;
mod html;
mod layout;
mod narrative;
mod number;
mod quality;
mod sections;
mod sentence;
mod series;
mod text;
mod workbook;

pub use build::build;
pub use chart::{Image, images};
pub use check::check;
pub use csv::csv;
pub use document::{
    Block, Bounds, Changes, ChartBlock, ChartKind, ChartPoint, ChartSeries, Definition, Document, Funnel,
    Inline, KeyFigure, Limit, Reference, TableBlock, TableCell, TableRow, plain,
};
pub use error::ReportError;
pub use facts::{Earlier, Facts, RowFacts, SourceFact};
pub use html::html;
pub use number::Format;
pub use text::text;
pub use workbook::workbook;

#[cfg(test)]
mod tests;
