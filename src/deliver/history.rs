use std::fmt;

use chrono::{DateTime, Utc};

use super::outcome::Outcome;
use super::record::{Event, Plan, Record, StoredMessage};

/// The records of one delivery, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    folder: String,
    records: Vec<Record>,
}

/// The state of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing is known of it, or it is planned and nobody has yet said whether it may leave.
    Planned,
    /// It waits for a person.
    Held {
        /// Why.
        reason: String,
    },
    /// It may not leave.
    Blocked {
        /// Why.
        reason: String,
    },
    /// It may leave and has not been tried.
    Approved,
    /// An attempt began and has no result. Whoever finds this is not the one who began it.
    Begun,
    /// It came back after it had been accepted.
    Bounced {
        /// The words of whoever returned it.
        words: String,
    },
    /// A later edition took its place, or nobody approved it in time.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// It was tried, with this result.
    #[serde(untagged)]
    Tried(Outcome),
}

impl State {
    /// Returns the state in one word, for a table.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Held { .. } => "held",
            Self::Blocked { .. } => "blocked",
            Self::Approved => "approved",
            Self::Begun => "begun",
            Self::Tried(outcome) => outcome.word(),
            Self::Bounced { .. } => "bounced",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Returns why, in the other side's words or in ours; empty where there is nothing to say.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Planned | Self::Approved | Self::Begun => "",
            Self::Held { reason } | Self::Blocked { reason } | Self::Withdrawn { reason } => reason,
            Self::Bounced { words } => words,
            Self::Tried(outcome) => outcome.words(),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words() {
            "" => f.write_str(self.word()),
            words => write!(f, "{}: {words}", self.word()),
        }
    }
}

impl History {
    pub(super) fn new(folder: String, records: Vec<Record>) -> Self {
        Self { folder, records }
    }

    /// Returns where its records are.
    pub(super) fn folder(&self) -> &str {
        &self.folder
    }

    pub(super) fn push(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Returns all records, oldest first.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Returns what was planned; `None` for a recipient that was refused, and for one never planned.
    #[must_use]
    pub fn plan(&self) -> Option<&Plan> {
        self.records.iter().find_map(|record| match &record.event {
            Event::Planned(plan) => Some(plan),
            _ => None,
        })
    }

    /// Returns the message that goes, or went: the one that was planned, or what a person put in its place.
    #[must_use]
    pub fn message(&self) -> Option<&StoredMessage> {
        self.records.iter().rev().find_map(|record| match &record.event {
            Event::Planned(plan) => Some(&plan.message),
            Event::Released { message, .. } => message.as_ref(),
            _ => None,
        })
    }

    /// Returns when it came into its state; `None` for an empty history.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        self.records.last().map(|record| record.at)
    }

    /// Returns the recipient, as planned or as written.
    #[must_use]
    pub fn recipient(&self) -> Option<String> {
        self.records.iter().find_map(|record| match &record.event {
            Event::Planned(plan) => Some(plan.recipient.to_string()),
            Event::Blocked { recipient, .. } => Some(recipient.clone()),
            _ => None,
        })
    }

    /// Counts the attempts since a person last released it, and when the first of them began.
    #[must_use]
    pub fn attempts(&self) -> (u32, Option<DateTime<Utc>>) {
        let mut count = 0;
        let mut first = None;
        for record in &self.records {
            match record.event {
                Event::Released { .. } => (count, first) = (0, None),
                Event::Attempt { .. } => {
                    count += 1;
                    first = first.or(Some(record.at));
                }
                _ => {}
            }
        }
        (count, first)
    }

    /// Returns whether the other side has it, be that a server or a folder.
    #[must_use]
    pub fn has_left_or_landed(&self) -> bool {
        matches!(self.state(), State::Tried(Outcome::Accepted { .. }))
    }

    /// Returns whether it has ever been tried by a transport from which messages leave this machine.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.records.iter().any(|record| matches!(record.event, Event::Attempt { outbound: true, .. }))
    }

    /// Returns its state.
    ///
    /// Acceptance is the end: whatever a slower process writes after it, the message has been taken. Only its
    /// coming back undoes it.
    #[must_use]
    pub fn state(&self) -> State {
        let mut state = State::Planned;
        for record in &self.records {
            let returned = matches!(record.event, Event::Bounced { .. });
            if matches!(state, State::Tried(Outcome::Accepted { .. })) && !returned {
                continue;
            }
            state = match &record.event {
                Event::Planned(_) => State::Planned,
                Event::Held { reason } => State::Held { reason: reason.clone() },
                Event::Blocked { reason, .. } => State::Blocked { reason: reason.clone() },
                Event::Approved { .. } | Event::Released { .. } => State::Approved,
                Event::Attempt { .. } => State::Begun,
                Event::Tried(outcome) => State::Tried(outcome.clone()),
                Event::Bounced { words } => State::Bounced { words: words.clone() },
                Event::Withdrawn { reason } => State::Withdrawn { reason: reason.clone() },
            };
        }
        state
    }
}
