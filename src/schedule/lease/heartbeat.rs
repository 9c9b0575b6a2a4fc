//! Keeps a lease alive while its holder works.

use std::sync::mpsc::{RecvTimeoutError, channel};

use super::{Lease, LeaseError, Timepiece, Timing};

/// Does `work` while a thread of its own renews the lease.
///
/// A beat that the store refuses is tried again at the next; once nothing has been heard for a time to
/// live the lease counts as lost, whether or not there is a successor.
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
                match lease.renew(time.elapsed()) {
                    Err(LeaseError::Lost { .. }) => return,
                    Err(LeaseError::Store(_)) if lease.silent_for(time.elapsed()) > timing.ttl => {
                        lease.lose();
                        return;
                    }
                    Ok(()) | Err(LeaseError::Store(_)) => {}
                }
            }
        });
        let result = work();
        drop(done);
        result
    })
}
