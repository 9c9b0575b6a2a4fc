use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::job::{Failure, Stop};
use crate::store::Store;

/// Exit code of a process that a signal ended.
const TERMINATED: u8 = 143;
/// Exit code of one that was interrupted from the keyboard.
const INTERRUPTED: u8 = 130;

/// What the first signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// To break off what is going, as a person means who presses Ctrl-C.
    BreaksOff,
    /// To begin nothing more: what goes on by schedule is worth its end. A second signal breaks it off.
    IsTheLast,
}

/// Catches SIGTERM and SIGINT from here on. A third signal ends the process at once.
///
/// # Errors
///
/// When this system lets no signal be caught.
pub fn catch(first: First) -> Result<Stop, Failure> {
    let stop = Stop::default();
    let mut signals = Signals::new([SIGTERM, SIGINT]).map_err(Failure::bug)?;
    let asked = stop.clone();
    std::thread::spawn(move || {
        for (count, signal) in signals.forever().enumerate() {
            let code = if signal == SIGINT { INTERRUPTED } else { TERMINATED };
            match (count, first) {
                (0, First::IsTheLast) => asked.after_this(code),
                (0, First::BreaksOff) | (1, _) => asked.now(code),
                _ => exit(code),
            }
        }
    });
    Ok(stop)
}

/// Ends a process that was asked to break off and whose work cannot hear it: one query, or one file.
/// What it had staged goes with it.
pub fn end(stop: &Stop, store: &Store) {
    store.objects().discard_staged();
    exit(stop.asked().unwrap_or(TERMINATED));
}

/// Watches over work that does not watch for itself. See [`end`].
pub fn end_in_time(stop: &Stop, store: &Store) {
    let (stop, store) = (stop.clone(), store.clone());
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(100));
            if let Some(_nothing_begins) = stop.try_end() {
                end(&stop, &store);
            }
        }
    });
}

#[expect(clippy::exit, reason = "other threads are at work, and none of them may go on")]
fn exit(code: u8) {
    std::process::exit(code.into())
}
