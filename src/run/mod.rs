//! One pipeline, from source to inbox.
//!
//! [`run`] is the order of work; each step is a file of this folder:
//! `pull` (sources to landings) → `assemble` (landings to current tables) → `build` (models and
//! checks) → publish → `edition` (gate, document, files) → `post` (outbox, transport). Which database, format
//! or mail server is at the ends is not known here.

mod assemble;
mod bench;
mod bindings;
mod build;
mod burst;
mod catalog;
mod check;
mod checks;
mod context;
mod decide;
mod dictionary;
mod digest;
mod doctor;
mod edition;
pub mod export;
mod failure;
mod fingerprint;
mod freshness;
mod gates;
mod letters;
mod lists;
mod model_tests;
mod order;
mod outcome;
mod owner;
mod period;
mod plain;
mod plan;
mod post;
mod pseudonyms;
mod pull;
pub mod quarantine;
mod records;
mod render;
mod reports;
mod round;
mod schemas;
mod seed;
mod standing;
mod stop;
mod stoppable;
mod told;
mod touched;
mod turn;

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::NaiveDate;

use crate::ledger::{self, Step};
use crate::project::Report;

pub use catalog::{TableDescription, TableLine, describe, query, tables};
pub use check::{Unreached, check, unreached};
pub use context::Context;
pub use decide::{Again, Decided, Decision, approve, correct, resend, send_edition};
pub use dictionary::dictionary;
pub use doctor::{Finding, Health, doctor};
pub use failure::Failure;
pub use model_tests::{ModelTest, model_tests};
pub use outcome::{Event, Outcome, PipelineOutcome, worst};
pub use plan::{Plan, plan};
pub use pseudonyms::{Ask as PseudonymAsk, pseudonyms};
pub use records::deliveries_by_state;
pub use reports::{DeliveryLine, EditionLine, editions, preview};
pub use round::{Due, attend_mail};
pub use stop::{GRACE, Stop, Unbroken};
pub use turn::{Alone, Turn};

/// Which pipelines to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Every one.
    All,
    /// These, and no other.
    Named(Vec<String>),
}

/// How to run them.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Build from what was known at the end of this day; changes editions only.
    pub as_of: Option<NaiveDate>,
    /// Build reports for this period, as `ay2018-19`; changes editions only.
    pub period: Option<String>,
    /// Send the editions that were prepared.
    pub send: bool,
    /// Take extracts whose count of rows moved further than their source allows.
    pub accept_swing: bool,
    /// What began the run.
    pub trigger: String,
}

/// Runs pipelines, each after those whose tables it reads. A failed one does not stop the others; what
/// reads from it is skipped and said to be. Once a signal has stopped one, no other begins.
///
/// Each pipeline is run in its `turn`.
///
/// # Errors
///
/// Faults of the project and of the arguments. What goes wrong in a pipeline is in the [`Outcome`].
pub fn run(
    context: &Context,
    selection: &Selection,
    options: &Options,
    turn: &dyn Turn,
    watch: &mut dyn FnMut(&Event),
) -> Result<Outcome, Failure> {
    let order = order::pipelines(context.project(), &context.engine())?;
    let chosen = order.choose(selection)?;
    let mut outcome = Outcome::default();
    for name in &chosen {
        if context.stop().check().is_err() {
            break;
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
        outcome.push(pipeline(context, name, options, turn, watch));
    }
    Ok(outcome)
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
    turn: &dyn Turn,
    watch: &mut dyn FnMut(&Event),
) -> Result<Outcome, Failure> {
    context.pipeline(name)?;
    let mut outcome = Outcome::default();
    outcome.push(pipeline(context, name, options, turn, watch));
    Ok(outcome)
}

/// One pipeline, from source to inbox. A panic in it ends it as any other failure does, and no other.
fn pipeline(
    context: &Context,
    name: &str,
    options: &Options,
    turn: &dyn Turn,
    watch: &mut dyn FnMut(&Event),
) -> PipelineOutcome {
    let mut record = Recorder::new(context, name, &options.trigger).in_turn(turn);
    let worked = catch_unwind(AssertUnwindSafe(|| steps(context, name, options, &mut record, &mut *watch)));
    // What it panicked with may hold a value of the data: it is dropped unseen.
    let result = worked.unwrap_or_else(|_payload| {
        Err(Failure::Bug(format!("a step of `{name}` panicked; what it published before stands")))
    });
    let result = match result {
        Err(failure) if options.send => Err(told(context, name, options, failure, &mut record)),
        result => result,
    };
    let closed = record.close(&result);
    let closed = closed.and(turn.give_back());
    let outcome = match result.and_then(|made| closed.map(|()| made)) {
        Ok(made) => PipelineOutcome::done(name, made),
        Err(failure) => PipelineOutcome::failed(name, failure),
    };
    watch(&Event::Finished { pipeline: name.to_owned(), code: outcome.code(), outcome: outcome.line() });
    outcome
}

fn steps(
    context: &Context,
    name: &str,
    options: &Options,
    record: &mut Recorder<'_>,
    watch: &mut dyn FnMut(&Event),
) -> Result<outcome::Made, Failure> {
    let pipeline = context.pipeline(name)?;
    let mut made = outcome::Made::default();
    let period = period::Period::chosen(context, pipeline, options)?;
    if options.as_of.is_none() {
        pull::pull(context, pipeline, options, record, &mut made, watch)?;
    }
    let built = build::build(context, pipeline, &period, record, watch)?;
    record.permit()?;
    if !period.is_special() {
        build::publish(context, pipeline, &built, record, &mut made)?;
    }
    let mut failed = Vec::new();
    for report in &pipeline.file.reports {
        let report = context.report(report.get_ref())?;
        record.go_on()?;
        let prepared = edition::prepare(context, pipeline, report, &built, &period, record, &mut made);
        let sent = prepared.and_then(|mut editions| {
            // Changed figures never leave by themselves: a person says `report send` or `report correct`.
            editions.retain(|edition| options.send && edition.revision == 1);
            if editions.is_empty() { Ok(()) } else { deliver(context, report, editions, record, &mut made) }
        });
        // One report that fails never keeps another from its readers.
        failed.extend(sent.err().map(|failure| (report.name.clone(), failure)));
    }
    match Failure::worst_of(failed) {
        None => Ok(made),
        Some(failure) => Err(failure),
    }
}

/// Sends prepared editions by the report's own policy.
fn deliver(
    context: &Context,
    report: &Report,
    editions: Vec<edition::Edition>,
    record: &mut Recorder<'_>,
    made: &mut outcome::Made,
) -> Result<(), Failure> {
    record.permit()?;
    let list = post::addressed(context, report, editions)?;
    post::send(context, report, &list, &post::Word::Policy, record, made)
}

/// What stopped a pipeline, after its owner and, where a report asks for it, the readers were told.
fn told(
    context: &Context,
    name: &str,
    options: &Options,
    failure: Failure,
    record: &mut Recorder<'_>,
) -> Failure {
    if !owner::concerns(&failure) {
        return failure;
    }
    let mut telling = || -> Result<(), Failure> {
        let pipeline = context.pipeline(name)?;
        owner::tell(context, pipeline, &failure, record)?;
        if !failure.is_about_delivery() && context.project().settings.mail.is_some() {
            let period = period::Period::chosen(context, pipeline, options)?;
            for report in &pipeline.file.reports {
                let report = context.report(report.get_ref())?;
                if report.file.tell_late && !period.is_special() {
                    owner::tell_late(context, report, period.of, record)?;
                }
            }
        }
        Ok(())
    };
    match telling() {
        Ok(()) => failure,
        Err(second) => failure.with_others(name, &[format!("what happened could not be recorded: {second}")]),
    }
}

/// Tells of a pipeline that was not run, under a record of its own.
fn hold(context: &Context, name: &str, options: &Options, failure: &Failure) -> Result<(), Failure> {
    let mut record = Recorder::new(context, name, &options.trigger);
    let reason = Failure::Gate(failure.to_string());
    let failure = told(context, name, options, reason, &mut record);
    record.close(&Err(failure))
}

/// The record of a run, begun when there is something to record: a run that finds nothing to do leaves
/// no trace and costs no write.
struct Recorder<'a> {
    context: &'a Context,
    pipeline: &'a str,
    trigger: &'a str,
    turn: &'a dyn Turn,
    run: Option<ledger::Run>,
}

