//! What a run would do, without doing it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::order;
use super::order::Selection;
use crate::deliver::Screened;
use crate::edition;
use crate::ingest::{due, lists};
use crate::job::{Context, Failure, Kind, Options, Period};
use crate::post;
use crate::project::{Pipeline, Privacy, Schedule};

/// What a run would do.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// Pipeline by pipeline, in order.
    pub pipelines: Vec<PipelinePlan>,
}

/// What a run of one pipeline would do.
#[derive(Debug, Clone, Serialize)]
pub struct PipelinePlan {
    /// The pipeline.
    pub pipeline: String,
    /// Each source: files to read, and files that have landed as they are.
    pub sources: Vec<SourcePlan>,
    /// Models that would be run, because something that they read would change or they did themselves.
    pub models: Vec<String>,
    /// Reports, with the period and the mailboxes of an edition.
    pub reports: Vec<ReportPlan>,
    /// Schedules that make reports, with the period that those would be of today.
    pub schedules: Vec<SchedulePlan>,
}

/// What would be read of one source.
#[derive(Debug, Clone, Serialize)]
pub struct SourcePlan {
    /// The source.
    pub source: String,
    /// Files or queries that are new or changed.
    pub fresh: Vec<String>,
    /// Files or queries that have landed as they are.
    pub known: usize,
    /// Why it cannot be read, when it cannot.
    pub fault: Option<Failure>,
}

/// What would be made of one report.
#[derive(Debug, Clone, Serialize)]
pub struct ReportPlan {
    /// The report.
    pub report: String,
    /// The period of its edition.
    pub period: String,
    /// The editions of that period that there are.
    pub editions: Vec<String>,
    /// When a new edition may leave by itself: `first`, `always` or `never` waits for a person.
    pub approval: String,
    /// The mailboxes that it would go to when sent.
    pub recipients: Vec<String>,
}

/// Which reports a schedule makes, and of which period they would be if it came today.
#[derive(Debug, Clone, Serialize)]
pub struct SchedulePlan {
    /// What brings it about, as written.
    pub when: String,
    /// The reports.
    pub reports: Vec<String>,
    /// The period of their editions.
    pub period: String,
}

/// Works out what [`super::run`] would do.
///
/// # Errors
///
/// Faults of the project and of the arguments; a source that cannot be read is part of the plan.
pub fn plan(context: &Context, selection: &Selection, options: &Options) -> Result<Plan, Failure> {
    let engine = context.engine();
    let order = order::pipelines(context.project(), &engine)?;
    let mut changing: BTreeSet<crate::engine::TableName> = BTreeSet::new();
    let mut pipelines = Vec::new();
    for name in order.choose(selection)? {
        let pipeline = context.pipeline(&name)?;
        let personal = pipeline.sources.values().any(|source| {
            source.file.columns.iter().any(|column| matches!(column.privacy, Privacy::Pseudonymise(_)))
        });
        let pseudonyms = if personal { context.pseudonyms()? } else { None };
        let mut sources = Vec::new();
        for definition in pipeline.sources.values() {
            let due = lists::inputs(context, pipeline, definition, pseudonyms.as_ref())
                .and_then(|inputs| due::due(context, pipeline, definition, &inputs));
            let line = match due {
                Ok(due) => SourcePlan {
                    source: definition.name.clone(),
                    fresh: due.fresh.iter().map(|found| found.name.clone()).collect(),
                    known: due.known,
                    fault: None,
                },
                Err(failure) => SourcePlan {
                    source: definition.name.clone(),
                    fresh: Vec::new(),
                    known: 0,
                    fault: Some(failure),
                },
            };
            if !line.fresh.is_empty() {
                changing.insert(crate::engine::TableName::new(&name, &definition.name));
            }
            sources.push(line);
        }
        let head = context.store().head()?;
        let mut models = Vec::new();
        loop {
            let before = models.len();
            for (table, model) in &pipeline.models {
                let full = crate::engine::TableName::new(&name, table);
                if changing.contains(&full) {
                    continue;
                }
                let reads = engine.reads(&model.sql, &name)?;
                let unpublished = head.as_ref().and_then(|commit| commit.table(&name, table)).is_none();
                if unpublished || !reads.is_disjoint(&changing) {
                    changing.insert(full);
                    models.push(table.clone());
                }
            }
            if models.len() == before {
                break;
            }
        }
        let reports = pipeline
            .file
            .reports
            .iter()
            .map(|report| report_plan(context, pipeline, report.get_ref(), options))
            .collect::<Result<_, Failure>>()?;
        let schedules =
            pipeline.file.schedule.0.iter().filter_map(|schedule| schedule_plan(context, pipeline, schedule));
        let schedules = schedules.collect::<Result<_, Failure>>()?;
        pipelines.push(PipelinePlan { pipeline: name, sources, models, reports, schedules });
    }
    Ok(Plan { pipelines })
}

