//! The models' own tests: `tests/<name>/` holds small tables in and the exact table out.
//!
//! ```text
//! tests/permanent_exclusions_by_phase/
//! ├── outcomes.exclusions.csv     rows of a table that the model reads; columns left out are null
//! ├── expected.csv                the rows that the model must have, in its order
//! ├── expected.confirmed.csv      where wanted: what the rows that its common table expression `confirmed` must have
//! └── run.toml                    where wanted: model, period, as_at
//! ```
//!
//! An analyst writes them; no Rust. A table that the model reads and that has no file is empty, but for one that rests on
//! no source, such as a calendar: it has its rows. The rows of a common table expression are compared in the columns that
//! the file has, in their order. A test that expects those of one may do without `expected.csv`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, new_null_array};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::SchemaRef;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde::Deserialize;

use super::difference::difference;
use super::schemas::{Schemas, models};
use crate::calendar::{Period, Reported};
use crate::diagnostic::{Cause, Diagnostic, Diagnostics, SourceFile, Spanned, did_you_mean};
use crate::engine::{Bindings, EngineError, TableName};
use crate::job::context::no_such;
use crate::job::{Failure, bindings};
use crate::measures;
use crate::project::{Model, Project};

/// How one test came out.
#[derive(Debug)]
pub struct ModelTest {
    /// `pipeline/tests/name`.
    pub name: String,
    /// What differs, line by line; `None` when nothing does.
    pub difference: Option<String>,
}

/// `run.toml` of a test.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RunFile {
    /// The model, when the folder is not named after it.
    model: Option<Spanned<String>>,
    /// The period bound to `$period_start` and its like.
    period: Option<Spanned<String>>,
    /// The last day that is reported of a period that runs, bound to `$known_to` and `$as_at`.
    known_to: Option<chrono::NaiveDate>,
    /// The day of the run, bound to `$as_of`; today when left out.
    as_of: Option<chrono::NaiveDate>,
}

