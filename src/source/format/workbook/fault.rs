use crate::source::error::SourceError;

/// Builds the fault of a workbook that cannot be read.
pub(super) fn fault(file: &str, reason: impl std::fmt::Display) -> SourceError {
    SourceError::Workbook { file: file.to_owned(), reason: reason.to_string() }
}
