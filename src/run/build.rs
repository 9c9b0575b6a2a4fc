//! Tables: what landed, the seeds, the models over them, and the checks that let them be published.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};

use super::assemble::{self, Assembly};
use super::edition::Period;
use super::fingerprint::{Fingerprint, sha256};
use super::outcome::{Event, Made};
use super::{Context, Failure, Recorder, checks, seed};
use crate::diagnostic::SourceFile;
use crate::engine::{Bindings, Engine, Planned, TableName, order};
use crate::ledger::Step;
use crate::measures;
use crate::project::{Model, Pipeline};
use crate::store::{CheckResult, Commit, NewTable, Publication};

/// The rows of a table, with the columns that they have even when there are none.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// The columns.
    pub(super) schema: SchemaRef,
    /// The rows.
    pub(super) batches: Vec<RecordBatch>,
}

impl Rows {
    /// The rows in `batches`, of which there is at least one, though it may be empty.
    fn of(batches: Vec<RecordBatch>, name: &TableName) -> Result<Self, Failure> {
        let schema = batches.first().map(RecordBatch::schema);
        let schema = schema.ok_or_else(|| Failure::Bug(format!("`{name}` has no columns")))?;
        Ok(Self { schema, batches })
    }
}

/// The tables of one pipeline as they are to be.
#[derive(Debug)]
pub(super) struct Built {
    /// The name of each table's content; the same name, the same rows.
    pub(super) fingerprints: BTreeMap<String, String>,
    /// The rows of the models, and of every table that differs from what is published.
    rows: BTreeMap<String, Rows>,
    /// The result of every check made.
    checks: BTreeMap<String, Vec<CheckResult>>,
    /// Tables that are as published.
    unchanged: Vec<String>,
    /// The content of each table of another pipeline that was read.
    inputs: BTreeMap<String, String>,
    /// The commit that all was built on.
    pub(super) base: Option<u64>,
}

impl Built {
    /// The rows of a model.
    pub(super) fn rows(&self, model: &str) -> Option<&Rows> {
        self.rows.get(model)
    }

    /// The tables of other pipelines that were read, as `pipeline.table`.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &String> {
        self.inputs.keys()
    }

    /// Tables that differ from what is published.
    pub(super) fn changed(&self) -> impl Iterator<Item = &String> {
        self.fingerprints.keys().filter(|name| !self.unchanged.contains(name))
    }
}

/// The session in which a pipeline is built: tables are brought in as they are asked for.
struct Bench<'a> {
    context: &'a Context,
    engine: Engine,
    head: Option<Commit>,
    as_of: Option<DateTime<Utc>>,
    bindings: Bindings,
    fingerprints: BTreeMap<TableName, String>,
    registered: BTreeMap<TableName, Rows>,
}

