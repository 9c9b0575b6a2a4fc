//! Workbooks (XLSX, XLS, ODS), one sheet of each.
//!
//! ```text
//! scan    refuses what is locked, holds macros or unpacks to too much, before anything is parsed
//! sheet   chooses the parser; all of them run in the sandbox
//! xlsx    a parser of our own, for cells with their formulas and number formats
//! values  cells to text, by number_format
//! rows    cells to rows
//! facts   what a sheet says of its cells besides their values: ods, xls; xlsb is refused where that is lost
//! ```

mod facts;
mod fault;
mod guess;
mod limits;
mod number_format;
mod ods;
mod pick;
mod rows;
mod scan;
mod sheet;
mod uncalculated;
mod values;
mod xls;
mod xlsb;
mod xlsx;
mod xml_text;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Format, Propose};
use crate::diagnostic::Spanned;
use crate::source::contract::cells::Cells;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;
use crate::source::intake::layout_settings::{ControlTotal, Header, LayoutSettings, SkipRows};
use crate::source::proposal::Proposal;
use crate::source::receiver::Receiver;
use crate::source::sandbox::{self, Parser};

/// What asks the parser for the names of the sheets in place of the rows of one.
const SHEETS: &str = "sheets";

/// Reads one sheet, or the names of all, in the sandbox.
pub(super) const PARSER: Parser = Parser {
    key: "workbook",
    what: fault::WHAT,
    seconds: 120,
    read: |file, from, asked, take| match asked {
        SHEETS => sheet::names(file, from, take),
        asked => sheet::read(file, from, pick::Wanted::of_words(asked), take),
    },
};

/// How a workbook is laid out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkbookFormat {
    /// The sheet, by name; `*` matches any run of characters.
    sheet: Spanned<String>,
    /// How the header row is found.
    #[serde(default)]
    header: Option<Header>,
    /// Rows that are not data.
    #[serde(default)]
    skip_rows: Option<SkipRows>,
    /// Whether a workbook with values from other workbooks is read, with the values that it last had. They
    /// are never followed. Without this such a workbook is refused: nobody here can say how old they are.
    #[serde(default)]
    linked_values: bool,
    /// Columns whose merged or blank cells repeat the value above, by the source's name.
    #[serde(default)]
    fill_down: Vec<String>,
    /// A total that the sheet states about itself.
    #[serde(default)]
    control_total: Option<ControlTotal>,
}

impl Format for WorkbookFormat {
    fn expected(&self) -> &'static str {
        "a workbook (XLSX, XLS, ODS)"
    }

    fn reads(&self, kind: FileKind) -> bool {
        matches!(kind, FileKind::Zip | FileKind::Compound)
    }

    fn cells(&self) -> Cells {
        Cells::Typed
    }

    fn layout(&self) -> LayoutSettings<'_> {
        LayoutSettings {
            header: self.header.as_ref(),
            skip: self.skip_rows.as_ref(),
            control: self.control_total.as_ref(),
            fill_down: &self.fill_down,
            ..LayoutSettings::default()
        }
    }

    fn read(&self, content: &Content<'_>, to: &mut dyn Receiver) -> Result<(), SourceError> {
        let file = content.name();
        let mut workbook = content.file()?;
        let linked = scan::scan(file, &mut workbook)?;
        if linked && !self.linked_values {
            return Err(SourceError::Archive {
                file: file.to_owned(),
                reason: "it holds values from other workbooks, whose age is unknown".to_owned(),
                help: Some("save it with values only, or accept them by `linked_values = true`".to_owned()),
                cause: None,
            });
        }
        let asked = pick::Wanted { name: self.sheet.get_ref(), of_persons: to.is_of_persons() }.in_words();
        sandbox::read(file, workbook, (&PARSER, &asked), &mut |row| to.take(row))?;
        to.warn_of("links_to_other_workbooks", u64::from(linked), "the whole file");
        Ok(())
    }
}

impl Propose for WorkbookFormat {
    fn propose(content: &Content<'_>) -> Result<Option<Proposal>, SourceError> {
        if !matches!(content.kind, FileKind::Zip | FileKind::Compound) {
            return Ok(None);
        }
        let linked = scan::scan(content.name(), &mut content.file()?)?;
        let mut proposal = guess::propose(content)?;
        if linked {
            proposal.settings.push("linked_values = true".to_owned());
            let age = "unsure: it holds values from other workbooks, as old as they were when it was saved";
            proposal.because.push(age.to_owned());
        }
        Ok(Some(proposal))
    }
}
