use super::context::Context;
use super::failure::Failure;
use super::kind::Kind;
use super::lock::{Alone, PipelineLock};
use super::stop::Closing;
use crate::ledger::{self, Step};

/// The record of a run, begun when there is something to record: a run that finds nothing to do leaves
/// no trace and costs no write.
pub(super) struct Recorder<'a> {
    context: &'a Context,
    pipeline: &'a str,
    trigger: String,
    lock: &'a dyn PipelineLock,
    run: Option<ledger::Run>,
    /// Closes the record where a signal ends the process before this one can.
    closing: Option<Closing>,
    /// Whether nothing is recorded: of a draft.
    silent: bool,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(context: &'a Context, pipeline: &'a str, trigger: &str) -> Self {
        let lock = &Alone;
        Self { context, pipeline, trigger: trigger.to_owned(), lock, run: None, closing: None, silent: false }
    }

    pub(super) fn under(self, lock: &'a dyn PipelineLock) -> Self {
        Self { lock, ..self }
    }

    /// Records nothing: what is made is for whoever asked, and nobody else.
    pub(super) fn silent(self) -> Self {
        Self { silent: true, ..self }
    }

    /// Takes the pipeline's lock, before long work whose result is to be recorded. Returns whether it was taken only now, so
    /// that another run may have changed what was seen before.
    pub(super) fn begin(&mut self) -> Result<bool, Failure> {
        if self.silent {
            return Ok(false);
        }
        let first = self.run.is_none();
        self.run().map(|_| first)
    }

    /// Checks that the run may go on: asked between any two steps.
    pub(super) fn go_on(&self) -> Result<(), Failure> {
        self.context.stop().check()?;
        self.lock.go_on()
    }

    /// Asks to publish or to send.
    pub(super) fn permit(&self) -> Result<(), Failure> {
        self.go_on()?;
        self.lock.permit()
    }

    /// Returns the record, begun now if it was not.
    fn run(&mut self) -> Result<&mut ledger::Run, Failure> {
        if self.run.is_none() {
            self.lock.take(self.pipeline)?;
            let (store, now) = (self.context.store(), self.context.clock().now());
            let run = ledger::Run::start(store.objects(), self.pipeline, now, &self.trigger)?;
            let (open, clock) = (run.clone(), *self.context.clock());
            self.closing = Some(self.context.stop().closing(move |failure| {
                // Where the store refuses, the run reads as one that died: there is nobody left to say so to.
                let _closed = open.clone().finish(clock.moment(), ended_by(failure));
            }));
            self.run = Some(run);
        }
        self.run.as_mut().ok_or_else(|| Failure::bug("a run has no record"))
    }

    /// Returns the run's number.
    pub(super) fn id(&mut self) -> Result<String, Failure> {
        if self.silent {
            return Ok("draft".to_owned());
        }
        Ok(self.run()?.id().to_owned())
    }

    pub(super) fn note(&mut self, step: Step) -> Result<(), Failure> {
        if !self.silent {
            self.run()?.note(step);
        }
        Ok(())
    }

    /// Ends the record, if one was begun: with `sentence`, or with why there is nothing to say it of.
    pub(super) fn close(mut self, result: &Result<(), Failure>, sentence: &str) -> Result<(), Failure> {
        let ended = match result {
            Ok(()) => ledger::Outcome { code: 0, message: sentence.to_owned(), failure: None },
            // Another run has the pipeline: this one has nothing to record, and no lock to record it under.
            Err(failure) if failure.kind() == Kind::Lease && self.run.is_none() => return Ok(()),
            Err(failure) => {
                // A run that was refused before its first step is on record too.
                self.run()?;
                ended_by(failure)
            }
        };
        if let Some(run) = self.run {
            run.finish(self.context.clock().moment(), ended)?;
        }
        Ok(())
    }
}

/// Returns what a run came to that `failure` ended.
fn ended_by(failure: &Failure) -> ledger::Outcome {
    ledger::Outcome { code: failure.code(), message: failure.headline(), failure: Some(failure.to_json()) }
}
