//! `check`: everything that can be wrong with a project's files, before any data is read.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::{check_audiences, check_effect, check_layout, check_parameters, order};
use crate::build::model_tests;
use crate::build::schemas::{Schemas, plan_checks};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::edition::burst;
use crate::engine::TableName;
use crate::ingest::lists;
use crate::post;
use crate::project::{Check, Pipeline, Project};
use crate::report;
use crate::source::{self, Place};

/// Finds every fault of `project` that its text shows, beside those of reading it.
#[must_use]
pub fn check(project: &Project) -> Diagnostics {
    let mut faults = stops(project);
    check_effect::check(project, &mut faults);
    faults
}

/// Finds the faults that a run comes to: all but keys that change nothing.
pub(super) fn stops(project: &Project) -> Diagnostics {
    let (schemas, mut faults) = match Schemas::of(project) {
        Ok(found) => found,
        Err(error) => return Diagnostic::from(error).into(),
    };
    faults.extend(source::settings(project));
    plan_checks(project, &schemas, &mut faults);
    for pipeline in project.pipelines.values() {
        for definition in pipeline.sources.values() {
            let connection = project.settings.connections.get(definition.file.connection.get_ref());
            faults.extend(source::check(definition, connection));
        }
        lists::check(pipeline, &schemas.tables, &mut faults);
        relationships(project, pipeline, &schemas, &mut faults);
        reports(project, pipeline, &schemas, &mut faults);
    }
    faults.extend(check_layout::check(project));
    check_audiences::check(project, &schemas, &mut faults);
    check_parameters::check(project, &schemas, &mut faults);
    undelivered(project, &mut faults);
    faults.extend(post::check_addresses(project));
    if !faults.has_errors()
        && let Err(failure) = order::pipelines(project, &schemas.engine)
    {
        faults.extend(failure.faults().clone());
    }
    model_tests::check(project, &schemas, &mut faults);
    faults
}

/// A connection that sources name and whose place is not there now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreached {
    /// Its name in `settings.toml`.
    pub connection: String,
    /// The place that it names, as written.
    pub path: String,
    /// The sources that read from it, as `pipeline.source`.
    pub sources: Vec<String>,
}

/// In words, with the sources that it is for.
impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connection, path, sources } = self;
        let sources = sources.join(", ");
        write!(f, "connection `{connection}`: there is no `{path}` on this machine yet, for {sources}")
    }
}

/// Finds connections that sources name and whose place is not there now. No fault of the project's files: it is this
/// machine that lacks them.
#[must_use]
pub fn unreached(project: &Project) -> Vec<Unreached> {
    let mut lines = Vec::new();
    for (name, connection) in &project.settings.connections {
        let sources: Vec<String> = project
            .pipelines
            .values()
            .flat_map(|pipeline| pipeline.sources.values().map(move |source| (pipeline, source)))
            .filter(|(_, source)| source.file.connection.get_ref() == name)
            .map(|(pipeline, source)| format!("{}.{}", pipeline.name, source.name))
            .collect();
        let missing = Place { root: &project.root, connection }.missing();
        if let Some(path) = missing.filter(|_| !sources.is_empty()) {
            lines.push(Unreached { connection: name.clone(), path, sources });
        }
    }
    lines
}

/// Finds each `to = "pipeline.table.column"` of a relationship that points nowhere.
fn relationships(project: &Project, pipeline: &Pipeline, schemas: &Schemas, faults: &mut Diagnostics) {
    for model in pipeline.models.values() {
        let Some(settings) = &model.settings else { continue };
        for rule in &model.file.checks {
            let Check::Relationship(rule) = rule else { continue };
            let target = rule.to.get_ref();
            let there = target.rsplit_once('.').is_some_and(|(table, column)| {
                let name = TableName::parse(table).unwrap_or_else(|| TableName::new(&pipeline.name, table));
                let schema = schemas.tables.get(&name);
                schema.is_some_and(|schema| schema.field_with_name(column).is_ok())
                    || schemas.is_faulty(project, &name)
            });
            if !there {
                faults.push(
                    Diagnostic::error(
                        settings,
                        Some(rule.to.span()),
                        format!("there is no column `{target}`"),
                    )
                    .with_help("write it as `pipeline.table.column`".to_owned()),
                );
            }
        }
    }
}

/// Reports against the models of the pipeline that delivers them.
fn reports(project: &Project, pipeline: &Pipeline, schemas: &Schemas, faults: &mut Diagnostics) {
    let models: BTreeMap<String, _> = pipeline
        .models
        .iter()
        .filter_map(|(name, model)| {
            let schema = schemas.tables.get(&TableName::new(&pipeline.name, name))?;
            Some((name.clone(), (schema.clone(), model)))
        })
        .collect();
    for name in &pipeline.file.reports {
        let Some(report) = project.reports.get(name.get_ref()) else { continue };
        let twice = delivering(project, &report.name).nth(1).is_some();
        let rests_on_faults = twice
            || report.file.tables.values().any(|table| {
                let model = TableName::new(&pipeline.name, table.model.get_ref());
                schemas.faulty.contains(&model) || project.is_unread_table(&model.to_string())
            });
        if !rests_on_faults {
            faults.extend(report::check(report, &models));
            burst::check(report, pipeline, schemas, faults);
        }
        if let Err(failure) = post::approve_within(report) {
            faults.extend(failure.faults().clone());
        }
    }
}

/// Reports that no pipeline, or more than one, delivers.
fn undelivered(project: &Project, faults: &mut Diagnostics) {
    for report in project.reports.values() {
        let by: Vec<&str> = delivering(project, &report.name).collect();
        match by.as_slice() {
            [_] => {}
            [] if project.has_unread_pipelines() => {}
            [] => faults.push(Diagnostic::warning(&report.source, None, "no pipeline delivers this report")),
            several => {
                let message = format!(
                    "this report is delivered by {} pipelines: {}",
                    several.len(),
                    several.join(", ")
                );
                faults.push(Diagnostic::error(&report.source, None, message));
            }
        }
    }
}

/// Returns the pipelines that deliver a report.
fn delivering<'a>(project: &'a Project, report: &'a str) -> impl Iterator<Item = &'a str> {
    let delivers =
        move |pipeline: &&Pipeline| pipeline.file.reports.iter().any(|name| name.get_ref() == report);
    project.pipelines.values().filter(delivers).map(|pipeline| pipeline.name.as_str())
}
