//! The last step: editions to inboxes, and what owners are written about.
//!
//! ```text
//! letters  an edition as its readers' letters      send    recipients, safeguards, outbox, transport, verdict
//! decide   what a person decides: send, approve, resend, correct
//! attend   between runs: what is due to be tried again, what came back
//! owner    to a pipeline's owner: what stopped it  digest  what happened, what waits, what is due
//! status   editions and their deliveries, for those who ask
//! ```

mod attend;
pub(crate) mod decide;
mod digest;
mod due;
mod letters;
mod owner;
mod plain;
mod send;
mod status;
mod stoppable;

pub use attend::attend_mail;
pub use decide::{Again, Decided, Decision, approve, correct, resend, send_edition};
pub use due::Due;
pub use status::{DeliveryLine, EditionLine, editions, preview};

pub(crate) use letters::limits_of;
pub(crate) use owner::{concerns, notify, notify_late};
pub(crate) use send::{Word, addressed, approve_within, recipients, send, transport};
