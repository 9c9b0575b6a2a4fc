//! From a finished document to an inbox: each recipient gets each edition once, or somebody is informed.
//!
//! ```text
//! recipients.toml → screen ─┐
//! document → Letter → message → Outbox::plan → deliver → Receipt
//!                                  │              │
//!                     the message, whole,     Permit asked, Transport::prepare, Permit asked, intent kept,
//!                     before anything is sent one Transport::send, its result kept
//! ```
//!
//! What this module does not do: it makes no document, opens none ([`crate::inspect`] does), reads no
//! time but that of the [`crate::calendar::Clock`] that it gets, and never decides that an uncertain
//! message is sent again.

mod address;
mod approval;
mod bounce;
mod dated;
mod deliveries;
mod folder;
mod give_up;
mod header_text;
mod history;
mod key;
mod letter;
mod mailbox;
mod message;
mod outbox;
mod outbox_error;
mod outcome;
mod permit;
mod recipients;
mod record;
mod retry;
mod route;
mod safeguard;
mod sender;
mod sending;
mod smtp;
mod transport;
mod verify;

pub use address::{Address, AddressError};
pub use approval::is_expired;
pub use bounce::{Bounce, BounceError, Returned, bounces};
pub use deliveries::{Deliveries, Held};
pub use folder::FolderTransport;
pub use history::{History, State};
pub use key::{DeliveryKey, Origin};
pub use letter::{Attachment, InlineImage, Letter};
pub use mailbox::Mailbox;
pub use message::{MessageError, message};
pub use outbox::{Outbox, Planned, Verdict};
pub use outbox_error::OutboxError;
pub use outcome::{Outcome, Rejection};
pub use permit::{Permit, Ruling};
pub use recipients::{
    AllowList, AllowListError, Entry, Recipient, Refusal, RefusalReason, Screened, screen, screen_entries,
};
pub use record::{Event, Plan, Record, StoredMessage};
pub use route::{RouteError, route};
pub use safeguard::verdicts;
pub use sender::is_under_way;
pub use sending::{Receipt, deliver};
pub use smtp::{SmtpError, SmtpTransport};
pub use transport::{Attempt, Envelope, Scope, Transport};
pub use verify::Verified;
