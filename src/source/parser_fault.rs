use super::error::SourceError;
use crate::diagnostic::Cause;

/// Why a parser cannot read a file: in our words, with what to do, and in the parser's own. It crosses from the process
/// that parses to the one that started it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParserFault {
    /// Why, in our words; empty where only the parser says it.
    pub reason: String,
    /// What to do about it, where that can be said.
    pub help: Option<String>,
    /// What the parser says.
    pub cause: Option<Cause>,
}

impl ParserFault {
    /// Makes a fault in our words.
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), ..Self::default() }
    }

    /// Makes the fault of what a parser says.
    pub(super) fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        Self { cause: Some(Cause::of(error)), ..Self::default() }
    }

    /// Adds what to do about it.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Returns the error of `file`, which a parser of `format` cannot read.
    pub(super) fn in_file(self, file: &str, format: &'static str) -> SourceError {
        let Self { reason, help, cause } = self;
        SourceError::Unreadable { file: file.to_owned(), format, reason, help, cause }
    }
}
