//! From a finished document to an inbox: each recipient gets each edition once, or somebody is informed.
//!
//! ```text
//! recipients.toml → screen ─┐
//! document → Letter → message → Outbox::plan → deliver → Receipt
//!                                  │              │
//!                     the message, whole,     intent kept, then one Transport::send, then its result
//!                     before anything is sent
//! ```
//!
//! What this module does not do: it makes no document, opens none ([`crate::inspect`] does), reads no
//! time but that of the [`crate::calendar::Clock`] that it gets, and never decides that an uncertain
//! message is sent again.

mod address;
mod approval;
mod bounce;
mod deliveries;
mod folder;
mod header_text;
mod history;
mod key;
mod letter;
mod mailbox;
mod message;
mod outbox;
mod outbox_error;
mod outcome;
mod recipients;
mod record;
mod route;
mod safeguard;
mod sending;
mod smtp;
mod transport;

pub use address::{Address, AddressError};
pub use bounce::{Bounce, BounceError, bounces};
pub use deliveries::Deliveries;
pub use folder::FolderTransport;
pub use history::{History, State};
pub use key::DeliveryKey;
pub use letter::{Attachment, InlineImage, Letter};
pub use mailbox::Mailbox;
pub use message::{MessageError, message};
pub use outbox::{Outbox, Planned, Verdict};
pub use outbox_error::OutboxError;
pub use outcome::{Outcome, Rejection};
pub use recipients::{
    AllowList, AllowListError, Entry, Recipient, Refusal, RefusalReason, Screened, screen, screen_entries,
};
pub use record::{Event, Plan, Record, StoredMessage};
pub use route::{RouteError, route};
pub use safeguard::verdicts;
pub use sending::{Receipt, deliver};
pub use smtp::{SecretError, SmtpError, SmtpTransport};
pub use transport::{Attempt, Envelope, Scope, Transport};
