//! What every table of the project looks like, known from its files alone.
//!
//! Sources have the columns of their contracts, seeds those of their files, models those of their planned
//! queries. Nothing is read but text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::seed;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned, did_you_mean};
use crate::engine::{Engine, Limits, TableName, order};
use crate::measures;
use crate::project::{Model, Pipeline, Project};
use crate::source;

/// The tables of a project, as far as its text tells.
#[derive(Debug)]
pub(super) struct Schemas {
    /// The columns of each table.
    pub(super) tables: BTreeMap<TableName, SchemaRef>,
    /// The models of the whole project, each after those that it reads.
    pub(super) order: Vec<TableName>,
    /// The tables that each model reads.
    pub(super) reads: BTreeMap<TableName, BTreeSet<TableName>>,
    /// A session in which every table is registered, empty.
    pub(super) engine: Engine,
}

impl Schemas {
    /// The tables of `project`, with every fault found on the way.
    pub(super) fn of(project: &Project) -> Result<(Self, Diagnostics), Diagnostics> {
        let engine =
            Engine::new(Limits::default()).map_err(|error| Diagnostic::placeless(error.to_string()))?;
        let mut schemas = Self { tables: BTreeMap::new(), order: Vec::new(), reads: BTreeMap::new(), engine };
        let mut faults = Diagnostics::default();
        for pipeline in project.pipelines.values() {
            schemas.add_pulled(pipeline, &mut faults);
        }
        let models = models(project);
        for (name, model) in &models {
            let reads = faults.collect(schemas.engine.reads(&model.sql, &name.pipeline)).unwrap_or_default();
            schemas.reads.insert(name.clone(), reads);
        }
        match order(&schemas.reads) {
            Ok(order) => schemas.order = order,
            Err(cycle) => {
                faults.push(in_a_circle(&cycle, &models));
                return Err(faults);
            }
        }
        let mut broken: BTreeSet<TableName> = BTreeSet::new();
        for name in schemas.order.clone() {
            let Some(model) = models.get(&name) else { continue };
            if schemas.reads.get(&name).is_some_and(|reads| !reads.is_disjoint(&broken)) {
                broken.insert(name);
                continue;
            }
            schemas.engine.enter(&name.pipeline);
            let planned = faults.collect(schemas.engine.plan(&model.sql));
            match planned.and_then(|planned| faults.collect(measures::schema(model, &planned.schema))) {
                Some(schema) => {
                    names_in_settings(model, &schema, &mut faults);
                    schemas.add(&name, schema, &mut faults);
                }
                None => {
                    broken.insert(name);
                }
            }
        }
        Ok((schemas, faults))
    }

    fn add(&mut self, name: &TableName, schema: SchemaRef, faults: &mut Diagnostics) {
        if let Err(error) = self.engine.register(name, Arc::clone(&schema), Vec::new()) {
            faults.push(Diagnostic::placeless(error.to_string()));
        }
        self.tables.insert(name.clone(), schema);
    }

    fn add_pulled(&mut self, pipeline: &Pipeline, faults: &mut Diagnostics) {
        for (name, definition) in &pipeline.sources {
            self.add(&TableName::new(&pipeline.name, name), source::schema(definition), faults);
        }
        for (name, text) in &pipeline.seeds {
            if let Some(rows) = faults.collect(seed::table(text)) {
                self.add(&TableName::new(&pipeline.name, name), rows.schema(), faults);
            }
        }
    }
}

/// Every model of the project.
pub(super) fn models(project: &Project) -> BTreeMap<TableName, &Model> {
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

/// Columns that a model's settings name and its query does not give.
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
                    format!("`{}` gives no column `{}`", model.sql.shown(), name.get_ref()),
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
            let message = format!("`{}` gives no column `{count}`", model.sql.shown());
            faults.push(
                Diagnostic::error(settings, Some(derived.span()), message)
                    .with_help(did_you_mean(count, &columns)),
            );
        }
    }
}

/// A SQL file's text, for checks that have a file of their own.
pub(super) fn plan_checks(project: &Project, schemas: &Schemas, faults: &mut Diagnostics) {
    for pipeline in project.pipelines.values() {
        schemas.engine.enter(&pipeline.name);
        for check in pipeline.checks.values() {
            let _planned = faults.collect(plan_if_whole(schemas, pipeline, check));
        }
    }
}

/// Plans a check unless a table that it reads is itself broken, which is said elsewhere.
fn plan_if_whole(schemas: &Schemas, pipeline: &Pipeline, check: &Arc<SourceFile>) -> Result<(), Diagnostic> {
    let reads = schemas.engine.reads(check, &pipeline.name)?;
    let broken =
        reads.iter().any(|name| !schemas.tables.contains_key(name) && schemas.reads.contains_key(name));
    if broken { Ok(()) } else { schemas.engine.plan(check).map(|_| ()) }
}