/// Runs the tests of every model, or of those in `only` (`pipeline.model`).
///
/// # Errors
///
/// Every fault of the project or of a test's files; a wrong result is not an error.
pub fn model_tests(project: &Project, only: &[String]) -> Result<Vec<ModelTest>, Failure> {
    let known: Vec<String> = models(project).keys().map(ToString::to_string).collect();
    let is_known = |name: &&String| known.contains(name) || project.pipelines.contains_key(*name);
    if let Some(unknown) = only.iter().find(|name| !is_known(name)) {
        let pipelines = project.pipelines.values().filter(|pipeline| !pipeline.models.is_empty());
        let names = pipelines.map(|pipeline| pipeline.name.clone()).chain(known);
        return Err(no_such("model or pipeline", unknown, names));
    }
    let asked = |model: &TableName| {
        only.is_empty() || only.contains(&model.to_string()) || only.contains(&model.pipeline)
    };
    let (schemas, faults) = Schemas::of(project)?;
    let faults = faults.or(());
    faults?;
    let constants = Constants::of(project, &schemas)?;
    let mut results = Vec::new();
    let mut faults = Diagnostics::default();
    for pipeline in project.pipelines.values() {
        for folder in folders(&pipeline.folder.join("tests")) {
            match Test::load(project, &schemas, &pipeline.name, &folder) {
                Ok(test) if asked(&test.model) => match test.run(project, &schemas, &constants) {
                    Ok(result) => results.push(result),
                    Err(found) => faults.extend(found),
                },
                Ok(_) => {}
                Err(found) => faults.extend(found),
            }
        }
    }
    Ok(faults.or(results)?)
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

/// The rows of the models that rest on no source: they are the same in every test.
struct Constants(BTreeMap<TableName, RecordBatch>);

impl Constants {
    /// Builds them, and puts them into the session.
    fn of(project: &Project, schemas: &Schemas) -> Result<Self, Failure> {
        let all = models(project);
        let mut rows = BTreeMap::new();
        for name in &schemas.order {
            let rests_on_none =
                schemas.reads.get(name).is_some_and(|reads| reads.iter().all(|read| rows.contains_key(read)));
            let Some(model) = all.get(name).filter(|_| rests_on_none) else { continue };
            schemas.engine.enter(&name.pipeline);
            let planned = schemas.engine.plan(&model.sql)?;
            if planned.bindings.is_empty() {
                let found = schemas.engine.run(&planned, &[], &Bindings::new())?;
                let found = measures::compute(&name.to_string(), model, found)
                    .map_err(|error| Failure::bug(error).at(name.to_string()))?;
                schemas.engine.register(name, found.schema(), vec![found.clone()])?;
                rows.insert(name.clone(), found);
            }
        }
        Ok(Self(rows))
    }

    /// Returns what a table has in a test that gives it no rows.
    fn rows(&self, name: &TableName) -> Vec<RecordBatch> {
        self.0.get(name).cloned().into_iter().collect()
    }
}

/// What a common table expression of the model must give.
struct Part {
    expected: Arc<SourceFile>,
    query: Arc<SourceFile>,
}

impl Part {
    /// Reads `expected.<name>.csv`, whose header says which columns are compared.
    fn load(
        schemas: &Schemas,
        model: &Model,
        name: &str,
        expected: Arc<SourceFile>,
    ) -> Result<Self, Diagnostic> {
        let parts = schemas.engine.parts(&model.sql)?;
        let Some(with) = parts.get(name) else {
            let message = format!("`{}` has no common table expression `{name}`", model.sql.shown());
            return Err(
                Diagnostic::error(&expected, None, message).with_help(did_you_mean(name, parts.keys()))
            );
        };
        let inline = |select: &str| {
            SourceFile::inline(
                &format!("{name} in {}", model.sql.shown()),
                format!("{with} SELECT {select} FROM \"{name}\""),
            )
        };
        let columns = schemas.engine.plan(&inline("*"))?.schema;
        let mut reader = csv::ReaderBuilder::new().from_reader(expected.text().as_bytes());
        let headers = reader.headers().map_err(|error| Diagnostic::from_csv(&expected, &error))?;
        if let Some(unknown) = headers.iter().find(|header| columns.field_with_name(header).is_err()) {
            let known = columns.fields().iter().map(|field| field.name());
            let message = format!("`{name}` has no column `{unknown}`");
            return Err(Diagnostic::error(&expected, None, message).with_help(did_you_mean(unknown, known)));
        }
        let select: Vec<String> = headers.iter().map(|header| format!("\"{header}\"")).collect();
        Ok(Self { query: inline(&select.join(", ")), expected })
    }
}

/// One test, read.
struct Test<'a> {
    tested: &'a Model,
    shown: String,
    model: TableName,
    run: RunFile,
    period: Period,
    inputs: Vec<(TableName, RecordBatch)>,
    parts: Vec<Part>,
    expected: Option<Arc<SourceFile>>,
}

