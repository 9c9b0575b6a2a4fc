//! Formats: how the bytes of a file become rows of text, numbered as people count them, each behind [`Format`].
//!
//! ```text
//! delimited       CSV and its kin
//! workbook        one sheet of XLSX, XLS or ODS      read in the sandbox
//! parquet         columns that another program typed  read in the sandbox
//! json  xml       records to rows, by the path to each value
//! record          what the two share
//! list            every format, and which of them reads a file
//! ```
//!
//! A new format is a file or folder here and one line of `list.rs`, also where its parser is read in the sandbox: the
//! sandbox knows it by its key. Its file holds the type of its settings, by which a source's `[format]` is read, checked and
//! explained to editors. A test adds one so.

mod delimited;
mod json;
pub(super) mod list;
mod parquet;
mod record;
mod workbook;
mod xml;

use super::contract::cells::Cells;
use super::error::SourceError;
use super::file::content::Content;
use super::file::kind::FileKind;
use super::intake::Intake;
use super::intake::layout_settings::LayoutSettings;
use crate::diagnostic::Diagnostics;
use crate::project::SourceDefinition;

/// A format of files, with its settings.
pub(super) trait Format {
    /// Returns what a file of this format is, in words that follow "expected".
    fn expected(&self) -> &'static str;

    /// Returns whether it reads files of `kind`.
    fn reads(&self, kind: FileKind) -> bool;

    /// Returns what the contract may expect of the cells: text as somebody wrote it, unless the format has types.
    fn cells(&self) -> Cells {
        Cells::Written
    }

    /// Returns how the rows are laid out: names first and every other row data, unless settings say more.
    fn layout(&self) -> LayoutSettings<'_> {
        LayoutSettings::names_first()
    }

    /// Returns the faults of its settings in `source`: none, unless a setting may be one that cannot work.
    fn check(&self, _source: &SourceDefinition) -> Diagnostics {
        Diagnostics::default()
    }

    /// Streams every row of a file into `intake`, and counts there what it warns of.
    fn read(&self, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), SourceError>;
}

#[cfg(test)]
mod tests;
