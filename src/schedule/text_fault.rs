use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Cause, Diagnostic, SourceFile};
use crate::project::Text;

/// A fault within a text that a user wrote, by the bytes of that text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFault {
    /// The bytes that are wrong.
    pub at: Range<usize>,
    /// What is wrong with them.
    pub message: String,
    /// What would put it right.
    pub help: Option<String>,
    /// What a library says of it.
    pub cause: Option<Cause>,
}

impl TextFault {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None, cause: None }
    }

    pub(super) fn with_help(self, help: impl Into<Option<String>>) -> Self {
        Self { help: help.into().or(self.help), ..self }
    }

    /// Adds what a library says of it.
    pub(super) fn because(self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self }
    }

    /// Returns the fault at its place in the file that holds `text`.
    pub(super) fn error(self, file: &Arc<SourceFile>, text: &Text) -> Diagnostic {
        let fault =
            Diagnostic::error(file, Some(place(file, text, &self.at)), self.message).with_help(self.help);
        self.cause.into_iter().fold(fault, Diagnostic::because)
    }

    /// Returns the same as a warning.
    pub(super) fn warning(self, file: &Arc<SourceFile>, text: &Text) -> Diagnostic {
        self.error(file, text).as_warning()
    }
}

/// Returns the bytes of the file at which `at` of the text is.
///
/// A TOML string with an escape, or one on several lines, has other bytes than its value: the whole
/// string is then the place.
fn place(file: &SourceFile, text: &Text, at: &Range<usize>) -> Range<usize> {
    let span = text.span();
    let inside = span.start + 1..span.end.saturating_sub(1);
    if file.text().get(inside.clone()) == Some(text.get_ref().as_str()) {
        inside.start + at.start..inside.start + at.end
    } else {
        span
    }
}
