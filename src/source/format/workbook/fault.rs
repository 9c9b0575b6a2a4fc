use crate::source::error::SourceError;
use crate::source::parser_fault::ParserFault;

/// What a file of this format is, in words that follow "read as".
pub(super) const WHAT: &str = "a workbook";

/// Builds the fault of a workbook that cannot be read, for a reason of our own.
pub(super) fn fault(file: &str, reason: impl Into<String>) -> SourceError {
    ParserFault::new(reason).in_file(file, WHAT)
}

/// Builds the fault of a workbook that a library cannot read.
pub(super) fn broken(file: &str, error: &(dyn std::error::Error + 'static)) -> SourceError {
    ParserFault::of(error).in_file(file, WHAT)
}
