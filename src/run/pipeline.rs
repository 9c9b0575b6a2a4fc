//! The order of work: one pipeline, from source to inbox.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::check;
use super::order::{self, Selection};
use super::outcome::{Outcome, PipelineOutcome};
use crate::diagnostic::Severity;
use crate::edition::Edition;
use crate::ingest::pull;
use crate::job::{Context, Event, Failure, Job, Kept, Kind, Options, Period, PipelineLock};
use crate::post::Word;
use crate::project::Report;
use crate::{build, edition, post};

/// Runs pipelines, each after those whose tables it reads. A failed one does not stop the others; what
/// reads from it is skipped and said to be. Once a signal has stopped one, no other begins.
///
/// Each pipeline is run under its `lock`.
///
/// # Errors
///
/// Faults of the project and of the arguments. What goes wrong in a pipeline is in the [`Outcome`].
pub fn run(
    context: &Context,
    selection: &Selection,
    options: &Options,
    lock: &dyn PipelineLock,
    watch: &mut dyn FnMut(&Event),
) -> Result<Outcome, Failure> {
    let order = order::pipelines(context.project(), &context.engine())?;
    let chosen = order.choose(selection)?;
    // What cannot be asked for is refused before any work is begun.
    for name in chosen.iter().filter(|name| order.fault_of(name).is_none()) {
        Period::chosen(context, context.pipeline(name)?, options)?;
    }
    for report in &options.reports {
        delivered(context, &chosen, report)?;
    }
    let mut outcome = Outcome::default();
    for name in &chosen {
        if context.stop().check().is_err() {
            break;
        }
        if let Some(fault) = order.fault_of(name) {
            let failed = PipelineOutcome::failed(name, fault.clone());
            watch(&Event::Finished { pipeline: name.clone(), code: failed.code(), outcome: failed.line() });
            outcome.push(failed);
            continue;
        }
        if let Some(broken) = order.reads_of(name).find(|read| outcome.failed(read)) {
            let skipped = PipelineOutcome::skipped(name, broken);
            if let (true, Some(failure)) = (options.send, skipped.failure()) {
                hold(context, name, options, failure)?;
            }
            watch(&Event::Skipped { pipeline: name.clone(), because: broken.clone() });
            outcome.push(skipped);
            continue;
        }
        outcome.push(pipeline(context, name, options, lock, watch));
    }
    Ok(outcome)
}

/// Refuses the name of a report that none of the pipelines delivers.
fn delivered(context: &Context, pipelines: &[String], report: &str) -> Result<(), Failure> {
    context.report(report)?;
    let by = context.project().pipeline_of(report).map(|pipeline| &pipeline.name);
    if by.is_some_and(|by| pipelines.contains(by)) {
        return Ok(());
    }
    let what = format!("expected a report of {}, found `{report}`", pipelines.join(", "));
    let help = by.map_or_else(|| "no pipeline delivers it".to_owned(), |by| format!("run `{by}`"));
    Err(Failure::usage(what).kept(Kept::Everything).help(help))
}

/// Runs one pipeline, whatever it reads.
///
/// # Errors
///
/// As [`run`].
pub fn run_one(
    context: &Context,
    name: &str,
    options: &Options,
    lock: &dyn PipelineLock,
    watch: &mut dyn FnMut(&Event),
) -> Result<Outcome, Failure> {
    context.pipeline(name)?;
    let mut outcome = Outcome::default();
    outcome.push(pipeline(context, name, options, lock, watch));
    Ok(outcome)
}

/// Runs one pipeline, from source to inbox. A panic in it ends it as any other failure does, and no other.
fn pipeline(
    context: &Context,
    name: &str,
    options: &Options,
    lock: &dyn PipelineLock,
    watch: &mut dyn FnMut(&Event),
) -> PipelineOutcome {
    let mut job = Job::run(context, name, options).under(lock).watched(&mut *watch);
    let worked = catch_unwind(AssertUnwindSafe(|| steps(&mut job, name)));
    // What it panicked with may hold a value of the data: it is dropped unseen.
    let result = worked.unwrap_or_else(|_payload| {
        Err(Failure::bug(format!("a step of `{name}` panicked")).kept(Kept::Published))
    });
    let result = result.map_err(|failure| as_checked(context, name, failure).preserving(Kept::Published));
    let result = match result {
        Err(failure) if options.send => Err(notified(&mut job, name, failure)),
        Ok(()) if options.send => {
            // The run is good whether or not the file goes; it says itself when it was written.
            let _stays = post::all_clear(context, name);
            Ok(())
        }
        result => result,
    };
    let closed = job.close(&result);
    let released = lock.release();
    let outcome = match result.and(closed).and_then(|made| released.map(|()| made)) {
        Ok(made) => PipelineOutcome::done(name, made),
        Err(failure) => PipelineOutcome::failed(name, failure),
    };
    watch(&Event::Finished { pipeline: name.to_owned(), code: outcome.code(), outcome: outcome.line() });
    outcome
}

