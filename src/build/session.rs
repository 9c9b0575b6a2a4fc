//! The session in which a pipeline is built: tables are brought in as they are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Field, SchemaRef};
use chrono::{DateTime, Utc};

use crate::diagnostic::SourceFile;
use crate::engine::{Bindings, Engine, Planned, TableName};
use crate::ingest::assemble::Assembly;
use crate::ingest::{assemble, seed};
use crate::job::{Context, Failure, Fingerprint, Kept, Period};
use crate::measures;
use crate::project::{Model, Pipeline};
use crate::store::{Commit, LandingRecord, PublishedTable};

/// The rows of a table, with the columns that they have even when there are none.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// The columns.
    pub(crate) schema: SchemaRef,
    /// The rows.
    pub(crate) batches: Vec<RecordBatch>,
}

impl Rows {
    /// Returns the rows in `batches`, of which there is at least one, though it may be empty.
    fn of(batches: Vec<RecordBatch>, name: &TableName) -> Result<Self, Failure> {
        let schema = batches.first().map(RecordBatch::schema);
        let schema = schema.ok_or_else(|| Failure::bug(format!("`{name}` has no columns")))?;
        Ok(Self { schema, batches })
    }
}

/// A table as it landed.
#[derive(Debug)]
pub(crate) struct Landed {
    /// The columns.
    pub(crate) schema: SchemaRef,
    /// What is in it, in order.
    pub(crate) landings: Vec<LandingRecord>,
}

/// The session of one pipeline.
pub(crate) struct Bench<'a> {
    context: &'a Context,
    pub(crate) engine: Engine,
    pub(crate) head: Option<Commit>,
    as_of: Option<DateTime<Utc>>,
    pub(crate) bindings: Bindings,
    pub(crate) fingerprints: BTreeMap<TableName, String>,
    /// The landings of each source that was asked for: one answer for the whole build.
    assemblies: BTreeMap<TableName, Rc<Assembly>>,
    /// Tables of the session that are held in memory.
    pub(crate) registered: BTreeMap<TableName, Rows>,
    /// Tables of the session that stay in their files.
    in_files: BTreeSet<TableName>,
}