/// What a table comes from.
enum Origin<'a> {
    Source(Box<Assembly>),
    Seed(&'a std::sync::Arc<SourceFile>),
    Model(&'a Model),
}

/// Builds every table of `pipeline`, and makes its checks. Publishes nothing.
pub(super) fn build(
    context: &Context,
    pipeline: &Pipeline,
    period: &Period,
    record: &mut Recorder<'_>,
    watch: &mut dyn FnMut(&Event),
) -> Result<Built, Failure> {
    let mut bench = Bench::new(context, period)?;
    let head = bench.head.clone();
    let published = |table: &str| head.as_ref().and_then(|commit| commit.table(&pipeline.name, table));
    let mut built = Built {
        fingerprints: BTreeMap::new(),
        rows: BTreeMap::new(),
        checks: BTreeMap::new(),
        unchanged: Vec::new(),
        inputs: BTreeMap::new(),
        base: head.as_ref().map(|commit| commit.seq),
    };
    let sorted = sorted_tables(&bench, pipeline)?;
    let tables = sorted.len();
    for (done, table) in sorted.into_iter().enumerate() {
        let name = TableName::new(&pipeline.name, &table);
        let fingerprint = bench.fingerprint(&name)?;
        let same =
            period.as_of.is_none() && published(&table).is_some_and(|there| there.fingerprint == fingerprint);
        if same {
            built.unchanged.push(table.clone());
        } else {
            if !period.is_special() {
                record.begin()?;
            }
            record.go_on()?;
            if let Some(model) = pipeline.models.get(&table) {
                watch(&Event::Building { model: name.to_string(), done, tables });
                bench.model(&name, model)?;
            }
            built.rows.insert(table.clone(), bench.rows(&name)?);
        }
        built.fingerprints.insert(table, fingerprint);
    }
    for name in bench.fingerprints.keys().filter(|name| name.pipeline != pipeline.name) {
        built.inputs.insert(name.to_string(), bench.fingerprints[name].clone());
    }
    if built.changed().next().is_some() {
        check(&mut bench, pipeline, &mut built, record, watch)?;
    }
    let shown: Vec<String> = pipeline
        .file
        .reports
        .iter()
        .filter_map(|name| context.project().reports.get(name.get_ref()))
        .flat_map(|report| report.file.tables.values().map(|table| table.model.get_ref().clone()))
        .collect();
    for model in shown {
        if !built.rows.contains_key(&model) && pipeline.models.contains_key(&model) {
            let rows = bench.rows(&TableName::new(&pipeline.name, &model))?;
            built.rows.insert(model, rows);
        }
    }
    Ok(built)
}

/// The tables of a pipeline, each after those that it reads.
fn sorted_tables(bench: &Bench<'_>, pipeline: &Pipeline) -> Result<Vec<String>, Failure> {
    let mut reads = BTreeMap::new();
    for table in pipeline.tables() {
        let needs = match pipeline.models.get(&table) {
            None => std::collections::BTreeSet::new(),
            Some(model) => bench
                .engine
                .reads(&model.sql, &pipeline.name)?
                .into_iter()
                .filter(|name| name.pipeline == pipeline.name)
                .map(|name| name.table)
                .collect(),
        };
        reads.insert(table, needs);
    }
    order(&reads).map_err(|cycle| {
        Failure::Usage(format!("these models read each other in a circle: {}", cycle.join(" → ")))
    })
}

impl<'a> Bench<'a> {
    fn new(context: &'a Context, period: &Period) -> Result<Self, Failure> {
        Ok(Self {
            context,
            engine: context.engine(),
            head: context.store().head()?,
            as_of: period.as_of,
            bindings: period.bindings(context),
            fingerprints: BTreeMap::new(),
            registered: BTreeMap::new(),
        })
    }

    /// Where a table comes from: a source, a seed or a model of its pipeline.
    fn origin(&self, name: &TableName) -> Result<Origin<'a>, Failure> {
        let unknown = || Failure::Usage(format!("no pipeline makes the table `{name}`"));
        let pipeline = self.context.project().pipelines.get(&name.pipeline).ok_or_else(unknown)?;
        if let Some(definition) = pipeline.sources.get(&name.table) {
            let assembly = assemble::assembly(self.context, pipeline, definition, self.as_of)?;
            return assembly.map(|assembly| Origin::Source(Box::new(assembly))).ok_or_else(|| {
                let when = self
                    .as_of
                    .map_or_else(String::new, |moment| format!(" by {}", moment.format("%Y-%m-%d")));
                Failure::Gate(format!(
                    "nothing has landed for `{name}`{when}: `sufficiency run {}`",
                    name.pipeline
                ))
            });
        }
        if let Some(seed) = pipeline.seeds.get(&name.table) {
            return Ok(Origin::Seed(seed));
        }
        pipeline.models.get(&name.table).map(Origin::Model).ok_or_else(unknown)
    }

    /// The name of a table's content.
    fn fingerprint(&mut self, name: &TableName) -> Result<String, Failure> {
        if let Some(known) = self.fingerprints.get(name) {
            return Ok(known.clone());
        }
        let fingerprint = match self.origin(name)? {
            Origin::Source(assembly) => assembly.fingerprint,
            Origin::Seed(text) => Fingerprint::of("seed").with(text.text()).finish(),
            Origin::Model(model) => self.model_fingerprint(name, model)?,
        };
        self.fingerprints.insert(name.clone(), fingerprint.clone());
        Ok(fingerprint)
    }

    fn model_fingerprint(&mut self, name: &TableName, model: &Model) -> Result<String, Failure> {
        let mut fingerprint = Fingerprint::of("model").with(model.sql.text());
        fingerprint.add(model.settings.as_ref().map_or("", |settings| settings.text()));
        if let Some(pipeline) = self.context.project().pipelines.get(&name.pipeline) {
            for check in pipeline.checks.values() {
                fingerprint.add(check.text());
            }
        }
        for read in self.engine.reads(&model.sql, &name.pipeline)? {
            let content = self.content(&read, name)?;
            fingerprint.add(read.to_string());
            fingerprint.add(content);
        }
        for (binding, value) in &self.bindings {
            if model.sql.text().contains(&format!("${binding}")) {
                fingerprint.add(format!("{binding}={value:?}"));
            }
        }
        Ok(fingerprint.finish())
    }

    /// The name of the content of a table that `reader` reads: its own pipeline's as it is to be, another's
    /// as it is published.
    fn content(&mut self, read: &TableName, reader: &TableName) -> Result<String, Failure> {
        if read.pipeline == reader.pipeline || self.as_of.is_some() {
            return self.fingerprint(read);
        }
        let published = self.published(read)?;
        self.fingerprints.insert(read.clone(), published.clone());
        Ok(published)
    }

    /// The name of the published content of a table.
    fn published(&self, name: &TableName) -> Result<String, Failure> {
        self.head
            .as_ref()
            .and_then(|commit| commit.table(&name.pipeline, &name.table))
            .map(|table| table.fingerprint.clone())
            .ok_or_else(|| {
                Failure::Gate(format!("`{name}` is not published yet: `sufficiency run {}`", name.pipeline))
            })
    }

    /// The rows of a table, brought into the session if they were not.
    fn rows(&mut self, name: &TableName) -> Result<Rows, Failure> {
        if let Some(rows) = self.registered.get(name) {
            return Ok(rows.clone());
        }
        let fingerprint = self.fingerprints.get(name).cloned();
        let as_published = self
            .head
            .as_ref()
            .filter(|_| self.as_of.is_none())
            .and_then(|commit| commit.table(&name.pipeline, &name.table).map(|table| (commit, table)))
            .filter(|(_, table)| fingerprint.as_ref().is_none_or(|wanted| *wanted == table.fingerprint));
        if let Some((commit, _)) = as_published {
            let batches = self.context.store().read_table(commit, &name.pipeline, &name.table)?;
            return self.bring_in(name, Rows::of(batches, name)?);
        }
        match self.origin(name)? {
            Origin::Source(assembly) => {
                let batches = assembly.rows(self.context)?;
                self.bring_in(name, Rows::of(batches, name)?)
            }
            Origin::Seed(text) => {
                let rows = seed::table(text)?;
                self.bring_in(name, Rows { schema: rows.schema(), batches: vec![rows] })
            }
            Origin::Model(model) => self.model(name, model),
        }
    }

    fn bring_in(&mut self, name: &TableName, rows: Rows) -> Result<Rows, Failure> {
        self.engine.register(name, rows.schema.clone(), rows.batches.clone())?;
        self.registered.insert(name.clone(), rows.clone());
        Ok(rows)
    }

    /// Plans a query after bringing in what it reads.
    fn planned<F>(
        &mut self,
        sql: &std::sync::Arc<SourceFile>,
        pipeline: &str,
        plan: impl FnOnce(&Engine, &std::sync::Arc<SourceFile>) -> Result<Planned, F>,
    ) -> Result<Planned, Failure>
    where
        Failure: From<F>,
    {
        for read in self.engine.reads(sql, pipeline)? {
            self.rows(&read)?;
        }
        self.engine.enter(pipeline);
        Ok(plan(&self.engine, sql)?)
    }

    /// Runs a model.
    fn model(&mut self, name: &TableName, model: &Model) -> Result<Rows, Failure> {
        let planned = self.planned(&model.sql, &name.pipeline, Engine::plan_model)?;
        let sort: Vec<String> = model.file.sort.iter().map(|column| column.get_ref().clone()).collect();
        let rows = self.engine.run(&planned, &sort, &self.bindings)?;
        let rows =
            measures::compute(model, rows).map_err(|error| Failure::Bug(format!("`{name}`: {error}")))?;
        self.bring_in(name, Rows { schema: rows.schema(), batches: vec![rows] })
    }
}

