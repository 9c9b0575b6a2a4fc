use crate::diagnostic::Cause;
use crate::job::{self, Failure};
use crate::schedule::entry::Entry;
use crate::schedule::event::Event;
use crate::schedule::pulse::Pulse;

/// Where the daemon says what happens.
pub trait Console {
    /// Writes one line of the log.
    fn entry(&self, entry: &Entry);

    /// Shows what happens within a run.
    fn event(&self, event: &job::Event);

    /// Returns what says, from another thread, why the process is ended.
    fn last_words(&self) -> Box<dyn Fn(&Failure) + Send>;
}

/// Writes what became of a schedule to the log, and to the monitor of that schedule.
pub(super) fn report(event: &Event<'_>, pulse: &Pulse, console: &dyn Console) {
    console.entry(&Entry::from(event));
    if let Err(unreached) = pulse.tell(event) {
        console.entry(&Entry::new("warning", "monitor_unreached", Cause::of(&unreached).to_string()));
    }
}
