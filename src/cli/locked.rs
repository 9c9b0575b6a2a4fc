use super::output::Output;
use crate::job::{Context, Failure, PipelineLock};
use crate::schedule::{ByPerson, Holder, Machine, Process, Timing, daemon};

/// Does `work` that writes to pipelines, under the lock of each, until it is done or a signal breaks it off. Whoever has a
/// lock already is named.
pub(super) fn locked(
    context: Context,
    out: &Output,
    work: impl FnOnce(&Context, &dyn PipelineLock) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let stop = daemon::catch(daemon::First::BreaksOff)?;
    let context = context.until(stop.clone());
    let (store, time) = (context.store(), Machine::new(stop.clone()));
    let process = Process::this().map_err(Failure::bug)?;
    let waits = |pipeline: &str, there: &Holder| {
        let ttl = Timing::default().ttl.as_secs();
        out.progress(format!(
            "`{pipeline}` is held by {there}: listening for up to {ttl} s whether it lives"
        ));
    };
    let person = ByPerson::new(store.objects().as_ref(), &time, Timing::default(), &process, &stop, &waits);
    let report = |failure: &Failure| {
        out.failed(failure);
        out.end();
    };
    person.during(&|| daemon::end(&stop, Some(store), &report), || work(&context, &person))?;
    stop.asked().map_or(Ok(()), |code| Err(Failure::stopped(code)))
}
