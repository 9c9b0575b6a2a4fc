use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The result of an attempt to deliver. What is known of a deferral differs: a transport knows whom it concerns,
/// a history when to try again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<Later = DateTime<Utc>> {
    /// The other side has it and said so.
    Accepted {
        /// Its words.
        words: String,
    },
    /// The other side refused it for good.
    Rejected {
        /// What it refused.
        cause: Rejection,
        /// Its words.
        words: String,
    },
    /// It was not taken, and may be later.
    Deferred {
        /// Whom it concerns, or the moment before which it is not tried again.
        #[serde(rename = "not_before")]
        later: Later,
        /// The other side's words, or ours about the line.
        words: String,
    },
    /// It may or may not have been taken: the line failed after the message was whole. Only a person sends it
    /// again.
    Uncertain {
        /// How it failed.
        words: String,
    },
    /// The settings are wrong: nothing was sent, and nothing else would be.
    Refused {
        /// What to put right.
        words: String,
    },
}

impl<Later> Outcome<Later> {
    /// Returns the outcome in one word, for a table.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::Deferred { .. } => "deferred",
            Self::Uncertain { .. } => "uncertain",
            Self::Refused { .. } => "refused",
        }
    }

    /// Returns the words of the other side, or ours.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Accepted { words }
            | Self::Rejected { words, .. }
            | Self::Deferred { words, .. }
            | Self::Uncertain { words }
            | Self::Refused { words } => words,
        }
    }
}

/// What was refused for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// There is no such mailbox.
    Recipient,
    /// The other side's rules do not allow it.
    Policy,
    /// The message is larger than the other side takes.
    TooBig,
    /// Something else that will not change by itself.
    Other,
    /// It was deferred for as long as a delivery is tried.
    GivenUp,
}
