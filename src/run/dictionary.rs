//! The data dictionary: every table of a project, from its contracts, seeds and models alone.

use std::fmt::Write;

use arrow::datatypes::{DataType, Field};
use serde::Serialize;

use crate::build::schemas::Schemas;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::TableName;
use crate::project::{Model, Pipeline, Project, SourceDefinition};

/// Every table of a project, by pipeline.
#[derive(Debug, Serialize)]
pub struct Dictionary {
    /// The pipelines that publish a table.
    pub pipelines: Vec<PipelineEntry>,
}

/// The tables of one pipeline.
#[derive(Debug, Serialize)]
pub struct PipelineEntry {
    /// Its name.
    pub pipeline: String,
    /// What it is for.
    pub description: String,
    /// Its tables.
    pub tables: Vec<TableEntry>,
}

/// One table.
#[derive(Debug, Serialize)]
pub struct TableEntry {
    /// `pipeline.table`.
    pub table: String,
    /// What it holds, in whole sentences.
    pub description: String,
    /// The columns of which each row has its own values; none where nothing says so.
    pub one_row_for_each: Vec<String>,
    /// Its columns, in order.
    pub columns: Vec<ColumnEntry>,
}

/// One column.
#[derive(Debug, Serialize)]
pub struct ColumnEntry {
    /// Its name.
    pub column: String,
    /// Its type, in words.
    pub kind: String,
    /// What it holds, and what became of a personal value.
    pub note: String,
}

/// Returns the tables of `project`: what each holds, its columns, their types and notes.
///
/// # Errors
///
/// The faults of the project, when the columns of its tables cannot be known.
pub fn dictionary(project: &Project) -> Result<Dictionary, Diagnostics> {
    let (schemas, faults) = Schemas::of(project).map_err(Diagnostic::from)?;
    if faults.has_errors() {
        return Err(faults);
    }
    let pipelines = project.pipelines.values().map(|pipeline| of_pipeline(pipeline, &schemas));
    // A pipeline whose tables are all internal has nothing for analysts.
    Ok(Dictionary { pipelines: pipelines.filter(|entry| !entry.tables.is_empty()).collect() })
}

impl Dictionary {
    /// Returns the dictionary as a page of Markdown.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = String::from(
            "# Tables\n\n\
             Every table that the pipelines of this repository publish, made by `sufficiency tables --dictionary` from their\n\
             contracts, seeds and models. `sufficiency describe TABLE` tells the same of a published table, with its rows and\n\
             files. A pseudonym is a keyed hash; no other value of a personal column is ever stored.\n",
        );
        for entry in &self.pipelines {
            // Writing to a string cannot fail, here and below.
            let _ = writeln!(page, "\n## {}\n\n{}.", entry.pipeline, sentence(&entry.description));
            for table in &entry.tables {
                table.write(&mut page);
            }
        }
        page
    }
}

impl TableEntry {
    fn write(&self, page: &mut String) {
        let key: Vec<&str> = self.one_row_for_each.iter().map(String::as_str).collect();
        let key = if key.is_empty() { String::new() } else { format!(" One row for each {}.", list(&key)) };
        let _ = writeln!(page, "\n### {}\n\n{}{key}", self.table, self.description);
        let _ = writeln!(page, "\n| column | type | |\n|---|---|---|");
        for column in &self.columns {
            let note = column.note.replace('|', "\\|").replace('\n', " ");
            let _ = writeln!(page, "| `{}` | {} | {note} |", column.column, column.kind);
        }
    }
}

fn of_pipeline(pipeline: &Pipeline, schemas: &Schemas) -> PipelineEntry {
    let is_internal = |table: &String| pipeline.models.get(table).is_some_and(|model| model.file.internal);
    let mut tables = Vec::new();
    for table in pipeline.tables().into_iter().filter(|table| !is_internal(table)) {
        let name = TableName::new(&pipeline.name, &table);
        let Some(schema) = schemas.tables.get(&name) else { continue };
        let model = pipeline.models.get(&table);
        let (description, one_row_for_each) = if let Some(source) = pipeline.sources.get(&table) {
            of_source(source)
        } else if let Some(model) = model {
            of_model(model)
        } else {
            (format!("A code list, kept in `pipelines/{}/seeds/{table}.csv`.", pipeline.name), Vec::new())
        };
        let columns = schema.fields().iter().map(|field| ColumnEntry {
            column: field.name().clone(),
            kind: kind(field),
            note: note(field, model),
        });
        tables.push(TableEntry {
            table: name.to_string(),
            description,
            one_row_for_each,
            columns: columns.collect(),
        });
    }
    PipelineEntry { pipeline: pipeline.name.clone(), description: pipeline.file.description.clone(), tables }
}

fn of_source(source: &SourceDefinition) -> (String, Vec<String>) {
    let file = &source.file;
    let described = file.description.as_deref().map(sentence).unwrap_or_default();
    let key = if file.key.is_empty() { &file.unique } else { &file.key };
    (format!("{described}."), key.iter().map(|name| name.get_ref().clone()).collect())
}

fn of_model(model: &Model) -> (String, Vec<String>) {
    let texts = [&model.file.title, &model.file.description];
    let sentences: Vec<String> =
        texts.into_iter().flatten().map(|text| format!("{}.", sentence(text))).collect();
    (sentences.join(" "), model.file.grain.iter().map(|name| name.get_ref().clone()).collect())
}

/// Returns what a column holds: the contract's or the model's note, the definition of a measure, what became of a
/// personal value.
fn note(field: &Field, model: Option<&Model>) -> String {
    let mut text = field.metadata().get("comment").cloned().unwrap_or_default();
    if let Some(file) = model.map(|model| &model.file) {
        let of = file.columns.iter().find(|(name, _)| name.get_ref() == field.name());
        let measure = file.indicators.iter().find(|(name, _)| name.get_ref() == field.name());
        text = match (of, measure) {
            (_, Some((_, measure))) => measure.in_full(),
            (Some((_, note)), None) => note.clone(),
            (None, None) => text,
        };
    }
    let became = match field.metadata().get("privacy").map(String::as_str) {
        Some("pseudonymised") => " (pseudonymised)",
        Some("generalised") => " (made coarser)",
        Some("commercial") => " (commercial)",
        _ => "",
    };
    format!("{text}{became}")
}

fn kind(field: &Field) -> String {
    match field.data_type() {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => "text".to_owned(),
        DataType::Int64 | DataType::Int32 | DataType::UInt64 => "whole number".to_owned(),
        DataType::Date32 => "date".to_owned(),
        DataType::Timestamp(..) => "day and time (UTC)".to_owned(),
        DataType::Boolean => "yes or no".to_owned(),
        DataType::Decimal128(_, 1) => "decimal, 1 place".to_owned(),
        DataType::Decimal128(_, scale) => format!("decimal, {scale} places"),
        other => other.to_string().to_lowercase(),
    }
}

/// Returns a text without the full stop that it may end with.
fn sentence(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

/// Joins names as code: `a`, `b` and `c`.
fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}
