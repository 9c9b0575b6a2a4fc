use std::sync::Arc;

use super::cause::Cause;
use super::fault::Diagnostic;
use super::source_file::SourceFile;

impl Diagnostic {
    /// Makes the fault that the CSV reader found in `file`, at its line where it names one.
    #[must_use]
    pub fn from_csv(file: &Arc<SourceFile>, error: &csv::Error) -> Self {
        let line = error.position().map_or(1, csv::Position::line);
        let start = file.byte_at(usize::try_from(line).unwrap_or(usize::MAX), 1);
        let length = file.text()[start..].find('\n').unwrap_or(file.text().len() - start);
        let at = |message: String| Self::error(file, Some(start..start + length), message);
        match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                at(format!("expected {expected_len} cells as in the header, found {len}"))
                    .with_help("put a cell with a comma in it in quotes".to_owned())
            }
            _ => at("expected CSV, found text that is none".to_owned())
                .because(Cause::of(error))
                .with_help("put one row on each line, with commas between the cells".to_owned()),
        }
    }
}
