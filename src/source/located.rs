//! Where it happened that nothing could be read from a source.

use super::error::{SourceError, quoted};
use crate::diagnostic::Cause;

impl SourceError {
    /// Returns the file that it is about, and the row or the line of it, as `` `ledger.csv` row 7 ``.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let (file, within) = match self {
            Self::Unavailable { place, .. } | Self::Broken { place, .. } | Self::Denied { place, .. } => {
                (place, String::new())
            }
            Self::NoFiles { folder, .. } => (folder, String::new()),
            Self::SameStem { other, .. } => (other, String::new()),
            Self::Query { query, .. } | Self::QueryTotal { query, .. } => (query, String::new()),
            Self::Encoding { file, row, .. } | Self::IsUtf8 { file, row, .. } => {
                (file, format!(" row {row}"))
            }
            Self::OpenQuote { file, row }
            | Self::LongRow { file, row, .. }
            | Self::RowsAbove { file, row, .. }
            | Self::SecondHeader { file, row }
            | Self::ControlTotal { file, row, .. }
            | Self::Stopped { file, row, .. } => (file, format!(" row {row}")),
            Self::Columns { file, row, .. } => (file, in_row(*row)),
            Self::Records { file, place, .. } => (file, format!(" {place}")),
            Self::Changed { file }
            | Self::PupilNumbers { file, .. }
            | Self::NamedByPupil { file }
            | Self::LeadsOut { file }
            | Self::NoFile { file, .. }
            | Self::NotNamed { file }
            | Self::TooLarge { file, .. }
            | Self::FileKind { file, .. }
            | Self::ZeroByte { file, .. }
            | Self::NoHeader { file, .. }
            | Self::NoRows { file }
            | Self::NoControlTotal { file, .. }
            | Self::Ahead { file, .. }
            | Self::Archive { file, .. }
            | Self::Unreadable { file, .. }
            | Self::Limit { file, .. }
            | Self::Unaccounted { file, .. } => (file, String::new()),
            Self::Contract(fault) => return fault.location(),
            Self::Write(_) | Self::Build(_) => return None,
        };
        Some(format!("{}{within}", quoted(file)))
    }

    /// Returns place, what happened and why, in one line.
    #[must_use]
    pub fn in_full(&self) -> String {
        let what = Cause::of(self).to_string();
        let file = self.place().filter(|place| !what.contains(place.as_str()));
        file.into_iter().chain([what]).collect::<Vec<_>>().join(": ")
    }
}

/// Writes the number of a row; nothing for the names of a format that has no row of them.
fn in_row(row: i64) -> String {
    if row > 0 { format!(" row {row}") } else { String::new() }
}