impl<'a> Test<'a> {
    fn load(
        project: &'a Project,
        schemas: &Schemas,
        pipeline: &str,
        folder: &Path,
    ) -> Result<Self, Diagnostics> {
        let shown = folder.strip_prefix(&project.root).unwrap_or(folder).display().to_string();
        let settings = folder.join("run.toml");
        let source = if settings.is_file() {
            SourceFile::read(&project.root, &settings)?
        } else {
            SourceFile::inline(&format!("{shown}/run.toml"), "")
        };
        let run: RunFile =
            toml::from_str(source.text()).map_err(|error| Diagnostic::from_toml(&source, &error))?;
        let like = Period::academic_year_of(project.clock().today());
        let period = match &run.period {
            Some(written) => Period::parse(written.get_ref(), like)
                .map_err(|error| Diagnostic::error(&source, Some(written.span()), error.to_string()))?,
            None => like.previous(),
        };
        let folder_name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let model =
            TableName::new(pipeline, run.model.as_ref().map_or(folder_name, |model| model.get_ref().clone()));
        let tested = project.pipelines.get(pipeline).and_then(|found| found.models.get(&model.table));
        let (Some(reads), Some(tested)) = (schemas.reads.get(&model), tested) else {
            let known =
                schemas.reads.keys().filter(|name| name.pipeline == pipeline).map(|name| name.table.clone());
            let message = format!("expected a test of a model, found one of `{model}`, which there is not");
            let span = run.model.as_ref().map(Spanned::span);
            let near = did_you_mean(&model.table, known);
            let help = near.unwrap_or_else(|| {
                "name the folder after the model, or write `model` in `run.toml`".to_owned()
            });
            return Err(Diagnostic::error(&source, span, message).with_help(help).into());
        };
        let (mut inputs, mut parts) = (Vec::new(), Vec::new());
        for path in SourceFile::list(&project.root, folder, "csv")? {
            let source = SourceFile::read(&project.root, &path)?;
            if source.stem() == "expected" {
                continue;
            }
            if let Some(name) = source.stem().strip_prefix("expected.") {
                parts.push(Part::load(schemas, tested, name, Arc::clone(&source))?);
                continue;
            }
            let name =
                TableName::parse(&source.stem()).unwrap_or_else(|| TableName::new(pipeline, source.stem()));
            let schema = schemas.tables.get(&name).filter(|_| reads.contains(&name)).ok_or_else(|| {
                Diagnostic::error(&source, None, format!("`{model}` does not read `{name}`"))
                    .with_help(did_you_mean(&name.to_string(), reads.iter().map(ToString::to_string)))
            })?;
            inputs.push((name, rows(&source, schema)?));
        }
        let expected = folder.join("expected.csv");
        let expected = if parts.is_empty() || expected.is_file() {
            Some(SourceFile::read(&project.root, &expected)?)
        } else {
            None
        };
        Ok(Self { tested, shown, model, run, period, inputs, parts, expected })
    }

    fn run(
        self,
        project: &Project,
        schemas: &Schemas,
        constants: &Constants,
    ) -> Result<ModelTest, Diagnostics> {
        let engine = &schemas.engine;
        let failed = |error: EngineError| self.fault(error);
        for (name, rows) in &self.inputs {
            engine.register(name, rows.schema(), vec![rows.clone()]).map_err(failed)?;
        }
        engine.enter(&self.model.pipeline);
        let outcome = self.differences(project, schemas);
        for (name, rows) in &self.inputs {
            engine.register(name, rows.schema(), constants.rows(name)).map_err(failed)?;
        }
        let differences = outcome?;
        let difference = (!differences.is_empty()).then(|| differences.join("\n"));
        Ok(ModelTest { name: self.shown, difference })
    }

    /// Runs the model and its parts, and returns what they give otherwise than expected, the parts first.
    fn differences(&self, project: &Project, schemas: &Schemas) -> Result<Vec<String>, Diagnostics> {
        let model = self.tested;
        let mut found = Vec::new();
        for part in &self.parts {
            let rows = self.rows(project, schemas, &part.query, &[])?;
            found.extend(compare(&part.expected, &rows)?);
        }
        if let Some(expected) = &self.expected {
            let rows = self.rows(project, schemas, &model.sql, &measures::order(model))?;
            let rows = measures::compute(&self.model.to_string(), model, rows).map_err(|error| {
                let fault =
                    Diagnostic::error(&model.sql, None, "what its settings compute cannot be computed");
                self.fault(EngineError::Query(fault.because(Cause::of(&error))))
            })?;
            found.extend(compare(expected, &rows)?);
        }
        Ok(found)
    }

    fn rows(
        &self,
        project: &Project,
        schemas: &Schemas,
        query: &Arc<SourceFile>,
        sort: &[String],
    ) -> Result<RecordBatch, Diagnostics> {
        let reported = Reported { of: self.period, so_far: self.run.known_to };
        let as_at = self.run.known_to.unwrap_or_else(|| self.period.end());
        let as_of = self.run.as_of.unwrap_or_else(|| project.clock().today());
        let bound = bindings::of(project, reported, as_at, as_of);
        let planned = schemas.engine.plan(query)?;
        let rows = schemas.engine.run(&planned, sort, &bound);
        Ok(rows.map_err(|error| self.fault(error))?)
    }

