//! What came of a file, in one line that a table of a test can state.

use std::fmt;
use std::path::Path;

use sufficiency::source::{Inputs, Place, SourceError, SourceFailure, discover, extract};

use super::{folder, source};

/// What must come of a file.
pub(super) enum Outcome {
    /// Rows published and set aside, and the pence published.
    Read(u64, u64, i128),
    /// The reason.
    Refused(&'static str),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(published, set_aside, pence) => {
                write!(f, "{published} rows, {set_aside} set aside, {pence} pence")
            }
            Self::Refused(reason) => f.write_str(reason),
        }
    }
}

/// Returns what comes of `file` in `place`, read with `layout` and columns such as `Amount: money`.
pub(super) fn came_of(place: &Path, file: &str, layout: &str, columns: &[&str]) -> String {
    let columns: String = columns.iter().map(|spec| column(spec)).collect();
    let source = source(&format!("connection = \"share\"\nfiles = \"{file}\"\n{layout}\n{columns}"));
    let connection = folder(".");
    let place = Place { root: place, connection: &connection };
    // A year of two figures that lies after the day of reading is of no certain century.
    let inputs = Inputs { today: chrono::NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(), ..Inputs::default() };
    let read = || extract(&source, place, &discover(&source, place)?[0], &inputs);
    match read() {
        Ok(extraction) => {
            let pence = extraction.money.values().map(|totals| totals.published).sum();
            Outcome::Read(extraction.counts.published, extraction.counts.quarantined, pence).to_string()
        }
        Err(error) => {
            // A file is bad, or not there yet; it is never the fault of the program or of the contract.
            let failure = error.failure();
            let of_the_file = matches!(failure, SourceFailure::Rejected | SourceFailure::Unavailable);
            assert!(of_the_file || matches!(error, SourceError::Contract(_)), "{failure:?}: {error}");
            error.in_full()
        }
    }
}

fn column(spec: &str) -> String {
    let (name, kind) = spec.split_once(": ").unwrap();
    let kind = match kind {
        "money" => "{ money = { scale = 2 } }".to_owned(),
        "text" => "\"text\"".to_owned(),
        format => format!("{{ date = {{ format = \"{format}\" }} }}"),
    };
    let name = name.replace('\n', "\\n");
    let stored: String = name.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    format!("[[columns]]\nname = \"{stored}\"\nfrom = \"{name}\"\ntype = {kind}\n")
}
