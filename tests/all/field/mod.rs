//! Files as publishers really issue them: what a sheet, an exporter or a hand did to data, and what must come of it.
//! Each is read right, set aside, refused or counted; none is lost, doubled or changed without a word.

mod children;
mod dates;
mod formats;
mod headers;
mod records;
mod recount;
mod sheets;
mod texts;
mod unlike;

use std::fmt::Write;

use arrow::util::display::{ArrayFormatter, FormatOptions};
use chrono::NaiveDate;
use sufficiency::diagnostic::SourceFile;
use sufficiency::project::{SourceDefinition, SourceToml, Written};
use sufficiency::source::{Extraction, Inputs, Place, SourceError, discover, extract};

/// A source of one file and its contract.
pub(super) struct Field {
    folder: tempfile::TempDir,
    toml: String,
}

impl Field {
    /// Makes a file, with how it is laid out, and its columns, such as `Amount: money`; more settings follow a bar.
    pub(super) fn new(file: &str, bytes: impl AsRef<[u8]>, layout: &str, columns: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), bytes).unwrap();
        let mut toml = format!("connection = \"share\"\nfiles = \"*\"\n{layout}\n");
        for column in columns {
            let (name, rest) = column.split_once(": ").unwrap();
            let (kind, more) = rest.split_once(" | ").unwrap_or((rest, ""));
            let kind = match kind {
                "money" => "{ money = { scale = 2 } }".to_owned(),
                "decimal" => "{ decimal = { scale = 2 } }".to_owned(),
                "text" | "integer" => format!("\"{kind}\""),
                formats => format!("{{ date = {{ format = [{formats}] }} }}"),
            };
            let stored = name.to_lowercase().replace(' ', "_");
            write!(toml, "[[columns]]\nname = \"{stored}\"\nfrom = \"{name}\"\ntype = {kind}\n{more}\n")
                .unwrap();
        }
        Self { folder, toml }
    }

    /// Returns the source as loading would make it.
    pub(super) fn source(&self) -> SourceDefinition {
        let source = SourceFile::inline("sources/tested.toml", &self.toml);
        SourceDefinition {
            name: "tested".to_owned(),
            file: SourceToml::parse(&source).unwrap(),
            source,
            sql: None,
            totals: None,
        }
    }

    /// Reads it, on a day in 2026.
    pub(super) fn read(&self) -> Result<Extraction, SourceError> {
        let connection = Written::inline("folder = { path = \".\" }").unwrap();
        let place = Place { root: self.folder.path(), connection: &connection };
        let inputs = Inputs {
            today: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
            zone: Some(chrono_tz::Europe::London),
            ..Inputs::default()
        };
        let source = self.source();
        extract(&source, place, &discover(&source, place)?[0], &inputs)
    }

    /// Returns the rows that are published, a line each.
    pub(super) fn rows(&self) -> Vec<String> {
        rows(&self.read().unwrap())
    }

    /// Returns why it is refused.
    pub(super) fn refusal(&self) -> String {
        self.read().expect_err("the file is refused").in_full()
    }

    /// Returns the rows set aside, by number and rule.
    pub(super) fn aside(&self) -> Vec<(i64, String)> {
        self.read().unwrap().quarantine.into_iter().map(|row| (row.row, row.rule)).collect()
    }

    /// Returns the warnings with their counts and the place of the first.
    pub(super) fn warnings(&self) -> Vec<(String, u64, String)> {
        let read = self.read().unwrap();
        let first = |rule: &String| read.first.get(rule).cloned().unwrap_or_default();
        read.warnings.iter().map(|(rule, count)| (rule.clone(), *count, first(rule))).collect()
    }
}

/// Returns the published rows of an extraction, cells between bars, without lineage.
fn rows(extraction: &Extraction) -> Vec<String> {
    let (mut lines, options) = (Vec::new(), FormatOptions::default());
    for batch in extraction.rows.batches().unwrap() {
        let cells: Vec<ArrayFormatter<'_>> = (batch.columns().iter().zip(batch.schema_ref().fields()))
            .filter(|(_, field)| !field.name().starts_with('_'))
            .map(|(array, _)| ArrayFormatter::try_new(array, &options).unwrap())
            .collect();
        lines.extend((0..batch.num_rows()).map(|row| {
            cells.iter().map(|column| column.value(row).to_string()).collect::<Vec<_>>().join("|")
        }));
    }
    lines
}

fn warning(rule: &str, count: u64, first: &str) -> (String, u64, String) {
    (rule.to_owned(), count, first.to_owned())
}
