use super::context::Context;
use super::event::Event;
use super::failure::Failure;
use super::lock::PipelineLock;
use super::made::Made;
use super::options::Options;
use super::recorder::Recorder;
use crate::ledger::Step;

/// One piece of work, a pipeline's run or what a person asked for: all that its steps share.
///
/// ```text
/// context  the project, its store and the time     options  how it was asked for
/// record   what it did, as the ledger keeps it     made     what came of it
/// ```
pub(crate) struct Job<'a> {
    pub(crate) context: &'a Context,
    pub(crate) options: Options,
    pub(crate) made: Made,
    record: Recorder<'a>,
    watch: Option<&'a mut dyn FnMut(&Event)>,
}

impl<'a> Job<'a> {
    /// Creates the work of `pipeline`, or of whatever else the ledger is to name, that `trigger` began.
    pub(crate) fn new(context: &'a Context, pipeline: &'a str, trigger: &str) -> Self {
        let options = Options { trigger: trigger.to_owned(), ..Options::default() };
        Self::run(context, pipeline, &options)
    }

    /// Creates a run of `pipeline`.
    pub(crate) fn run(context: &'a Context, pipeline: &'a str, options: &Options) -> Self {
        let record = Recorder::new(context, pipeline, &options.trigger);
        Self { context, options: options.clone(), made: Made::default(), record, watch: None }
    }

    /// Creates work that leaves no record and takes no lock: what it makes is for whoever asked, and for nobody else.
    pub(crate) fn unrecorded(context: &'a Context, pipeline: &'a str, options: &Options) -> Self {
        let job = Self::run(context, pipeline, options);
        Self { record: job.record.silent(), ..job }
    }

    /// Does the work under `lock`.
    pub(crate) fn under(self, lock: &'a dyn PipelineLock) -> Self {
        Self { record: self.record.under(lock), ..self }
    }

    /// Reports to `watch` what happens, as it happens.
    pub(crate) fn watched(self, watch: &'a mut dyn FnMut(&Event)) -> Self {
        Self { watch: Some(watch), ..self }
    }

    /// Reports `event` to whoever watches.
    pub(crate) fn report(&mut self, event: &Event) {
        if let Some(watch) = &mut self.watch {
            watch(event);
        }
    }

    /// Takes the pipeline's lock, before long work whose result is to be recorded. Returns whether it was taken only now, so
    /// that another run may have changed what was seen before.
    pub(crate) fn begin(&mut self) -> Result<bool, Failure> {
        self.record.begin()
    }

    /// Checks whether the work may go on; called between any two steps.
    pub(crate) fn go_on(&self) -> Result<(), Failure> {
        self.record.go_on()
    }

    /// Asks for permission to publish or to send.
    pub(crate) fn permit(&self) -> Result<(), Failure> {
        self.record.permit()
    }

    /// Returns the number under which the ledger keeps the work.
    pub(crate) fn id(&mut self) -> Result<String, Failure> {
        self.record.id()
    }

    /// Adds a step to the record.
    pub(crate) fn note(&mut self, step: Step) -> Result<(), Failure> {
        self.record.note(step)
    }

    /// Ends the record with what was made, or with the failure in `result`; returns what was made.
    pub(crate) fn close(self, result: &Result<(), Failure>) -> Result<Made, Failure> {
        let sentence = self.made.sentence();
        self.close_as(result, &sentence)
    }

    /// Ends the record with a sentence of its own.
    pub(crate) fn close_as(self, result: &Result<(), Failure>, sentence: &str) -> Result<Made, Failure> {
        self.record.close(result, sentence)?;
        Ok(self.made)
    }
}
