//! The data dictionary: every table of a project, from its contracts, seeds and models alone.

use std::fmt::Write;

use arrow::datatypes::{DataType, Field};

use crate::build::schemas::Schemas;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine::TableName;
use crate::project::{Model, Pipeline, Project, SourceDefinition};

/// Returns the tables of `project` as a page of Markdown: what each holds, its columns, their types and notes.
///
/// # Errors
///
/// The faults of the project, when the columns of its tables cannot be known.
pub fn dictionary(project: &Project) -> Result<String, Diagnostics> {
    let (schemas, faults) = Schemas::of(project).map_err(|error| Diagnostic::placeless(error.to_string()))?;
    if faults.has_errors() {
        return Err(faults);
    }
    let mut page = String::from(
        "# Tables\n\n\
         Every table that the pipelines of this repository publish, made by `sufficiency tables --dictionary` from their\n\
         contracts, seeds and models. `sufficiency describe TABLE` tells the same of a published table, with its rows and\n\
         files. A pseudonym is a keyed hash; no other value of a personal column is ever stored.\n",
    );
    for pipeline in project.pipelines.values() {
        of_pipeline(&mut page, pipeline, &schemas);
    }
    Ok(page)
}

// Writing to a string cannot fail, here and below.
fn of_pipeline(page: &mut String, pipeline: &Pipeline, schemas: &Schemas) {
    let is_internal = |table: &String| pipeline.models.get(table).is_some_and(|model| model.file.internal);
    let tables: Vec<String> = pipeline.tables().into_iter().filter(|table| !is_internal(table)).collect();
    // A pipeline whose tables are all internal has nothing for analysts.
    if tables.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n## {}\n\n{}.", pipeline.name, sentence(&pipeline.file.description));
    for table in tables {
        let name = TableName::new(&pipeline.name, &table);
        let Some(schema) = schemas.tables.get(&name) else { continue };
        let _ = writeln!(page, "\n### {name}\n");
        let model = pipeline.models.get(&table);
        if let Some(source) = pipeline.sources.get(&table) {
            of_source(page, source);
        } else if let Some(model) = model {
            of_model(page, model);
        } else {
            let _ = writeln!(page, "A code list, kept in `pipelines/{}/seeds/{table}.csv`.", pipeline.name);
        }
        let _ = writeln!(page, "\n| column | type | |\n|---|---|---|");
        for field in schema.fields() {
            let note = note(field, model).replace('|', "\\|").replace('\n', " ");
            let _ = writeln!(page, "| `{}` | {} | {note} |", field.name(), kind(field));
        }
    }
}

fn of_source(page: &mut String, source: &SourceDefinition) {
    let file = &source.file;
    let described = file.description.as_deref().map(sentence).unwrap_or_default();
    let key: Vec<&str> = if file.key.is_empty() { &file.unique } else { &file.key }
        .iter()
        .map(|name| name.get_ref().as_str())
        .collect();
    let key = if key.is_empty() { String::new() } else { format!(" One row for each {}.", list(&key)) };
    let _ = writeln!(page, "{described}.{key}");
}

fn of_model(page: &mut String, model: &Model) {
    let texts = [&model.file.title, &model.file.description];
    let sentences: Vec<String> =
        texts.into_iter().flatten().map(|text| format!("{}.", sentence(text))).collect();
    let grain: Vec<&str> = model.file.grain.iter().map(|name| name.get_ref().as_str()).collect();
    let grain = if grain.is_empty() { String::new() } else { format!(" One row for each {}.", list(&grain)) };
    let _ = writeln!(page, "{}{grain}", sentences.join(" "));
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
