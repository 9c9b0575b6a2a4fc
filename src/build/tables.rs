//! Tables: what landed, the seeds, the models over them, and the checks that let them be published.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::checks;
use super::session::{Bench, Landed, Rows};
use crate::diagnostic::SourceFile;
use crate::engine::{Engine, TableName, order};
use crate::job::fingerprint::sha256;
use crate::job::{Context, Event, Failure, Job, Kept, Options, Period};
use crate::ledger::Step;
use crate::project::Pipeline;
use crate::store::{CheckResult, NewTable, Publication};
use crate::text::counted;

/// The name by which a commit knows the checks that a pipeline's tables passed, among what they were made from.
const CHECKS: &str = "checks";

/// The tables of one pipeline as they are to be.
#[derive(Debug)]
pub(crate) struct Built {
    /// The name of each table's content; the same name, the same rows.
    pub(crate) fingerprints: BTreeMap<String, String>,
    /// The rows of the models, and of every table that differs from what is published.
    rows: BTreeMap<String, Rows>,
    /// Tables that are their landings one after the other, and that nothing here holds in memory: they need
    /// not be to be published.
    landed: BTreeMap<String, Landed>,
    /// The result of every check made.
    checks: BTreeMap<String, Vec<CheckResult>>,
    /// Tables that are as published.
    unchanged: Vec<String>,
    /// The content of each table of another pipeline that was read.
    inputs: BTreeMap<String, String>,
    /// The tables of other pipelines that the rows rest on, where an internal one is replaced by what it reads.
    rests_on: BTreeSet<TableName>,
    /// Whether something that checks read in other pipelines has moved since they were made.
    to_check: bool,
    /// The commit that all was built on.
    pub(crate) base: Option<u64>,
}

impl Built {
    /// Returns the rows of a model.
    pub(crate) fn rows(&self, model: &str) -> Option<&Rows> {
        self.rows.get(model)
    }

    /// Returns what the checks of a table found, where they were made now.
    pub(crate) fn checks(&self, table: &str) -> Option<&[CheckResult]> {
        self.checks.get(table).map(Vec::as_slice)
    }

    /// Returns the tables of other pipelines that the rows rest on; in place of an internal one, those that it reads.
    pub(crate) fn rests_on(&self) -> impl Iterator<Item = &TableName> {
        self.rests_on.iter()
    }

    /// Returns the tables that differ from what is published.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &String> {
        self.fingerprints.keys().filter(|name| !self.unchanged.contains(name))
    }
}