/// Returns a failure as `check` says it, where it comes of a file of the pipeline or of its reports that `check` finds at
/// fault: the same words, at the same place.
fn as_checked(context: &Context, name: &str, failure: Failure) -> Failure {
    let (Kind::Project | Kind::Usage | Kind::Gate | Kind::Bug, Ok(pipeline)) =
        (failure.kind(), context.pipeline(name))
    else {
        return failure;
    };
    let reports =
        pipeline.file.reports.iter().map(|report| format!("report-templates/{}/", report.get_ref()));
    let own: Vec<String> = reports.chain([format!("pipelines/{name}/")]).collect();
    let mut faults = check::stops(context.project());
    faults.retain(|fault| {
        let place = fault.location();
        fault.severity() == Severity::Error
            && place.is_some_and(|place| own.iter().any(|folder| place.starts_with(folder)))
    });
    if faults.is_empty() { failure } else { Failure::from(faults).kept(Kept::LastTables) }
}

fn steps(job: &mut Job<'_>, name: &str) -> Result<(), Failure> {
    let context = job.context;
    let pipeline = context.pipeline(name)?;
    let period = Period::chosen(context, pipeline, &job.options)?;
    if job.options.as_of.is_none() {
        pull::pull(job, pipeline)?;
    }
    // A report by schedule that is of another period than the tables keeps those up to date all the same.
    if period.is_special() && job.options.tables_too && job.options.as_of.is_none() {
        let usual = Period::usual(context, pipeline, &job.options)?;
        let built = build::build(job, pipeline, &usual)?;
        job.permit()?;
        build::publish(job, pipeline, &built)?;
    }
    let (period, notes) = edition::as_known(context, pipeline, period)?;
    job.made.notes.extend(notes);
    let built = build::build(job, pipeline, &period)?;
    job.permit()?;
    if !period.is_special() {
        build::publish(job, pipeline, &built)?;
    }
    let mut failed = Vec::new();
    for report in pipeline.reports_of(&job.options.reports.clone()) {
        let report = context.report(report.get_ref())?;
        job.go_on()?;
        let prepared = edition::prepare(job, pipeline, report, &built, &period);
        let sent = prepared.and_then(|mut editions| {
            // What differs from what readers have never leaves by itself: a person says `report send` or `report correct`.
            editions.retain(|edition| job.options.send && edition.revision == 1);
            if editions.is_empty() { Ok(()) } else { deliver(job, report, editions) }
        });
        // One report that fails never keeps another from its readers.
        failed.extend(sent.err().map(|failure| (report.name.clone(), failure)));
    }
    Failure::worst_of(failed).map_or(Ok(()), Err)
}

/// Sends prepared editions by the report's own policy.
fn deliver(job: &mut Job<'_>, report: &Report, editions: Vec<Edition>) -> Result<(), Failure> {
    job.permit()?;
    // What waited of an edition in whose place one of these was made never leaves.
    post::decide::supersede(job.context, &editions)?;
    let list = post::addressed(job.context, report, editions)?;
    post::send(job, report, &list, &Word::Policy)
}

/// Notifies the owner of what stopped a pipeline and, where a report asks for it, the readers; returns the failure.
fn notified(job: &mut Job<'_>, name: &str, failure: Failure) -> Failure {
    let context = job.context;
    if !post::concerns(&failure) {
        return failure;
    }
    let mut notify = || -> Result<(), Failure> {
        let pipeline = context.pipeline(name)?;
        post::notify(job, pipeline, &failure)?;
        if !failure.kind().is_about_delivery() && context.project().settings.mail.is_some() {
            let period = Period::chosen(context, pipeline, &job.options)?;
            for report in pipeline.reports_of(&job.options.reports.clone()) {
                let report = context.report(report.get_ref())?;
                if report.file.tell_late && !period.is_special() {
                    post::notify_late(job, report, period.reported)?;
                }
            }
        }
        Ok(())
    };
    match notify() {
        Ok(()) => failure,
        Err(second) => {
            failure.with_others(name, [second.note("so what happened could not be sent to the owner")])
        }
    }
}

/// Records that a pipeline was not run, and notifies those concerned.
fn hold(context: &Context, name: &str, options: &Options, failure: &Failure) -> Result<(), Failure> {
    let mut job = Job::run(context, name, options);
    let failure = notified(&mut job, name, failure.clone());
    job.close(&Err(failure)).map(drop)
}
