//! Keeps a lease alive while its holder works.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use super::error::LeaseError;
use super::held::Lease;
use super::timing::Timing;
use crate::schedule::timepiece::Timepiece;

/// Does `work` while a thread of its own renews the lease.
pub(in crate::schedule) fn beating<T>(
    lease: &Lease<'_>,
    time: &dyn Timepiece,
    timing: Timing,
    work: impl FnOnce() -> T,
) -> T {
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // The sender is dropped when the work is done, or has panicked.
            while waiting.recv_timeout(timing.beat) == Err(RecvTimeoutError::Timeout) {
                lease.beat(time.elapsed(), timing);
                if lease.is_lost() {
                    return;
                }
            }
        });
        let result = work();
        drop(done);
        result
    })
}

impl Lease<'_> {
    /// Renews the lease. A beat that the store refuses is tried again at the next; once nothing has been
    /// heard for a time to live the lease counts as lost, whether or not there is a successor.
    pub(in crate::schedule) fn beat(&self, elapsed: Duration, timing: Timing) {
        match self.renew(elapsed) {
            Err(LeaseError::Store(_)) if self.silent_for(elapsed) > timing.ttl => {
                self.lose();
            }
            Ok(()) | Err(LeaseError::Lost { .. } | LeaseError::Store(_)) => {}
        }
    }
}