/// Builds every table of `pipeline`, and makes its checks. Publishes nothing.
pub(crate) fn build(job: &mut Job<'_>, pipeline: &Pipeline, period: &Period) -> Result<Built, Failure> {
    let context = job.context;
    let mut bench = Bench::new(context, period)?;
    let head = bench.head.clone();
    let published = |table: &str| head.as_ref().and_then(|commit| commit.table(&pipeline.name, table));
    let mut built = Built {
        fingerprints: BTreeMap::new(),
        rows: BTreeMap::new(),
        landed: BTreeMap::new(),
        checks: BTreeMap::new(),
        unchanged: Vec::new(),
        inputs: BTreeMap::new(),
        rests_on: BTreeSet::new(),
        to_check: false,
        base: head.as_ref().map(|commit| commit.seq),
    };
    let sorted = sorted_tables(&bench, pipeline)?;
    let read_by_checks = read_by_checks(&bench.engine, pipeline)?;
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
                job.begin()?;
            }
            job.go_on()?;
            if let Some(model) = pipeline.models.get(&table) {
                job.report(&Event::Building { model: name.to_string(), done, tables });
                bench.model(&name, model)?;
            }
            if let Some(landed) = bench.landed(&name)? {
                built.landed.insert(table.clone(), landed);
            } else {
                built.rows.insert(table.clone(), bench.rows(&name)?);
            }
        }
        built.fingerprints.insert(table, fingerprint);
    }
    for read in &read_by_checks {
        bench.content(read, &TableName::new(&pipeline.name, ""))?;
    }
    let before = head.as_ref().and_then(|commit| commit.pipelines.get(&pipeline.name));
    let checks = checks::fingerprint(pipeline);
    let other_checks = before.is_some_and(|before| before.inputs.get(CHECKS) != Some(&checks));
    built.inputs.insert(CHECKS.to_owned(), checks);
    built.to_check = !period.is_special()
        && (other_checks && checks::has_checks(pipeline)
            || read_by_checks.iter().any(|read| {
                let was = before.and_then(|before| before.inputs.get(&read.to_string()));
                was != bench.fingerprints.get(read)
            }));
    for name in bench.fingerprints.keys().filter(|name| name.pipeline != pipeline.name) {
        built.inputs.insert(name.to_string(), bench.fingerprints[name].clone());
        bench.rest_on(name, &mut built.rests_on)?;
    }
    if built.changed().next().is_some() || built.to_check {
        one_key(&mut bench, pipeline, &read_by_checks)?;
        built.inputs.extend(bench.sources_of(pipeline)?);
        check(job, &mut bench, pipeline, &mut built.checks)?;
    }
    for (name, rows) in bench.registered.iter().filter(|(name, _)| name.pipeline == pipeline.name) {
        if built.landed.remove(&name.table).is_some() {
            built.rows.insert(name.table.clone(), rows.clone());
        }
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

/// Sorts the tables of a pipeline, each after those that it reads.
fn sorted_tables(bench: &Bench<'_>, pipeline: &Pipeline) -> Result<Vec<String>, Failure> {
    let mut reads = BTreeMap::new();
    for table in pipeline.tables() {
        let needs = match pipeline.models.get(&table) {
            None => BTreeSet::new(),
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
        Failure::usage(format!("these models read each other in a circle: {}", cycle.join(" → ")))
    })
}

/// Returns the tables of other pipelines that the rules of models and the checks read.
fn read_by_checks(engine: &Engine, pipeline: &Pipeline) -> Result<BTreeSet<TableName>, Failure> {
    let mut read = BTreeSet::new();
    for check in checks::of(pipeline) {
        read.extend(engine.reads(&check.sql, &pipeline.name)?);
    }
    read.retain(|name| name.pipeline != pipeline.name);
    Ok(read)
}

/// Returns the tables of other pipelines that the models of `pipeline` and its checks read, as they name them.
pub(crate) fn read_elsewhere(engine: &Engine, pipeline: &Pipeline) -> Result<BTreeSet<TableName>, Failure> {
    let mut read = read_by_checks(engine, pipeline)?;
    for model in pipeline.models.values() {
        read.extend(engine.reads(&model.sql, &pipeline.name)?);
    }
    read.retain(|name| name.pipeline != pipeline.name);
    Ok(read)
}

/// Refuses pseudonyms of two keys in what models, checks and reports of `pipeline` read: the same child would be two,
/// and a join would find nobody.
fn one_key(
    bench: &mut Bench<'_>,
    pipeline: &Pipeline,
    read_by_checks: &BTreeSet<TableName>,
) -> Result<(), Failure> {
    let (mut seen, mut keys) = (BTreeSet::new(), BTreeMap::new());
    let own = pipeline.tables().into_iter().map(|table| TableName::new(&pipeline.name, &table));
    for table in own.chain(read_by_checks.iter().cloned()) {
        bench.keys_behind(&table, &pipeline.name, &mut seen, &mut keys)?;
    }
    if keys.len() < 2 {
        return Ok(());
    }
    let failure = Failure::credentials("it reads pseudonyms of different keys: one child would be two")
        .at(&pipeline.name)
        .kept(Kept::LastTables)
        .help("run the pipelines of these sources under the current key, with full extracts");
    let of = keys.iter().map(|(key, source)| format!("`{source}` of the key `{key}`"));
    Err(of.fold(failure, Failure::note))
}

/// Returns the tables of other pipelines that the models of `pipeline` and its checks rest on; in place of an internal
/// one, those that it reads.
pub(crate) fn rests_on(context: &Context, pipeline: &Pipeline) -> Result<BTreeSet<TableName>, Failure> {
    let bench = Bench::new(context, &Period::chosen(context, pipeline, &Options::default())?)?;
    let mut all = BTreeSet::new();
    for name in read_elsewhere(&bench.engine, pipeline)? {
        bench.rest_on(&name, &mut all)?;
    }
    Ok(all)
}

/// Makes the rules and checks of `pipeline` over the tables that are published, where a table of another pipeline that
/// it was made from has moved since. Builds and publishes nothing.
pub(crate) fn check_what_moved(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    period: &Period,
) -> Result<(), Failure> {
    let mut bench = Bench::new(job.context, period)?;
    let Some(head) = bench.head.clone() else { return Ok(()) };
    let Some(published) = head.pipelines.get(&pipeline.name) else { return Ok(()) };
    let has_moved = |(name, was): (&String, &String)| {
        let (owner, table) = name.split_once('.')?;
        head.table(owner, table).map(|table| table.fingerprint != *was)
    };
    if !published.inputs.iter().filter_map(has_moved).any(|moved| moved) {
        return Ok(());
    }
    check(job, &mut bench, pipeline, &mut BTreeMap::new())
}

/// Makes every check of the pipeline. One wrong row stops publication.
fn check(
    job: &mut Job<'_>,
    bench: &mut Bench<'_>,
    pipeline: &Pipeline,
    results: &mut BTreeMap<String, Vec<CheckResult>>,
) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for check in checks::of(pipeline) {
        job.go_on()?;
        let failing = count(bench, pipeline, &check.sql)?;
        job.note(Step::Checked { check: check.recorded(), wrong: failing })?;
        job.report(&Event::Checked { check: (pipeline.name.clone(), check.recorded()), wrong: failing });
        let only_counts = check.table.is_none()
            && pipeline.file.warn_checks.iter().any(|name| *name.get_ref() == check.name);
        if failing > 0 && !only_counts {
            wrong.push(check.words(failing));
        }
        if let Some(table) = check.table {
            let result = CheckResult { name: check.name, warning: false, failing };
            results.entry(table).or_default().push(result);
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let failure = Failure::gate(format!("{} failed", counted(wrong.len(), "check", "checks")))
        .at(&pipeline.name)
        .kept(Kept::LastTables)
        .help("look at the rows with `sufficiency query`");
    Err(wrong.into_iter().fold(failure, Failure::note))
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
pub(crate) fn publish(job: &mut Job<'_>, pipeline: &Pipeline, built: &Built) -> Result<(), Failure> {
    let context = job.context;
    let changed: Vec<String> = built.changed().cloned().collect();
    let gone = context.store().head()?.is_some_and(|commit| {
        commit.pipelines.get(&pipeline.name).is_some_and(|published| {
            published.tables.keys().any(|table| !built.fingerprints.contains_key(table))
        })
    });
    if changed.is_empty() && !gone && !built.to_check {
        return Ok(());
    }
    let mut tables = Vec::new();
    for name in &changed {
        let (rows, landed, count) = match (built.rows.get(name), built.landed.get(name)) {
            (Some(rows), _) => {
                let count = rows.batches.iter().map(|batch| batch.num_rows() as u64).sum();
                (rows.clone(), Vec::new(), count)
            }
            (None, Some(landed)) => {
                let count = landed.landings.iter().map(|landing| landing.counts.published).sum();
                let none = RecordBatch::new_empty(landed.schema.clone());
                let rows = Rows { schema: landed.schema.clone(), batches: vec![none] };
                (rows, landed.landings.clone(), count)
            }
            (None, None) => return Err(Failure::bug(format!("`{name}` was not built"))),
        };
        job.note(Step::Built { table: format!("{}.{name}", pipeline.name), rows: count })?;
        tables.push(NewTable { landed, ..new_table(pipeline, name, &rows, built) });
    }
    let publication = Publication {
        pipeline: pipeline.name.clone(),
        run: job.id()?,
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
    job.note(Step::Published { commit: commit.seq, tables: changed.clone() })?;
    job.made.tables.extend(changed.into_iter().map(|table| format!("{}.{table}", pipeline.name)));
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
        landed: Vec::new(),
        sort: sort.unwrap_or_default(),
        internal: model.is_some_and(|model| model.file.internal),
        comment,
        column_comments: columns,
        checks: built.checks.get(name).cloned().unwrap_or_default(),
        control_totals: BTreeMap::new(),
        fingerprint: built.fingerprints.get(name).cloned().unwrap_or_else(|| sha256(name.as_bytes())),
    }
}
