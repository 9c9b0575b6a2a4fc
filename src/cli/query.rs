use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::junit::unwritable;
use super::output::Output;
use crate::job::{Context, Failure, Kind};
use crate::text::counted;
use crate::{export, run};

/// Ask the published tables a question in SQL; nothing can be changed.
#[derive(Debug, Args)]
pub(super) struct Query {
    /// One SELECT over `pipeline.table`.
    sql: String,
    /// How the answer is written; by the name of `--out` when left out, else a table.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the answer to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people.
    Table,
    /// Comma-separated values; formulas made inert.
    Csv,
    /// The same after a byte order mark, by which Excel knows that it is UTF-8.
    ExcelCsv,
    /// An array of objects.
    Json,
    /// Parquet, as in the store.
    Parquet,
    /// A workbook.
    Xlsx,
}

impl Query {
    pub(super) fn run(self, context: &Context, out: &Output) -> Result<(), Failure> {
        let format = self.format()?;
        match &self.out {
            Some(path) => export::try_folder(path).map_err(|error| unwritable(path, error))?,
            None if out.is_for_programs() && !matches!(format, Format::Table | Format::Json) => {
                return Err(Failure::usage("expected `--json` or another `--format`, found both")
                    .help("leave `--json` out, or write the answer to a file with `--out`"));
            }
            None => {}
        }
        let rows = run::query(context, &self.sql)?;
        let bytes = match format {
            Format::Table if self.out.is_none() => return out.rows(&rows),
            Format::Table => export::table(&rows),
            Format::Csv => export::csv(&rows),
            Format::ExcelCsv => export::csv_for_excel(&rows),
            Format::Json => export::json(&rows),
            Format::Parquet => export::parquet(&rows),
            Format::Xlsx => export::workbook(&rows),
        }
        .map_err(|error| Failure::of(Kind::Render, error).help("write the answer in another `--format`"))?;
        match &self.out {
            None if format == Format::Json => Output::json(&bytes),
            None => Output::bytes(&bytes),
            Some(path) => {
                export::write(path, &bytes).map_err(|error| unwritable(path, error))?;
                out.line(format!("{} in {}", counted(rows.num_rows(), "row", "rows"), path.display()));
                out.value(&json!({ "rows": rows.num_rows(), "file": path }));
            }
        }
        Ok(())
    }

    fn format(&self) -> Result<Format, Failure> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let Some(path) = &self.out else { return Ok(Format::Table) };
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => Ok(Format::Csv),
            Some("json") => Ok(Format::Json),
            Some("parquet") => Ok(Format::Parquet),
            Some("xlsx") => Ok(Format::Xlsx),
            _ => Err(Failure::usage(
                "expected a name that ends in .csv, .json, .parquet or .xlsx, or `--format`, found neither",
            )
            .at(path.display().to_string())
            .help("end the name so, or add `--format`")),
        }
    }
}
