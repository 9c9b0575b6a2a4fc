//! From cleared tables to documents: narrative, charts, HTML email, plain text, workbook, CSV.
//!
//! ```text
//! report.toml + report.md.hbs ─┐
//! Cleared tables, Facts ───────┴→ build → Document ─┬→ each of MEDIA: html · text · workbook · csv
//! report-templates/_layout/ → Templates ────────────┘
//! ```
//!
//! [`check`] finds every fault of a report's two files against the models' columns before there is a
//! row, and [`check_layout`] those of the templates around it. [`build`] makes the one [`Document`] that
//! every medium is made from, so that a number is the same in each; [`render`] goes through [`MEDIA`].
//! Nothing here opens a file, knows where rows came from, or takes a row that has not passed
//! [`crate::disclosure`]. The same input gives the same bytes.

mod body;
mod build;
mod changes;
mod chart;
mod check;
mod csv;
mod describe;
mod document;
mod error;
mod escape;
mod facts;
mod frame;
mod layout_template;
mod medium;
mod narrative;
mod number;
mod order;
mod paper;
mod quality;
mod samples;
mod sections;
mod sentence;
mod series;
mod tabulate;
mod templates;
mod wording;
mod written;

pub use build::build;
pub use chart::Image;
pub use check::{check, check_layout};
pub use document::{
    Block, Bounds, Changes, ChartBlock, ChartKind, ChartPoint, ChartSeries, Definition, Document, Funnel,
    Inline, KeyFigure, Limit, OfficerPart, Paper, Reference, TableBlock, TableCell, TableRow, Unknown, plain,
};
pub use error::ReportError;
pub use facts::{DRAFT, Earlier, Facts, RowFacts, SourceFact};
pub use layout_template::PAPER;
pub use medium::{Attachment, Content, File, MEDIA, Rendered, Renderer, attachments, content_type, render};
pub use number::Format;
pub use samples::{Forms, check_paper, samples};
pub use sections::what_changed;
pub use templates::Templates;
pub(crate) use wording::{capitalised, titled};
pub use written::{By, check_commentary};

#[cfg(test)]
mod tests;