impl<'a> Recorder<'a> {
    fn new(context: &'a Context, pipeline: &'a str, trigger: &'a str) -> Self {
        Self { context, pipeline, trigger, turn: &Alone, run: None }
    }

    fn in_turn(self, turn: &'a dyn Turn) -> Self {
        Self { turn, ..self }
    }

    /// Takes the pipeline's turn, before long work whose result is to be recorded.
    fn begin(&mut self) -> Result<(), Failure> {
        self.run().map(|_| ())
    }

    /// Whether the run may go on: asked between any two steps.
    fn go_on(&self) -> Result<(), Failure> {
        self.context.stop().check()?;
        self.turn.go_on()
    }

    /// Asks to publish or to send.
    fn permit(&self) -> Result<(), Failure> {
        self.go_on()?;
        self.turn.permit()
    }

    /// The record, begun now if it was not.
    fn run(&mut self) -> Result<&mut ledger::Run, Failure> {
        if self.run.is_none() {
            self.turn.take(self.pipeline)?;
            let (store, now) = (self.context.store(), self.context.clock().now());
            self.run = Some(ledger::Run::start(store.objects(), self.pipeline, now, self.trigger)?);
        }
        self.run.as_mut().ok_or_else(|| Failure::Bug("a run has no record".to_owned()))
    }

    /// The run's number.
    fn id(&mut self) -> Result<String, Failure> {
        Ok(self.run()?.id().to_owned())
    }

    fn note(&mut self, step: Step) -> Result<(), Failure> {
        self.run()?.note(step);
        Ok(())
    }

    fn close(self, result: &Result<outcome::Made, Failure>) -> Result<(), Failure> {
        self.close_with(result, outcome::Made::sentence)
    }

    /// Ends the record of something else than a pipeline's run, with a sentence of its own.
    fn close_as(self, sentence: &str) -> Result<(), Failure> {
        self.close_with(&Ok(outcome::Made::default()), |_| sentence.to_owned())
    }

    fn close_with(
        mut self,
        result: &Result<outcome::Made, Failure>,
        sentence: impl FnOnce(&outcome::Made) -> String,
    ) -> Result<(), Failure> {
        let ended = match result {
            Ok(made) => ledger::Outcome { code: 0, message: sentence(made) },
            // Another run has the pipeline: this one has nothing to tell, and no turn to tell it in.
            Err(Failure::Lease(_)) if self.run.is_none() => return Ok(()),
            Err(failure) => {
                let message = failure.to_string();
                self.note(Step::Refused { message: message.clone() })?;
                ledger::Outcome { code: failure.code(), message }
            }
        };
        if let Some(run) = self.run {
            run.finish(self.context.clock().now(), ended)?;
        }
        Ok(())
    }
}
