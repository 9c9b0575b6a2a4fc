//! The last step: editions to inboxes, and what owners are written about.
//!
//! ```text
//! letters  an edition as its readers' letters      send    recipients, safeguards, outbox, transport, verdict
//! decide   what a person decides: send, approve, resend, correct
//! attend   between runs: what is due to be tried again, what came back
//! owner    to a pipeline's owner: what stopped it  digest  what happened, what waits, what is due
//! permit   before each attempt: may it still leave    holders  those who have an earlier revision
//! quality  to each owner of data what its sources need
//! trouble  what kept a delivery from its end, with a hint for each cause
//! alarm    beside the mail: a file, and a webhook where one is set
//! addresses  what cannot work, as far as its text shows
//! readers  who may have an edition, by the lists as they are now
//! onward   what a person can say next about an edition
//! status   editions and their deliveries, for those who ask
//! ```

mod addresses;
mod alarm;
mod attend;
pub(crate) mod decide;
mod digest;
mod due;
mod holders;
mod letters;
mod onward;
mod owner;
mod permit;
mod plain;
mod quality;
mod readers;
mod send;
mod status;
mod trouble;

pub use addresses::check_addresses;
pub use attend::attend_mail;
pub use decide::{Again, Decided, Decision, approve, correct, resend, send_edition, send_late};
pub use due::Due;
pub use status::{DeliveryLine, EditionLine, editions, preview};

pub(crate) use alarm::all_clear;
pub(crate) use letters::limits_of;
pub(crate) use owner::{NOTICES, concerns, notify, notify_late};
pub(crate) use readers::recipients;
pub(crate) use send::{Word, addressed, approve_within, send, transport};
pub(crate) use status::edition_of;
