use std::collections::BTreeMap;

use super::finding::{Counted, Finding, Severity, Topic};
use crate::build::has_checks;
use crate::ingest::quarantine;
use crate::job::{Context, Failure};
use crate::ledger::{self, Record, Step};
use crate::project::Pipeline;

/// Returns what the newest run of each pipeline refused, and what the newest of its runs that made checks found wrong.
pub(super) fn findings(context: &Context, pipelines: &[&Pipeline]) -> Result<Vec<Finding>, Failure> {
    let refused = quarantine::refused(context, None)?;
    let is_refused = |pipeline: &&&Pipeline| refused.iter().any(|one| one.pipeline == pipeline.name);
    let of_refused = |pipeline: &&Pipeline| {
        // What was refused and why may quote a cell: that is for those who can read the record.
        let rule = "files were refused whole by the newest run".to_owned();
        let (name, today) = (pipeline.name.clone(), context.clock().today());
        let finding = Finding::new(pipeline, name, Topic::Refused, "", Severity::Stop, rule, today);
        Finding { command: format!("sufficiency quarantine list {}", pipeline.name), ..finding }
    };
    let mut found: Vec<Finding> = pipelines.iter().filter(is_refused).map(of_refused).collect();
    for (pipeline, record) in newest_checks(context, pipelines)? {
        found.extend(wrong(context, pipeline, &record));
    }
    Ok(found)
}

/// Returns, for each pipeline, the newest run that made a check of it.
fn newest_checks<'a>(
    context: &Context,
    pipelines: &[&'a Pipeline],
) -> Result<Vec<(&'a Pipeline, Record)>, Failure> {
    // One without checks would be looked for down to the first run there ever was.
    let with_checks = pipelines.iter().filter(|pipeline| has_checks(pipeline));
    let mut open: BTreeMap<&str, &Pipeline> =
        with_checks.map(|pipeline| (pipeline.name.as_str(), *pipeline)).collect();
    let mut found = Vec::new();
    for record in ledger::newest_first(context.store().objects().as_ref())? {
        if open.is_empty() {
            break;
        }
        let record = record?;
        let made = record.finished.iter().flat_map(|end| &end.steps);
        let has_checked = made.into_iter().any(|step| matches!(step, Step::Checked { .. }));
        if has_checked && let Some(pipeline) = open.remove(record.started.pipeline.as_str()) {
            found.push((pipeline, record));
        }
    }
    Ok(found)
}

fn wrong(context: &Context, pipeline: &Pipeline, record: &Record) -> Vec<Finding> {
    let steps = record.finished.iter().flat_map(|end| &end.steps);
    let checks = steps.filter_map(|step| match step {
        Step::Checked { check, wrong } if *wrong > 0 => Some((check, *wrong)),
        _ => None,
    });
    checks
        .map(|(check, wrong)| {
            let only_counts = pipeline.file.warn_checks.iter().any(|name| name.get_ref() == check);
            let severity = if only_counts { Severity::Warn } else { Severity::Stop };
            let rule = format!("break the check `{check}`");
            let since = record.started.started.with_timezone(&context.clock().zone()).date_naive();
            let name = pipeline.name.clone();
            let finding = Finding::new(pipeline, name, Topic::Check, check, severity, rule, since);
            let command = format!("sufficiency show {}", record.started.run);
            Finding { rows: Counted { rows: Some(wrong), personal: true }, command, ..finding }
        })
        .collect()
}
