//! Workbooks (XLSX, XLS, ODS), one sheet of each.
//!
//! ```text
//! scan    refuses what is locked, holds macros or unpacks to too much, before anything is parsed
//! sheet   chooses the parser; all of them run in the sandbox
//! xlsx    a parser of our own, for cells with their formulas and number formats
//! values  cells to text, by number_format
//! rows    cells to rows
//! spans   merged cells of ODS
//! ```

mod fault;
mod limits;
mod number_format;
mod pick;
mod rows;
mod scan;
pub(in crate::source) mod sheet;
mod spans;
mod uncalculated;
mod values;
mod xlsx;
mod xml_text;

use super::Format;
use crate::project::WorkbookFormat;
use crate::source::contract::cells::Cells;
use crate::source::error::SourceError;
use crate::source::file::content::Content;
use crate::source::file::kind::FileKind;
use crate::source::intake::Intake;
use crate::source::intake::layout_settings::LayoutSettings;
use crate::source::sandbox::{self, Task};

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

    fn read(&self, content: &Content<'_>, intake: &mut Intake<'_>) -> Result<(), SourceError> {
        let file = content.name();
        let mut workbook = content.file()?;
        let linked = scan::scan(file, &mut workbook)?;
        if linked && !self.linked_values {
            let reason = "it holds values from other workbooks, whose age is unknown: save it with values only, or \
                          accept them by `linked_values = true`";
            return Err(SourceError::Archive { file: file.to_owned(), reason: reason.to_owned() });
        }
        sandbox::read(file, workbook, Task::Workbook(self.sheet.get_ref()), &mut |row| intake.take(row))?;
        intake.warn("links_to_other_workbooks", linked);
        Ok(())
    }
}
