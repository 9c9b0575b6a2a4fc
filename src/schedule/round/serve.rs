//! The daemon's loop.

use std::time::Duration;

use super::Rounds;
use crate::diagnostic::Diagnostics;
use crate::schedule::event::Event;
use crate::schedule::timepiece::Wake;
use crate::schedule::timetable::Timetable;

/// The longest sleep. What is due is always worked out from the clock as it is, so a clock that jumps, or
/// a machine that slept, is noticed within this time and handled as any other lateness.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

impl Rounds<'_> {
    /// Looks at all schedules again and again until the process is asked to stop, then ends with the run
    /// that is going.
    ///
    /// `project` gives the schedules as they now are, or `None` when nothing has changed since it was last
    /// asked. One that does not load is reported once, and the schedules before it go on.
    ///
    /// # Errors
    ///
    /// The faults of the project, when it does not load the first time. A store that does not answer is
    /// reported and tried again.
    pub fn serve(
        &self,
        mut project: impl FnMut() -> Option<Result<Vec<Timetable>, Diagnostics>>,
        tell: &mut dyn FnMut(&Event<'_>),
    ) -> Result<(), Diagnostics> {
        let mut timetables = project().unwrap_or_else(|| Ok(Vec::new()))?;
        loop {
            if let Err(error) = self.round(&timetables, tell) {
                tell(&Event::StoreFailed { error: &error });
            }
            if self.time.wait(self.sleep(&timetables)) == Wake::Stop {
                return Ok(());
            }
            match project() {
                None => {}
                Some(Ok(changed)) => timetables = changed,
                Some(Err(faults)) => tell(&Event::ProjectBroken { faults: &faults }),
            }
        }
    }

    /// Returns the time until the next occurrence, or [`LONGEST_SLEEP`].
    fn sleep(&self, timetables: &[Timetable]) -> Duration {
        let now = self.time.now();
        let next = timetables.iter().filter_map(|timetable| timetable.next(now)).map(|next| next.due()).min();
        let sleep = next.and_then(|next| (next - now).to_std().ok()).unwrap_or(LONGEST_SLEEP);
        sleep.clamp(Duration::from_secs(1), LONGEST_SLEEP)
    }
}
