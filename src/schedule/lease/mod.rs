//! The lease of one pipeline: whoever holds it is the only one to run it.
//!
//! ```text
//! leases/<pipeline>/0000000007.json   who entered; epoch 7 is the fencing token
//!                            .beat   a number that the holder raises while it lives
//!                            .turn   made once: the holder may publish, or a successor has taken that permission
//!                            .over   made once: the epoch has ended
//!                    /lock            held by the process that has the lease, where the place has locks
//! ```
//!
//! Correctness rests on create-if-absent alone, and on no clock. Whether a holder lives is judged by
//! watching its beat for [`Timing::ttl`] of one's own running time: no time of another machine is ever
//! compared, so clocks may differ or jump. A holder that was frozen and wakes finds its permission taken. The lock
//! only spares a wait: who finds it held knows at once that somebody is there, and who finds it free on the
//! holder's own machine that the holder has died.
//!
//! What this does not do: undo what a fenced holder did before it asked [`Lease::permit`].

mod acquire;
mod epoch;
mod error;
mod heartbeat;
mod held;
mod timing;

pub(super) use acquire::{Acquired, Patience, acquire};
pub(super) use epoch::{Over, Permission, may_have_published};
pub use error::LeaseError;
pub(super) use heartbeat::beating;
pub use held::Lease;
pub use timing::Timing;

#[cfg(test)]
mod tests;
