use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::key::{DeliveryKey, Origin};
use super::outcome::Outcome;
use super::transport::Envelope;

/// One line in the history of one delivery. Records are added and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Its place in the history, from 0.
    pub number: u32,
    /// When, by the clock of the run that wrote it.
    pub at: DateTime<Utc>,
    /// The run, or the person, that wrote it.
    pub by: String,
    /// What happened.
    pub event: Event,
}

/// What can happen to a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The message was built whole and is in the store.
    Planned(Box<Plan>),
    /// A person must approve it before it leaves.
    Held {
        /// Why.
        reason: String,
    },
    /// It may not leave at all.
    Blocked {
        /// What was written as recipient.
        recipient: String,
        /// Why.
        reason: String,
    },
    /// It may leave.
    Approved {
        /// By what right: a rule of the report, or a person's reason.
        reason: String,
        /// SHA-256 of the message that was approved, in hexadecimal digits.
        sha256: String,
    },
    /// An attempt begins. Written before the first byte leaves.
    Attempt {
        /// The transport.
        transport: String,
        /// Whether the message leaves this machine by it.
        #[serde(rename = "leaves")]
        outbound: bool,
        /// Who sends: while it holds its lock, the attempt is under way. `None` in records of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sender: Option<String>,
    },
    /// A person decided to send it again.
    Released {
        /// Why.
        reason: String,
        /// What goes instead of the message that was planned: the same letter under the same identity, which
        /// says that it may be there twice. `None` when the message goes as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<StoredMessage>,
    },
    /// It came back after it had been accepted.
    Bounced {
        /// The words of whoever returned it.
        words: String,
        /// Names the notification. `None` in records of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice: Option<String>,
    },
    /// It came back from somebody behind the recipient, such as a member of a list. The delivery itself stands: others
    /// behind it have the message.
    MemberBounced {
        /// For whom it came back.
        member: String,
        /// The words of whoever returned it.
        words: String,
        /// Names the notification.
        notice: String,
    },
    /// A later edition took its place before it left.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// An attempt ended, with this result.
    #[serde(untagged)]
    Tried(Outcome),
}

impl Event {
    /// Returns whether a delivery of which this is the newest record may still have to be attended to.
    pub(super) fn may_be_open(&self) -> bool {
        match self {
            Self::Planned(_)
            | Self::Held { .. }
            | Self::Approved { .. }
            | Self::Attempt { .. }
            | Self::Tried(Outcome::Deferred { .. })
            | Self::MemberBounced { .. }
            | Self::Released { .. } => true,
            Self::Blocked { .. } | Self::Tried(_) | Self::Bounced { .. } | Self::Withdrawn { .. } => false,
        }
    }
}

/// A message in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredMessage {
    /// Its name in the store.
    pub name: String,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// A delivery as planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The report's folder name.
    pub report: String,
    /// The edition's period.
    pub period: String,
    /// The edition.
    pub edition: String,
    /// The role that the recipient is in.
    pub role: String,
    /// Whose rows the edition holds, for a report that is split by a key; `None` for a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What tells the message from one of another store or of other content. `None` in records of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Where bounces go.
    pub from: Address,
    /// The recipient.
    pub recipient: Address,
    /// The day on the message as it was built; what leaves has the day of the attempt.
    pub dated: NaiveDate,
    /// The message.
    pub message: StoredMessage,
}

impl Plan {
    /// Returns the identity of the delivery.
    #[must_use]
    pub fn key(&self) -> DeliveryKey {
        DeliveryKey::of(&self.edition, &self.recipient)
    }

    /// Returns the envelope of its message on an attempt of the day `dated`.
    #[must_use]
    pub fn envelope(&self, dated: NaiveDate) -> Envelope {
        Envelope {
            key: self.key(),
            report: self.report.clone(),
            period: self.period.clone(),
            dated,
            from: self.from.clone(),
            to: self.recipient.clone(),
        }
    }
}
