use super::output::Output;
use crate::job::{Context, Failure, Turn};
use crate::schedule::{ByPerson, Holder, Machine, Process, Timing, daemon};

/// Does `work` that writes to pipelines, in the turn of each, until it is done or a signal breaks it off. Whoever has a
/// turn already is named.
pub(super) fn in_turn(
    context: Context,
    out: &Output,
    work: impl FnOnce(&Context, &dyn Turn) -> Result<(), Failure>,
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
    let hand = ByPerson::new(store.objects().as_ref(), &time, Timing::default(), &process, &stop, &waits);
    hand.during(&|| daemon::end(&stop, store), || work(&context, &hand))?;
    stop.asked().map_or(Ok(()), |code| Err(Failure::stopped(code)))
}
