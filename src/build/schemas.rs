//! What every table of the project looks like, known from its files alone.
//!
//! Sources have the columns of their contracts, seeds those of their files, models those of their planned
//! queries. Nothing is read but text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use crate::diagnostic::{Diagnostic, Diagnostics, Spanned, did_you_mean};
use crate::engine::{Engine, EngineError, Limits, TableName, order};
use crate::ingest::seed;
use crate::job::bindings;
use crate::project::{Model, ModelKind, Pipeline, Project, Unit};
use crate::{measures, source};

/// The tables of a project, as far as its text tells.
#[derive(Debug)]
pub(crate) struct Schemas {
    /// The columns of each table.
    pub(crate) tables: BTreeMap<TableName, SchemaRef>,
    /// The models of the whole project, each after those that it reads.
    pub(crate) order: Vec<TableName>,
    /// The tables that each model reads.
    pub(crate) reads: BTreeMap<TableName, BTreeSet<TableName>>,
    /// Tables whose query or settings are faulty: what rests on them is not complained of.
    pub(crate) faulty: BTreeSet<TableName>,
    /// A session in which every table is registered, empty.
    pub(crate) engine: Engine,
}

impl Schemas {
    /// Returns the tables of `project`, with every fault found on the way.
    pub(crate) fn of(project: &Project) -> Result<(Self, Diagnostics), EngineError> {
        let engine = Engine::new(Limits::default())?;
        let bindings = bindings::known(project);
        let mut schemas = Self {
            tables: BTreeMap::new(),
            order: Vec::new(),
            reads: BTreeMap::new(),
            faulty: BTreeSet::new(),
            engine,
        };
        let mut faults = Diagnostics::default();
        for pipeline in project.pipelines.values() {
            schemas.add_pulled(pipeline, &mut faults);
        }
        let models = models(project);
        for (name, model) in &models {
            match faults.collect(schemas.engine.reads(&model.sql, &name.pipeline)) {
                Some(reads) => drop(schemas.reads.insert(name.clone(), reads)),
                None => drop(schemas.faulty.insert(name.clone())),
            }
        }
        schemas.order(&models, &mut faults);
        for name in schemas.order.clone() {
            let Some(model) = models.get(&name) else { continue };
            let reads = schemas.reads.get(&name).into_iter().flatten();
            if reads.into_iter().any(|read| schemas.is_faulty(project, read)) {
                schemas.faulty.insert(name);
                continue;
            }
            schemas.engine.enter(&name.pipeline);
            let planned = faults.collect(schemas.engine.plan_model(&model.sql));
            let planned =
                planned.filter(|planned| faults.collect(planned.check_bindings(&bindings)).is_some());
            let computed =
                planned.and_then(|planned| faults.collect(measures::schema(model, &planned.schema)));
            let Some(schema) = computed else {
                schemas.faulty.insert(name);
                continue;
            };
            let settings = format!("pipelines/{}/models/{}.toml", name.pipeline, name.table);
            let mut found = Diagnostics::default();
            names_in_settings(model, &schema, &mut found);
            found.extend(inexact_pounds(model, &schema));
            found.extend(read_as_an_actual(model, schemas.reads.get(&name), &models));
            if found.has_errors() || project.is_unread(&settings) {
                schemas.faulty.insert(name.clone());
            }
            faults.extend(found);
            schemas.add(&name, schema, &mut faults);
        }
        Ok((schemas, faults))
    }

    /// Sorts the models. Those that read each other in a circle are reported and left out.
    fn order(&mut self, models: &BTreeMap<TableName, &Model>, faults: &mut Diagnostics) {
        let mut reads = self.reads.clone();
        loop {
            match order(&reads) {
                Ok(order) => {
                    self.order = order;
                    return;
                }
                Err(cycle) => {
                    faults.push(in_a_circle(&cycle, models));
                    for name in cycle {
                        reads.remove(&name);
                        self.faulty.insert(name);
                    }
                }
            }
        }
    }

    /// Returns whether a table is not there because a file that makes it is faulty, which is said elsewhere.
    pub(crate) fn is_faulty(&self, project: &Project, name: &TableName) -> bool {
        self.faulty.contains(name) && !self.tables.contains_key(name)
            || project.is_unread_table(&name.to_string())
    }

    fn add(&mut self, name: &TableName, schema: SchemaRef, faults: &mut Diagnostics) {
        if let Err(error) = self.engine.register(name, Arc::clone(&schema), Vec::new()) {
            faults.push(error.into());
        }
        self.tables.insert(name.clone(), schema);
    }

    fn add_pulled(&mut self, pipeline: &Pipeline, faults: &mut Diagnostics) {
        for (name, definition) in &pipeline.sources {
            let (name, schema) = (TableName::new(&pipeline.name, name), source::schema(definition));
            let names: BTreeSet<&String> = schema.fields().iter().map(|field| field.name()).collect();
            // A contract that names a column twice is reported where the contract is checked.
            if names.len() < schema.fields().len() {
                self.faulty.insert(name);
            } else {
                self.add(&name, schema, faults);
            }
        }
        for (name, text) in &pipeline.seeds {
            let name = TableName::new(&pipeline.name, name);
            match faults.collect(seed::table(text)) {
                Some(rows) => self.add(&name, rows.schema(), faults),
                None => drop(self.faulty.insert(name)),
            }
        }
    }
}

