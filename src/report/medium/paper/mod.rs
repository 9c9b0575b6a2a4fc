//! The committee paper: a PDF that Typst sets by the layout's `paper.typ`, with everything in it tagged for screen readers.

mod data;
mod typeset;

use super::renderer::{Attachment, Content, File, Renderer};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::project::Layout;
use crate::report::document::{Document, OfficerPart};
use crate::report::error::ReportError;
use crate::report::layout_template::PAPER;

/// The committee paper as PDF, for a report that has one.
pub(super) struct Paper;

impl Renderer for Paper {
    fn extension(&self) -> &'static str {
        "pdf"
    }

    fn content_type(&self) -> &'static str {
        "application/pdf"
    }

    fn attachment(&self, document: &Document, stem: &str) -> Option<Attachment> {
        let paper = document.paper.as_ref().filter(|paper| paper.attach)?;
        let file = format!("{stem}.{}", self.extension());
        let open = paper.parts.iter().any(OfficerPart::is_open);
        let holds = if open { "the committee paper, a draft" } else { "the committee paper" };
        Some(Attachment { file, holds })
    }

    fn takes_images(&self) -> bool {
        true
    }

    fn render(&self, content: &Content<'_>) -> Result<Vec<File>, ReportError> {
        let Some(paper) = &content.document.paper else { return Ok(Vec::new()) };
        let set = typeset::typeset(content.templates.paper(), &data::files(content, paper), content.document);
        let bytes = set.map_err(|faults| {
            let reasons: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
            ReportError::Paper { reason: reasons.join("; ").into() }
        })?;
        Ok(vec![File { name: format!("{}.{}", content.stem, self.extension()), bytes }])
    }
}

/// Sets an invented paper by a project's template; returns what is wrong with that.
pub(in crate::report) fn check(layout: &Layout, content: &Content<'_>) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let (Some(file), Some(paper)) = (layout.file(PAPER), &content.document.paper) else { return faults };
    let set = typeset::typeset(file.text(), &data::files(content, paper), content.document);
    for fault in set.err().unwrap_or_default() {
        faults.push(Diagnostic::error(file, fault.place, fault.message).with_help(fault.help));
    }
    faults
}