    /// Returns what stopped a query, at its place in the query, with the test whose rows did it.
    fn fault(&self, error: EngineError) -> Diagnostic {
        let fault = match error {
            EngineError::Query(fault) => fault,
            error => error.into(),
        };
        let by = format!("the rows of the test `{}` do it", self.shown);
        let help = fault.help().map_or_else(|| by.clone(), |help| format!("{help}; {by}"));
        fault.with_help(help)
    }
}

/// Returns what `rows` differ by from those of `expected`, if they do.
fn compare(expected: &Arc<SourceFile>, rows: &RecordBatch) -> Result<Option<String>, Diagnostic> {
    let found = text(rows).map_err(|error| {
        Diagnostic::error(expected, None, "the rows cannot be written as CSV")
            .because(Cause::of(error.as_ref()))
    })?;
    Ok(difference(expected, &found))
}

/// Reads the rows of a test's CSV in the types of the table.
fn rows(source: &Arc<SourceFile>, schema: &SchemaRef) -> Result<RecordBatch, Diagnostic> {
    let mut reader = csv::ReaderBuilder::new().from_reader(source.text().as_bytes());
    let fault = |error: csv::Error| Diagnostic::from_csv(source, &error);
    let headers: Vec<String> = reader.headers().map_err(fault)?.iter().map(str::to_owned).collect();
    for header in &headers {
        if schema.field_with_name(header).is_err() {
            let help = did_you_mean(header, schema.fields().iter().map(|field| field.name()));
            return Err(Diagnostic::error(source, None, format!("the table has no column `{header}`"))
                .with_help(help));
        }
    }
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().map_err(fault)?;
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| {
            let Some(at) = headers.iter().position(|header| header == field.name()) else {
                return Ok(new_null_array(field.data_type(), records.len()));
            };
            let texts: StringArray =
                records.iter().map(|record| record.get(at).filter(|text| !text.is_empty())).collect();
            cast_with_options(&texts, field.data_type(), &strict).map_err(|error| {
                let (name, kind) = (field.name(), field.data_type());
                Diagnostic::error(
                    source,
                    None,
                    format!("expected values of type {kind} in the column `{name}`, found others"),
                )
                .because(Cause::of(&error))
                .with_help(
                    "write days as 2026-01-31, numbers with `.` and no blanks, `true` and `false`".to_owned(),
                )
            })
        })
        .collect::<Result<_, _>>()?;
    let fields: Vec<_> =
        schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    RecordBatch::try_new(Arc::new(arrow::datatypes::Schema::new(fields)), columns).map_err(|error| {
        Diagnostic::error(source, None, "expected rows of the table, found others").because(Cause::of(&error))
    })
}

/// Writes rows as the text that `expected.csv` is compared with.
fn text(rows: &RecordBatch) -> Result<String, Box<dyn std::error::Error>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(rows.schema().fields().iter().map(|field| field.name().as_str()))?;
    let options = FormatOptions::default();
    let columns: Vec<ArrayFormatter<'_>> = rows
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<Result<_, _>>()?;
    for row in 0..rows.num_rows() {
        writer.write_record(columns.iter().map(|column| column.value(row).to_string()))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// Finds the faults of the tests' files, without running a model.
pub(crate) fn check(project: &Project, schemas: &Schemas, faults: &mut Diagnostics) {
    for pipeline in project.pipelines.values() {
        for folder in folders(&pipeline.folder.join("tests")) {
            let mut found = Diagnostics::default();
            let _loaded = found.collect(Test::load(project, schemas, &pipeline.name, &folder));
            if !rests_on_faults(project, schemas, &pipeline.name, &folder) {
                faults.extend(found);
            }
        }
    }
}

/// Returns whether the model that a folder tests, or a table that it reads, is itself faulty, which is said elsewhere.
fn rests_on_faults(project: &Project, schemas: &Schemas, pipeline: &str, folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let model = TableName::new(pipeline, name);
    let reads = schemas.reads.get(&model);
    schemas.faulty.contains(&model)
        || reads.is_some_and(|reads| reads.iter().any(|read| schemas.is_faulty(project, read)))
}
