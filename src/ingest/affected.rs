//! Which tables of which reports rest on a source: said when the source cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Engine, Limits, TableName};
use crate::job::{Failure, Kind};
use crate::project::Project;

/// Adds to the failure of a source the report tables that rest on `source`, and the reports that are held without it.
pub(crate) fn with_reports(project: &Project, source: &TableName, failure: Failure) -> Failure {
    match failure.kind() {
        Kind::SourceUnavailable | Kind::SourceRejected => {
            reports(project, source).into_iter().fold(failure, Failure::note)
        }
        _ => failure,
    }
}

/// Says what `source` touches, in lines; none when no report rests on it.
fn reports(project: &Project, source: &TableName) -> Vec<String> {
    let reached = reached(project, source);
    let mut lines = Vec::new();
    for report in project.reports.values() {
        let owners = project.pipelines.values().filter(|pipeline| {
            pipeline.file.reports.iter().any(|delivered| *delivered.get_ref() == report.name)
        });
        let pipelines: Vec<&str> = owners.map(|pipeline| pipeline.name.as_str()).collect();
        let rests = |model: &str| {
            pipelines.iter().any(|pipeline| reached.contains(&TableName::new(*pipeline, model)))
        };
        let tables: Vec<&str> = report
            .file
            .tables
            .iter()
            .filter(|(_, spec)| rests(spec.model.get_ref()))
            .map(|(name, _)| name.get_ref().as_str())
            .collect();
        if tables.is_empty() {
            continue;
        }
        lines.push(format!("it touches these tables of the report `{}`: {}", report.name, tables.join(", ")));
        let required =
            report.file.gates.inputs.iter().find(|(table, _)| *table.get_ref() == source.to_string());
        if let Some((_, age)) = required {
            lines.push(format!(
                "`{}` is held once what was read of `{source}` before is older than {}",
                report.name,
                age.get_ref()
            ));
        }
    }
    lines
}

/// Returns `source` and every model that reads it, directly or by way of others.
fn reached(project: &Project, source: &TableName) -> BTreeSet<TableName> {
    let mut reads: BTreeMap<TableName, BTreeSet<TableName>> = BTreeMap::new();
    // A query that cannot be read is a fault of its own, reported where it arises.
    if let Ok(engine) = Engine::new(Limits::default()) {
        for pipeline in project.pipelines.values() {
            for model in pipeline.models.values() {
                let read = engine.reads(&model.sql, &pipeline.name).unwrap_or_default();
                reads.insert(TableName::new(pipeline.name.as_str(), model.name.as_str()), read);
            }
        }
    }
    let mut reached = BTreeSet::from([source.clone()]);
    loop {
        let more: Vec<TableName> = reads
            .iter()
            .filter(|(name, read)| !reached.contains(*name) && !read.is_disjoint(&reached))
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return reached;
        }
        reached.extend(more);
    }
}