/// Returns every model of the project.
pub(crate) fn models(project: &Project) -> BTreeMap<TableName, &Model> {
    project
        .pipelines
        .values()
        .flat_map(|pipeline| {
            pipeline.models.iter().map(|(name, model)| (TableName::new(&pipeline.name, name), model))
        })
        .collect()
}

fn in_a_circle(cycle: &[TableName], models: &BTreeMap<TableName, &Model>) -> Diagnostic {
    let names: Vec<String> = cycle.iter().map(ToString::to_string).collect();
    let message = format!("these models read each other in a circle: {}", names.join(" → "));
    match cycle.first().and_then(|name| models.get(name)) {
        Some(model) => Diagnostic::error(&model.sql, None, message),
        None => Diagnostic::placeless(message),
    }
}

/// Returns a fault where a model reads a forecast and is none itself: what is expected would stand beside what has been,
/// and nothing would say which is which.
fn read_as_an_actual(
    model: &Model,
    reads: Option<&BTreeSet<TableName>>,
    models: &BTreeMap<TableName, &Model>,
) -> Diagnostics {
    let is_forecast =
        |name: &&TableName| models.get(*name).is_some_and(|read| read.file.kind == ModelKind::Forecast);
    let read = reads.into_iter().flatten().find(is_forecast);
    let Some(read) = read.filter(|_| model.file.kind != ModelKind::Forecast) else {
        return Diagnostics::default();
    };
    let message =
        format!("`{}` reads the forecast `{read}` and is not declared a forecast", model.sql.shown());
    let help = "write `kind = \"forecast\"` into its settings: its figures are expected, and have not been";
    Diagnostic::error(&model.sql, None, message).with_help(Some(help.to_owned())).into()
}

/// Returns a fault for each measure in pounds that comes out as a float: a penny of it may be lost on the way.
fn inexact_pounds(model: &Model, schema: &SchemaRef) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let Some(settings) = &model.settings else { return faults };
    for (name, indicator) in &model.file.indicators {
        let kind = schema.field_with_name(name.get_ref()).map(|field| field.data_type().clone());
        let is_float = kind.is_ok_and(|kind| kind.is_floating());
        if is_float && indicator.unit == Some(Unit::Pounds) {
            let message = format!(
                "expected exact pounds in `{}`, found a column that `{}` gives as a float",
                name.get_ref(),
                model.sql.shown()
            );
            let help = "leave out what makes a float of it, such as a cast to DOUBLE, or round it: `cast(… AS DECIMAL(18, 2))`";
            faults.push(Diagnostic::error(settings, Some(name.span()), message).with_help(help.to_owned()));
        }
    }
    faults
}

/// Adds a fault for each column that a model's settings name and its query does not have.
fn names_in_settings(model: &Model, schema: &SchemaRef, faults: &mut Diagnostics) {
    let Some(settings) = &model.settings else { return };
    let file = &model.file;
    let columns: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
    let mut known = |name: &Spanned<String>| {
        if !columns.contains(&name.get_ref()) {
            faults.push(
                Diagnostic::error(
                    settings,
                    Some(name.span()),
                    format!("`{}` has no column `{}`", model.sql.shown(), name.get_ref()),
                )
                .with_help(did_you_mean(name.get_ref(), &columns)),
            );
        }
    };
    file.grain.iter().chain(&file.sort).for_each(&mut known);
    file.columns.keys().chain(file.labels.keys()).chain(file.indicators.keys()).for_each(&mut known);
    if let Some(policy) = &file.disclosure {
        policy.counts.iter().chain(&policy.open).for_each(&mut known);
        policy
            .derived
            .keys()
            .chain(policy.hierarchies.keys())
            .chain(policy.copies.keys())
            .for_each(&mut known);
    }
    for check in &file.checks {
        super::checks::columns(check).into_iter().for_each(&mut known);
    }
    for (derived, counts) in file.disclosure.iter().flat_map(|policy| &policy.derived) {
        for count in counts.iter().filter(|count| !columns.contains(count)) {
            let message = format!("`{}` has no column `{count}`", model.sql.shown());
            faults.push(
                Diagnostic::error(settings, Some(derived.span()), message)
                    .with_help(did_you_mean(count, &columns)),
            );
        }
    }
}

/// Plans every check that has a file of its own, but those that read a table which is itself faulty.
pub(crate) fn plan_checks(project: &Project, schemas: &Schemas, faults: &mut Diagnostics) {
    let bindings = bindings::known(project);
    for pipeline in project.pipelines.values() {
        schemas.engine.enter(&pipeline.name);
        for check in pipeline.checks.values() {
            let Some(reads) = faults.collect(schemas.engine.reads(check, &pipeline.name)) else { continue };
            if !reads.iter().any(|name| schemas.is_faulty(project, name)) {
                let planned = schemas.engine.plan(check);
                let _bound = faults.collect(planned.and_then(|planned| planned.check_bindings(&bindings)));
            }
        }
    }
}
