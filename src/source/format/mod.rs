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
use super::intake::layout_settings::LayoutSettings;
use super::proposal::Proposal;
use super::receiver::Receiver;
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

    /// Streams every row of a file into `to`, and counts there what it warns of.
    fn read(&self, content: &Content<'_>, to: &mut dyn Receiver) -> Result<(), SourceError>;
}

/// A format that proposes its own settings for a file that nobody has described.
pub(super) trait Propose {
    /// Returns the settings that `content` seems to have; `None` where it is not of this format.
    fn propose(content: &Content<'_>) -> Result<Option<Proposal>, SourceError>;
}

#[cfg(test)]
mod tests;
