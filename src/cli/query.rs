use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::junit::unwritable;
use super::output::Output;
use super::shell;
use crate::export::About;
use crate::job::{Context, Failure, Kind};
use crate::run::Answer;
use crate::text::counted;
use crate::{export, run};

/// Ask the published tables a question in SQL, or begin a shell; nothing can be changed.
#[derive(Debug, Args)]
pub(super) struct Query {
    /// One SELECT over `pipeline.table`, SHOW TABLES or DESCRIBE; from standard input when left out or `-`, and a shell on a
    /// terminal.
    #[arg(conflicts_with = "file")]
    sql: Option<String>,
    /// Read the SQL from this file.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// How the answer is written; by the name of `--out` when left out, else a table.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write the answer to this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Call the sheet of a workbook so; by the table that is asked when left out.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
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
        if self.sheet.is_some() && format != Format::Xlsx {
            return Err(Failure::usage("expected a workbook for `--sheet`, found another format")
                .help("add `--out NAME.xlsx`, or leave `--sheet` out"));
        }
        let Some(sql) = self.sql(out)? else {
            return shell::run(context, out);
        };
        let answer = run::ask(context, &sql)?;
        let rows = &answer.rows;
        let bytes = match format {
            Format::Table if self.out.is_none() => return out.rows(rows),
            Format::Table => export::table(rows),
            Format::Csv => export::csv(rows),
            Format::ExcelCsv => export::csv_for_excel(rows),
            Format::Json => export::json(rows),
            Format::Parquet => export::parquet(rows),
            Format::Xlsx => export::workbook(rows, &about(context, &answer, &sql, self.sheet.as_deref())),
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

    /// Returns the question, from where it is; nothing where a person at a terminal is to type it.
    fn sql(&self, out: &Output) -> Result<Option<String>, Failure> {
        let text = match (&self.sql, &self.file) {
            (Some(sql), _) if sql != "-" => sql.clone(),
            (None, Some(file)) => read(file)?,
            (sql, _) => {
                let input = std::io::stdin();
                if sql.is_none() && input.is_terminal() {
                    return self.for_a_shell(out).map(|()| None);
                }
                let mut text = String::new();
                input.lock().read_to_string(&mut text).map_err(|error| {
                    Failure::usage("expected SQL in UTF-8 on standard input").because(error)
                })?;
                text
            }
        };
        if text.trim().is_empty() {
            return Err(Failure::usage("expected a question in SQL, found nothing").help(
                "write it as `sufficiency query \"SELECT …\"`, in a file with `--file`, or say nothing on a terminal",
            ));
        }
        Ok(Some(text))
    }

    /// Refuses a shell whose answers could not be written as asked.
    fn for_a_shell(&self, out: &Output) -> Result<(), Failure> {
        if out.is_for_programs() || self.out.is_some() || self.format.is_some() {
            return Err(Failure::usage("expected a question in SQL, found none")
                .help("write it as `sufficiency query \"SELECT …\"`, or in a file with `--file`")
                .help("`sufficiency query` alone begins a shell"));
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

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        Failure::usage("expected a file with SQL in UTF-8").at(file.display().to_string()).because(error)
    })
}

/// Returns what a workbook says of its rows: from where, when, by which question, and what the columns mean.
fn about(context: &Context, answer: &Answer, sql: &str, sheet: Option<&str>) -> About {
    let council = &context.project().council.council;
    let local = answer.asked.with_timezone(&context.clock().zone());
    let mut notes = vec![
        ("Source".to_owned(), format!("{}, {}", council.name, council.service)),
        ("Protective marking".to_owned(), council.marking.clone()),
        ("Asked".to_owned(), local.format("%-d %B %Y, %H:%M").to_string()),
        ("Rows".to_owned(), answer.rows.num_rows().to_string()),
    ];
    if let Some(commit) = answer.commit {
        notes.push(("State of the store".to_owned(), format!("commit {commit}")));
    }
    notes.push(("SQL".to_owned(), sql.trim().to_owned()));
    let shown = answer.rows.schema();
    for table in &answer.tables {
        let published = format!("{} rows, published by run {}", table.rows, table.run);
        let what = table.comment.as_ref().map_or_else(String::new, |comment| format!("{comment}. "));
        notes.push((table.name.clone(), format!("{what}{published}.")));
        for column in table.columns.iter().filter(|column| shown.field_with_name(&column.name).is_ok()) {
            let defined = table.indicators.get(&column.name).or(column.comment.as_ref());
            notes.extend(defined.map(|text| (format!("{}: {}", table.name, column.name), text.clone())));
        }
    }
    notes.push((
        "Small numbers".to_owned(),
        "These rows have not passed disclosure control: they are for those who may read the store."
            .to_owned(),
    ));
    let by_table = match answer.tables.as_slice() {
        [only] => only.name.clone(),
        _ => "Answer".to_owned(),
    };
    About { sheet: sheet.map_or(by_table, str::to_owned), notes }
}
