use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::console::Console;
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

/// Catches SIGTERM, SIGINT and, unless it is to be ignored, SIGHUP from here on. A third signal ends the process at once.
///
/// # Errors
///
/// When this system lets no signal be caught.
pub fn catch(first: First) -> Result<Stop, Failure> {
    let stop = Stop::default();
    let mut signals = Signals::new(caught()).map_err(Failure::bug)?;
    let asked = stop.clone();
    std::thread::spawn(move || {
        for (count, signal) in signals.forever().enumerate() {
            let code = code_of(signal);
            match (count, first) {
                (0, First::IsTheLast) => asked.after_this(code),
                (0, First::BreaksOff) | (1, _) => asked.now(code),
                _ => exit(code),
            }
        }
    });
    Ok(stop)
}

/// Ends the process at the first signal, after a line that says so: for work that leaves nothing half done.
///
/// # Errors
///
/// When this system lets no signal be caught.
pub fn end_at_once(console: &dyn Console) -> Result<(), Failure> {
    let mut signals = Signals::new(caught()).map_err(Failure::bug)?;
    let report = console.last_words();
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let failure = Failure::stopped(code_of(signal));
            report(&failure);
            exit(failure.code());
        }
    });
    Ok(())
}

/// Returns the signals to be caught. A terminal that is closed ends a run like any other end, but not one that was begun with
/// `nohup`; where that cannot be known, the system's own way of ending stays.
fn caught() -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let hangup = ignored.filter(|mask| mask >> (SIGHUP - 1) & 1 == 0).map(|_| SIGHUP);
    [SIGTERM, SIGINT].into_iter().chain(hangup).collect()
}

/// Returns the exit code of a process that `signal` ended.
fn code_of(signal: i32) -> u8 {
    if signal == SIGINT { INTERRUPTED } else { TERMINATED }
}

/// Ends a process that was asked to break off and whose work cannot hear it: one query, or one file. The records of its
/// runs are closed, `report` says why it ends, and what it had staged goes with it.
pub fn end(stop: &Stop, store: Option<&Store>, report: &dyn Fn(&Failure)) {
    let failure = Failure::stopped(stop.asked().unwrap_or(TERMINATED));
    stop.close(&failure);
    if let Some(store) = store {
        store.objects().discard_staged();
    }
    report(&failure);
    exit(failure.code());
}

/// Watches over work that does not watch for itself. See [`end`].
pub fn end_in_time(stop: &Stop, store: Option<&Store>, console: &dyn Console) {
    let (stop, store, report) = (stop.clone(), store.cloned(), console.last_words());
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(100));
            if let Some(_nothing_begins) = stop.try_end() {
                end(&stop, store.as_ref(), &report);
            }
        }
    });
}

#[expect(clippy::exit, reason = "other threads are at work, and none of them may go on")]
fn exit(code: u8) {
    std::process::exit(code.into())
}