/// What a table comes from.
enum Origin<'a> {
    Source(Rc<Assembly>),
    Seed(&'a Arc<SourceFile>),
    Model(&'a Model),
}

impl<'a> Bench<'a> {
    pub(crate) fn new(context: &'a Context, period: &Period) -> Result<Self, Failure> {
        Ok(Self {
            context,
            engine: context.engine(),
            head: context.store().head()?,
            as_of: period.as_of,
            bindings: period.bindings(context),
            fingerprints: BTreeMap::new(),
            assemblies: BTreeMap::new(),
            registered: BTreeMap::new(),
            in_files: BTreeSet::new(),
        })
    }

    /// Finds where a table comes from: a source, a seed or a model of its pipeline.
    fn origin(&mut self, name: &TableName) -> Result<Origin<'a>, Failure> {
        let unknown = || Failure::usage(format!("no pipeline makes the table `{name}`"));
        let pipeline = self.context.project().pipelines.get(&name.pipeline).ok_or_else(unknown)?;
        if let Some(definition) = pipeline.sources.get(&name.table) {
            if let Some(known) = self.assemblies.get(name) {
                return Ok(Origin::Source(Rc::clone(known)));
            }
            let assembly = assemble::assembly(self.context, pipeline, definition, self.as_of)?;
            let assembly = Rc::new(assembly.ok_or_else(|| {
                let when = self
                    .as_of
                    .map_or_else(String::new, |moment| format!(" by {}", moment.format("%Y-%m-%d")));
                Failure::gate(format!("nothing has landed for `{name}`{when}"))
                    .kept(Kept::LastTables)
                    .help(format!("`sufficiency run {}`", name.pipeline))
            })?);
            self.assemblies.insert(name.clone(), Rc::clone(&assembly));
            return Ok(Origin::Source(assembly));
        }
        if let Some(seed) = pipeline.seeds.get(&name.table) {
            return Ok(Origin::Seed(seed));
        }
        pipeline.models.get(&name.table).map(Origin::Model).ok_or_else(unknown)
    }

    /// Returns the fingerprint of a table's content.
    pub(crate) fn fingerprint(&mut self, name: &TableName) -> Result<String, Failure> {
        if let Some(known) = self.fingerprints.get(name) {
            return Ok(known.clone());
        }
        let fingerprint = match self.origin(name)? {
            Origin::Source(assembly) => assembly.fingerprint.clone(),
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
            for check in &pipeline.file.warn_checks {
                fingerprint.add(check.get_ref());
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

    /// Returns the name of the content of a table that `reader` reads: its own pipeline's as it is to be, another's
    /// as it is published.
    pub(super) fn content(&mut self, read: &TableName, reader: &TableName) -> Result<String, Failure> {
        if read.pipeline == reader.pipeline || self.as_of.is_some() {
            return self.fingerprint(read);
        }
        let published = self.published(read)?;
        self.fingerprints.insert(read.clone(), published.clone());
        Ok(published)
    }

    /// Adds to `all` the names of the keys behind the pseudonyms of `name`, each with the source that it is of: of
    /// tables of `reader` as they are to be, of others as they are published.
    pub(super) fn keys_behind(
        &mut self,
        name: &TableName,
        reader: &str,
        seen: &mut BTreeSet<TableName>,
        all: &mut BTreeMap<String, TableName>,
    ) -> Result<(), Failure> {
        if !seen.insert(name.clone()) {
            return Ok(());
        }
        let read = match self.origin(name)? {
            Origin::Source(assembly) => {
                let published =
                    self.head.as_ref().filter(|_| name.pipeline != reader && self.as_of.is_none());
                let published = published.and_then(|commit| commit.pipelines.get(&name.pipeline));
                let keys = published.and_then(|published| published.inputs.get(&key_of(&name.table)));
                // Commits of programs before do not say; then what landed last is asked.
                let keys =
                    keys.map_or_else(|| assembly.keys(), |keys| keys.split(' ').map(str::to_owned).collect());
                all.extend(keys.into_iter().map(|key| (key, name.clone())));
                return Ok(());
            }
            Origin::Seed(_) => return Ok(()),
            Origin::Model(model) => self.engine.reads(&model.sql, &name.pipeline)?,
        };
        for read in read {
            self.keys_behind(&read, reader, seen, all)?;
        }
        Ok(())
    }

    /// Returns the names of the keys of the sources of `pipeline` and how much had landed for each, as a commit keeps them
    /// among what its tables were made from.
    pub(super) fn sources_of(&mut self, pipeline: &Pipeline) -> Result<BTreeMap<String, String>, Failure> {
        let mut inputs = BTreeMap::new();
        for source in pipeline.sources.keys() {
            if let Origin::Source(assembly) = self.origin(&TableName::new(&pipeline.name, source))? {
                let keys: Vec<String> = assembly.keys().into_iter().collect();
                if !keys.is_empty() {
                    inputs.insert(key_of(source), keys.join(" "));
                }
                let (name, count) = self.context.store().landed(&pipeline.name, source)?;
                inputs.insert(name, count.to_string());
            }
        }
        Ok(inputs)
    }

    /// Adds `name` to `all`; in place of an internal model, the tables that it reads, however far away.
    pub(super) fn rest_on(&self, name: &TableName, all: &mut BTreeSet<TableName>) -> Result<(), Failure> {
        let pipeline = self.context.project().pipelines.get(&name.pipeline);
        let model = pipeline.and_then(|pipeline| pipeline.models.get(&name.table));
        let Some(model) = model.filter(|model| model.file.internal) else {
            all.insert(name.clone());
            return Ok(());
        };
        for read in self.engine.reads(&model.sql, &name.pipeline)? {
            self.rest_on(&read, all)?;
        }
        Ok(())
    }

    /// Returns the fingerprint of the published content of a table.
    fn published(&self, name: &TableName) -> Result<String, Failure> {
        self.head
            .as_ref()
            .and_then(|commit| commit.table(&name.pipeline, &name.table))
            .map(|table| table.fingerprint.clone())
            .ok_or_else(|| {
                Failure::gate(format!("`{name}` is not published yet"))
                    .kept(Kept::LastTables)
                    .help(format!("`sufficiency run {}`", name.pipeline))
            })
    }

    /// Brings a table into the session, if it is not there.
    fn bring_in(&mut self, name: &TableName) -> Result<(), Failure> {
        if self.registered.contains_key(name) || self.in_files.contains(name) {
            return Ok(());
        }
        let (files, columns) = if let Some((_, table)) = self.as_published(name) {
            (table.files.clone(), None)
        } else if let Some(landed) = self.landed(name)? {
            let parts = landed.landings.into_iter().flat_map(|landing| landing.parts).collect();
            (parts, Some(landed.schema))
        } else {
            (Vec::new(), None)
        };
        if self.context.is_large(&files) {
            let found = self.engine.register_files(name, files.iter().map(|file| file.name.as_str()))?;
            // What landed under an older contract takes the columns of today's as it is read.
            if columns.is_none_or(|columns| are_alike(&columns, &found)) {
                self.in_files.insert(name.clone());
                return Ok(());
            }
        }
        self.rows(name).map(drop)
    }

    /// Finds the table in the commit in which it is what it is to be.
    fn as_published(&self, name: &TableName) -> Option<(&Commit, &PublishedTable)> {
        let commit = self.head.as_ref().filter(|_| self.as_of.is_none())?;
        let table = commit.table(&name.pipeline, &name.table)?;
        let wanted = self.fingerprints.get(name);
        wanted.is_none_or(|wanted| *wanted == table.fingerprint).then_some((commit, table))
    }

    /// Reads the rows of a table, held in the session from here on.
    pub(crate) fn rows(&mut self, name: &TableName) -> Result<Rows, Failure> {
        if let Some(rows) = self.registered.get(name) {
            return Ok(rows.clone());
        }
        if let Some((commit, _)) = self.as_published(name) {
            let batches = self.context.store().read_table(commit, &name.pipeline, &name.table)?;
            return self.hold(name, Rows::of(batches, name)?);
        }
        match self.origin(name)? {
            Origin::Source(assembly) => {
                let batches = assembly.rows(self.context)?;
                self.hold(name, Rows::of(batches, name)?)
            }
            Origin::Seed(text) => {
                let rows = seed::table(text)?;
                self.hold(name, Rows { schema: rows.schema(), batches: vec![rows] })
            }
            Origin::Model(model) => self.model(name, model),
        }
    }

    /// Finds the landings that a source's table is made of, as they are; nothing for any other table.
    pub(crate) fn landed(&mut self, name: &TableName) -> Result<Option<Landed>, Failure> {
        let Origin::Source(assembly) = self.origin(name)? else { return Ok(None) };
        let landed = assembly.as_landed();
        Ok(landed.map(|(landings, schema)| Landed { schema: schema.clone(), landings: landings.to_vec() }))
    }

    fn hold(&mut self, name: &TableName, rows: Rows) -> Result<Rows, Failure> {
        self.engine.register(name, rows.schema.clone(), rows.batches.clone())?;
        self.registered.insert(name.clone(), rows.clone());
        Ok(rows)
    }

    /// Plans a query after bringing in what it reads.
    pub(crate) fn planned<F>(
        &mut self,
        sql: &Arc<SourceFile>,
        pipeline: &str,
        plan: impl FnOnce(&Engine, &Arc<SourceFile>) -> Result<Planned, F>,
    ) -> Result<Planned, Failure>
    where
        Failure: From<F>,
    {
        for read in self.engine.reads(sql, pipeline)? {
            self.bring_in(&read)?;
        }
        self.engine.enter(pipeline);
        Ok(plan(&self.engine, sql)?)
    }

    /// Runs a model.
    pub(crate) fn model(&mut self, name: &TableName, model: &Model) -> Result<Rows, Failure> {
        let planned = self.planned(&model.sql, &name.pipeline, Engine::plan_model)?;
        let rows = self.engine.run(&planned, &measures::order(model), &self.bindings)?;
        let rows = measures::compute(&name.to_string(), model, rows)
            .map_err(|error| Failure::bug(error).at(name.to_string()))?;
        self.hold(name, Rows { schema: rows.schema(), batches: vec![rows] })
    }
}

/// Returns what a commit calls the keys of a source among what the tables of its pipeline were made from.
fn key_of(source: &str) -> String {
    format!("pseudonym key of {source}")
}

/// Returns whether two tables have the same columns, whatever is said of them.
fn are_alike(one: &SchemaRef, other: &SchemaRef) -> bool {
    let columns = |field: &Arc<Field>| (field.name().clone(), field.data_type().clone());
    one.fields().iter().map(columns).eq(other.fields().iter().map(columns))
}
