use chrono::NaiveDate;

use super::address::Address;
use super::key::DeliveryKey;
use super::outcome::Outcome;

/// Who a message is from and for, without what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The identity of the delivery.
    pub key: DeliveryKey,
    /// The report's folder name.
    pub report: String,
    /// The edition's period, as `ay2025-26`.
    pub period: String,
    /// The day of the attempt, in council time.
    pub dated: NaiveDate,
    /// Where a bounce goes.
    pub from: Address,
    /// The one recipient.
    pub to: Address,
}

/// The result of one attempt, as a transport reports it.
pub type Attempt = Outcome<Scope>;

/// Whom a deferral concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// This recipient; the next may fare better.
    Recipient,
    /// The server: the next would fare the same.
    Server,
    /// The pace: everything should go more slowly.
    Pace,
}

/// A way for messages to leave.
pub trait Transport: std::fmt::Debug {
    /// Returns its name in the records.
    fn name(&self) -> &'static str;

    /// Returns whether messages leave this machine. Where they do not, no list of recipients waits for approval.
    fn is_outbound(&self) -> bool;

    /// Gets ready to send one message: waits for the pace, connects, logs in. Nothing of a message is said, so whatever
    /// ends here has left nothing uncertain. It gives up, and says nothing of it, once `goes_on` is false.
    ///
    /// # Errors
    ///
    /// The end of an attempt that never began.
    fn prepare(&mut self, _goes_on: &dyn Fn() -> bool) -> Result<(), Attempt> {
        Ok(())
    }

    /// Tries once to send `message`.
    ///
    /// Every end has its own [`Attempt`]. Where it cannot know whether the other side took the message,
    /// it says [`Attempt::Uncertain`].
    fn send(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt;

    /// Checks that messages could leave now, and returns by what: a mail server is greeted, TLS checked and the login
    /// made, and nothing is sent.
    ///
    /// # Errors
    ///
    /// The attempt that a message would be, when they could not.
    fn reach(&mut self) -> Result<String, Attempt> {
        Err(Attempt::Refused { words: "this way cannot be tried without sending".to_owned() })
    }

    /// Looks up what became of an attempt whose result was lost; `None` where that cannot be looked up.
    fn recall(&mut self, _envelope: &Envelope, _message: &[u8]) -> Option<Attempt> {
        None
    }
}