/// Returns what a schedule would make; nothing for one without reports.
fn schedule_plan(
    context: &Context,
    pipeline: &Pipeline,
    schedule: &Schedule,
) -> Option<Result<SchedulePlan, Failure>> {
    let named: Vec<String> = schedule.reports.iter().map(|report| report.get_ref().clone()).collect();
    let reports: Vec<String> = pipeline.reports_of(&named).map(|report| report.get_ref().clone()).collect();
    if reports.is_empty() {
        return None;
    }
    let period = schedule.period.as_ref().map(|period| period.get_ref().clone());
    let options = Options { period, reports: named, ..Options::default() };
    let period = Period::chosen(context, pipeline, &options)
        .and_then(|period| Ok(edition::as_known(context, pipeline, period)?.0));
    let when = schedule.written().map(|text| text.get_ref().clone()).unwrap_or_default();
    Some(period.map(|period| SchedulePlan { when, reports, period: period.reported.to_string() }))
}

/// Returns what would become of a report; of one that a schedule makes by itself it is of that schedule's period.
fn report_plan(
    context: &Context,
    pipeline: &Pipeline,
    name: &str,
    options: &Options,
) -> Result<ReportPlan, Failure> {
    let report = context.report(name)?;
    let own = pipeline.schedule_of(name).map(|_| name.to_owned());
    let options = Options { reports: own.into_iter().collect(), ..options.clone() };
    let period = edition::as_known(context, pipeline, Period::chosen(context, pipeline, &options)?)?.0;
    let editions = edition::all(context, name, Some(&period.reported.to_string()))?;
    // The mailboxes of a report that is split are in a table, which may not be there before its first run.
    let screened = match post::recipients(context, report, None) {
        Err(failure) if failure.kind() == Kind::Gate && report.file.burst.is_some() => Screened::default(),
        screened => screened?,
    };
    Ok(ReportPlan {
        report: name.to_owned(),
        period: period.reported.to_string(),
        editions: editions.into_iter().map(|edition| edition.id).collect(),
        approval: format!("{:?}", report.file.approval).to_lowercase(),
        recipients: screened.recipients.iter().map(|recipient| recipient.address.to_string()).collect(),
    })
}

impl Plan {
    /// Writes the plan as a person reads it.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for pipeline in &self.pipelines {
            lines.push(pipeline.pipeline.clone());
            for source in &pipeline.sources {
                let what = match (&source.fault, source.fresh.len()) {
                    (Some(fault), _) => {
                        format!("cannot be read: {}", fault.headline())
                    }
                    (None, 0) => format!("nothing new ({} landed)", source.known),
                    (None, count) => format!("{count} to read, {} landed", source.known),
                };
                lines.push(format!("  source  {}: {what}", source.source));
            }
            for model in &pipeline.models {
                lines.push(format!("  model   {model}: to run"));
            }
            for report in &pipeline.reports {
                let there = if report.editions.is_empty() {
                    "none yet".to_owned()
                } else {
                    report.editions.join(", ")
                };
                lines.push(format!("  report  {} for {} (editions: {there})", report.report, report.period));
                lines
                    .push(format!("          approval: {}; a changed edition always waits", report.approval));
                lines.extend(report.recipients.iter().map(|to| format!("          to {to}")));
            }
            for schedule in &pipeline.schedules {
                let (when, period) = (&schedule.when, &schedule.period);
                lines.push(format!("  when    {when}: {} for {period}", schedule.reports.join(", ")));
            }
        }
        lines
    }
}
