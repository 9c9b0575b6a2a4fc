//! Which tables of which reports rest on a source: said when the source cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Engine, Limits, TableName};
use crate::job::Failure;
use crate::project::Project;

/// The failure of a source, with the report tables that rest on `source` and the reports that are held for want
/// of it.
pub(crate) fn told(project: &Project, source: &TableName, failure: Failure) -> Failure {
    let Some(words) = words(project, source) else { return failure };
    match failure {
        Failure::SourceUnavailable(message) => Failure::SourceUnavailable(format!("{message}\n{words}")),
        Failure::SourceRejected(message) => Failure::SourceRejected(format!("{message}\n{words}")),
        other => other,
    }
}

/// What `source` touches, in lines; nothing when no report rests on it.
fn words(project: &Project, source: &TableName) -> Option<String> {
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
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// `source` and every model that reads it, at once or by way of others.
fn reached(project: &Project, source: &TableName) -> BTreeSet<TableName> {
    let mut reads: BTreeMap<TableName, BTreeSet<TableName>> = BTreeMap::new();
    // A query that cannot be read is a fault of its own, told where it arises.
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