/// Makes the rules of every model and the checks of the pipeline. One wrong row stops publication.
fn check(
    bench: &mut Bench<'_>,
    pipeline: &Pipeline,
    built: &mut Built,
    record: &mut Recorder<'_>,
    watch: &mut dyn FnMut(&Event),
) -> Result<(), Failure> {
    let told =
        |check: &str, wrong| Event::Checked { check: (pipeline.name.clone(), check.to_owned()), wrong };
    let mut wrong = Vec::new();
    for (table, model) in &pipeline.models {
        for rule in &model.file.checks {
            let full = format!("\"{}\".\"{table}\"", pipeline.name);
            let name = format!("{table}: {}", checks::name(rule));
            let sql = SourceFile::inline(&name, checks::sql(rule, &full, &model.file.grain));
            record.go_on()?;
            let failing = count(bench, pipeline, &sql)?;
            record.note(Step::Checked { check: name.clone(), wrong: failing })?;
            watch(&told(&name, failing));
            built.checks.entry(table.clone()).or_default().push(CheckResult {
                name: checks::name(rule),
                warning: false,
                failing,
            });
            if failing > 0 {
                wrong.push(format!("{failing} rows break `{name}`"));
            }
        }
    }
    for (name, sql) in &pipeline.checks {
        record.go_on()?;
        let failing = count(bench, pipeline, sql)?;
        record.note(Step::Checked { check: name.clone(), wrong: failing })?;
        watch(&told(name, failing));
        if failing > 0 {
            wrong.push(format!("`{}` finds {failing} rows that are wrong", sql.shown()));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::Gate(format!(
        "checks of `{}` failed: {}\nnothing was published and the last good tables stand; \
         look at the rows with `sufficiency query`",
        pipeline.name,
        wrong.join("; ")
    )))
}

fn count(
    bench: &mut Bench<'_>,
    pipeline: &Pipeline,
    sql: &std::sync::Arc<SourceFile>,
) -> Result<u64, Failure> {
    let planned = bench.planned(sql, &pipeline.name, Engine::plan)?;
    let rows = bench.engine.run_as_written(&planned, &bench.bindings)?;
    Ok(u64::try_from(rows.num_rows()).unwrap_or(u64::MAX))
}

/// Makes what was built current, in one commit, if it differs from what is published.
pub(super) fn publish(
    context: &Context,
    pipeline: &Pipeline,
    built: &Built,
    record: &mut Recorder<'_>,
    made: &mut Made,
) -> Result<(), Failure> {
    let changed: Vec<String> = built.changed().cloned().collect();
    let gone = context.store().head()?.is_some_and(|commit| {
        commit.pipelines.get(&pipeline.name).is_some_and(|published| {
            published.tables.keys().any(|table| !built.fingerprints.contains_key(table))
        })
    });
    if changed.is_empty() && !gone {
        return Ok(());
    }
    let mut tables = Vec::new();
    for name in &changed {
        let rows = built.rows.get(name).ok_or_else(|| Failure::Bug(format!("`{name}` was not built")))?;
        let count =
            rows.batches.iter().map(|batch| u64::try_from(batch.num_rows()).unwrap_or(u64::MAX)).sum();
        record.note(Step::Built { table: format!("{}.{name}", pipeline.name), rows: count })?;
        tables.push(new_table(pipeline, name, rows, built));
    }
    let publication = Publication {
        pipeline: pipeline.name.clone(),
        run: record.id()?,
        at: context.clock().now(),
        tables,
        base: Some(built.base.unwrap_or(0)),
        unchanged: built.unchanged.iter().cloned().collect(),
        inputs: built.inputs.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let unbroken = context.stop().unbroken();
    let commit = context.store().publish(&publication)?;
    drop(unbroken);
    record.note(Step::Published { commit: commit.seq, tables: changed.clone() })?;
    made.tables.extend(changed.into_iter().map(|table| format!("{}.{table}", pipeline.name)));
    Ok(())
}

fn new_table(pipeline: &Pipeline, name: &str, rows: &Rows, built: &Built) -> NewTable {
    let model = pipeline.models.get(name);
    let definition = pipeline.sources.get(name);
    let comment = match (model, definition) {
        (Some(model), _) => match (&model.file.title, &model.file.description) {
            (Some(title), Some(description)) => Some(format!("{title}. {description}")),
            (title, description) => title.clone().or_else(|| description.clone()),
        },
        (_, Some(definition)) => definition.file.description.clone(),
        _ => Some(format!("Code list from `{}`", pipeline.seeds.get(name).map_or(name, |seed| seed.shown()))),
    };
    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    for field in rows.schema.fields() {
        if let Some(note) = field.metadata().get("comment") {
            columns.insert(field.name().clone(), note.clone());
        }
    }
    if let Some(model) = model {
        columns.extend(model.file.columns.iter().map(|(name, note)| (name.get_ref().clone(), note.clone())));
        for (name, indicator) in &model.file.indicators {
            columns.entry(name.get_ref().clone()).or_insert_with(|| indicator.in_full());
        }
    }
    let sort = model.map(|model| model.file.sort.iter().map(|column| column.get_ref().clone()).collect());
    NewTable {
        name: name.to_owned(),
        batches: rows.batches.clone(),
        sort: sort.unwrap_or_default(),
        comment,
        column_comments: columns,
        checks: built.checks.get(name).cloned().unwrap_or_default(),
        control_totals: BTreeMap::new(),
        fingerprint: built.fingerprints.get(name).cloned().unwrap_or_else(|| sha256(name.as_bytes())),
    }
}
