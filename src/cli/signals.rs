use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::project::Project;
use crate::run::Failure;
use crate::schedule::Machine;

/// Requests to stop. The first is granted when the run that is going has ended; a second ends the process.
#[derive(Debug, Default)]
pub(super) struct Signals {
    stop: Arc<AtomicBool>,
    interrupted: Arc<AtomicBool>,
}

/// Exit code of a process that was told to end.
const TERMINATED: u8 = 143;
/// Exit code of one that was interrupted from the keyboard.
const INTERRUPTED: u8 = 130;

impl Signals {
    /// Catches the signals from here on.
    pub(super) fn catch() -> Result<Self, Failure> {
        let signals = Self::default();
        let Self { stop, interrupted } = &signals;
        let register = || {
            use signal_hook::flag::{register, register_conditional_shutdown};
            for (signal, exit) in [(SIGTERM, TERMINATED), (SIGINT, INTERRUPTED)] {
                register_conditional_shutdown(signal, exit.into(), Arc::clone(stop))?;
                register(signal, Arc::clone(stop))?;
            }
            register(SIGINT, Arc::clone(interrupted))
        };
        let caught: std::io::Result<_> = register();
        caught.map_err(|error| Failure::Bug(format!("signals cannot be caught: {error}")))?;
        Ok(signals)
    }

    /// The machine's clocks, whose waits end with a signal; the wall of a demo stands still.
    pub(super) fn machine(&self, project: &Project) -> Machine {
        let fixed = project.settings.fixed_clock.map(|_| project.clock().now());
        Machine::new(Arc::clone(&self.stop)).fixed_at(fixed)
    }

    /// The exit code that a caught signal asks for.
    pub(super) fn exit(&self) -> Option<u8> {
        let code = if self.interrupted.load(Ordering::Relaxed) { INTERRUPTED } else { TERMINATED };
        self.stop.load(Ordering::Relaxed).then_some(code)
    }
}
