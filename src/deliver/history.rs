use std::fmt;

use chrono::{DateTime, Utc};

use super::key::DeliveryKey;
use super::outcome::Outcome;
use super::record::{Event, Plan, Record, StoredMessage};

/// The records of one delivery, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    folder: String,
    records: Vec<Record>,
    damage: Option<String>,
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
    /// A record of it cannot be read, or its message is not the one that was planned. It does not leave, and no other
    /// delivery is touched by it.
    Damaged {
        /// What is damaged.
        what: String,
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
            Self::Damaged { .. } => "damaged",
        }
    }

    /// Returns why, in the other side's words or in ours; empty where there is nothing to say.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Planned | Self::Approved | Self::Begun => "",
            Self::Held { reason } | Self::Blocked { reason } | Self::Withdrawn { reason } => reason,
            Self::Bounced { words } => words,
            Self::Damaged { what } => what,
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
        Self { folder, records, damage: None }
    }

    /// Marks it as damaged: what of its records can be read is not the whole.
    pub(super) fn damaged(&mut self, what: String) {
        self.damage.get_or_insert(what);
    }

    /// Returns whether a record of it cannot be read, or is missing.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.damage.is_some()
    }

    /// Returns whether it is the delivery that `key` identifies.
    #[must_use]
    pub fn is_of(&self, key: &DeliveryKey) -> bool {
        self.folder.rsplit('/').next() == Some(key.as_str())
    }

    /// Returns where its records are.
    pub(super) fn folder(&self) -> &str {
        &self.folder
    }

    pub(super) fn push(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Returns the report and the edition that it is of.
    #[must_use]
    pub fn edition(&self) -> Option<(&str, &str)> {
        let mut names = self.folder.split('/').skip(1);
        names.next().zip(names.next())
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
            Event::Planned(plan) => Some(plan.as_ref()),
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

    /// Returns when its newest record was written; `None` for an empty history.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        self.records.last().map(|record| record.at)
    }

    /// Returns when the newest attempt began.
    pub(super) fn last_attempt(&self) -> Option<DateTime<Utc>> {
        let mut begun = self.records.iter().rev();
        begun.find(|record| matches!(record.event, Event::Attempt { .. })).map(|record| record.at)
    }

    /// Returns the recipient, as planned or as written; of a delivery whose plan cannot be read, its identity.
    #[must_use]
    pub fn recipient(&self) -> Option<String> {
        let found = self.records.iter().find_map(|record| match &record.event {
            Event::Planned(plan) => Some(plan.recipient.to_string()),
            Event::Blocked { recipient, .. } => Some(recipient.clone()),
            _ => None,
        });
        found.or_else(|| {
            self.is_damaged().then(|| self.folder.rsplit('/').next().unwrap_or_default().to_owned())
        })
    }

    /// Counts the attempts since a person last released it, and when the first of them began. One that came to its end
    /// before anything was said to the other side has a result alone.
    #[must_use]
    pub fn attempts(&self) -> (u32, Option<DateTime<Utc>>) {
        let mut count = 0;
        let mut first = None;
        let mut is_begun = false;
        for record in &self.records {
            match record.event {
                Event::Released { .. } => (count, first, is_begun) = (0, None, false),
                Event::Attempt { .. } => {
                    (count, is_begun) = (count + 1, true);
                    first = first.or(Some(record.at));
                }
                Event::Tried(_) => {
                    count += u32::from(!is_begun);
                    is_begun = false;
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

    /// Returns whether it has ever been tried, whatever came of it, or may have been: where its records were given up.
    #[must_use]
    pub fn was_tried(&self) -> bool {
        let reached =
            |outcome: &Outcome| matches!(outcome, Outcome::Accepted { .. } | Outcome::Uncertain { .. });
        self.records.iter().any(|record| match &record.event {
            Event::Attempt { .. } => true,
            Event::Tried(outcome) => reached(outcome),
            _ => false,
        })
    }

    /// Returns whether it has ever been tried by a transport from which messages leave this machine.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.records.iter().any(|record| matches!(record.event, Event::Attempt { outbound: true, .. }))
    }

    /// Returns whether it is still to be attended to.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.state() {
            State::Planned
            | State::Held { .. }
            | State::Approved
            | State::Begun
            | State::Damaged { .. }
            | State::Tried(Outcome::Deferred { .. }) => true,
            State::Blocked { .. } | State::Bounced { .. } | State::Withdrawn { .. } | State::Tried(_) => {
                false
            }
        }
    }

    /// Returns for whom behind the recipient it came back, such as members of a list, and whose words say so.
    pub fn bounced_members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.records.iter().filter_map(|record| match &record.event {
            Event::MemberBounced { member, words, .. } => Some((member.as_str(), words.as_str())),
            _ => None,
        })
    }

    /// Returns its state.
    ///
    /// Acceptance is the end: whatever a slower process writes after it, the message has been taken. Only its
    /// coming back undoes it.
    #[must_use]
    pub fn state(&self) -> State {
        if let Some(what) = &self.damage {
            return State::Damaged { what: what.clone() };
        }
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
                Event::Bounced { words, .. } => State::Bounced { words: words.clone() },
                Event::MemberBounced { .. } => continue,
                Event::Withdrawn { reason } => State::Withdrawn { reason: reason.clone() },
            };
        }
        state
    }
}
