use std::collections::{BTreeMap, BTreeSet};

use super::accepted::in_force;
use super::finding::Finding;
use super::source::{Limit, Source};
use super::{checked, landed};
use crate::calendar::Span;
use crate::edition::{age_of_source, sources_behind};
use crate::engine::TableName;
use crate::ingest::quarantine;
use crate::job::{Context, Failure};
use crate::store::Quality;

/// Returns every finding of the project as it is now, of one pipeline or source where one is named: those that hold
/// something first, then by source.
///
/// # Errors
///
/// When there is no such pipeline or source, or the store cannot be read.
pub fn findings(context: &Context, scope: Option<&str>) -> Result<Vec<Finding>, Failure> {
    let limits = limits(context)?;
    let mut all = Vec::new();
    let mut pipelines = BTreeMap::new();
    for (pipeline, definition) in quarantine::chosen(context, scope)? {
        pipelines.insert(pipeline.name.as_str(), pipeline);
        let source = Source { context, pipeline, definition };
        let name = source.name();
        let Some((received, age)) = age_of_source(context, &name)? else {
            all.extend(source.never_landed(limits.get(&name).copied()));
            continue;
        };
        let day = received.with_timezone(&context.clock().zone()).date_naive();
        all.extend(source.limit(limits.get(&name)).and_then(|limit| source.late(day, age, limit)));
        all.extend(source.parts()?);
        all.extend(landed::findings(&source)?);
    }
    let is_pipeline = scope.is_none_or(|scope| !scope.contains('.'));
    if is_pipeline {
        // Seeds and models alone have checks too.
        let others = context.project().pipelines.values();
        pipelines.extend(others.filter(|_| scope.is_none()).map(|one| (one.name.as_str(), one)));
        all.extend(checked::findings(context, &pipelines.into_values().collect::<Vec<_>>())?);
    }
    let accepted = in_force(context)?;
    for finding in &mut all {
        let acceptance = accepted.get(&finding.id).filter(|one| one.covers(finding));
        finding.accepted_until = acceptance.map(|acceptance| acceptance.until);
    }
    let place = |one: &Finding| (one.severity, one.source.clone(), one.topic, one.detail.clone());
    all.sort_by_key(place);
    Ok(all)
}

/// Returns the six scores of each source of an owner of which any was measured, by `pipeline.source`.
///
/// # Errors
///
/// When the store cannot be read.
pub fn scores(context: &Context, owner: &str) -> Result<Vec<(String, Quality)>, Failure> {
    let mut scores = Vec::new();
    for (pipeline, definition) in quarantine::chosen(context, None)? {
        if pipeline.file.owner.get_ref() != owner {
            continue;
        }
        let source = Source { context, pipeline, definition };
        let quality = landed::scores(&source)?;
        if quality.scores().iter().any(|(_, share)| share.of > 0) {
            scores.push((source.name().to_string(), quality));
        }
    }
    Ok(scores)
}

/// Returns how old each source may be, by the pipelines and reports that read it or a model over it.
fn limits(context: &Context) -> Result<BTreeMap<TableName, Limit>, Failure> {
    let project = context.project();
    let inputs = project.pipelines.values().flat_map(|pipeline| &pipeline.file.inputs);
    let gates = project.reports.values().flat_map(|report| &report.file.gates.inputs);
    let all = inputs.map(|input| (input, false)).chain(gates.map(|gate| (gate, true)));
    let mut limits: BTreeMap<TableName, Limit> = BTreeMap::new();
    for ((table, age), holds) in all {
        let (Some(table), Some(days)) = (TableName::parse(table.get_ref()), Span::days_in(age.get_ref()))
        else {
            continue;
        };
        for source in sources_behind(context, &table, &mut BTreeSet::new())? {
            let limit = limits.entry(source).or_insert(Limit { days, holds });
            limit.holds |= holds && days <= limit.days;
            limit.days = limit.days.min(days);
        }
    }
    Ok(limits)
}
