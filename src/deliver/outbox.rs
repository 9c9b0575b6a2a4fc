//! The memory of what was sent.
//!
//! ```text
//! editions/<report>/<period>/<edition>/messages/<delivery>.eml   the message, whole, before anything is sent
//! outbox/<report>/<edition>/<delivery>/000000.json …             its history: record N+1 is created if absent
//! ```
//!
//! One number, one record: two processes that want to write the next record of a delivery want the same
//! name, and one of them gets it. So an attempt has one owner, whatever leases say. The outbox sends
//! nothing and asks for no time.

use std::ops::Deref;

use super::address::Address;
use super::deliveries::{Deliveries, sha256};
use super::history::{History, State};
use super::key::{DeliveryKey, Origin};
use super::outbox_error::OutboxError;
use super::outcome::Outcome;
use super::recipients::Refusal;
use super::record::{Event, Plan, Record, StoredMessage};
use crate::calendar::Clock;
use crate::store::{Created, Objects};

/// The deliveries of a store, and somebody who adds to their histories.
#[derive(Debug, Clone, Copy)]
pub struct Outbox<'a> {
    deliveries: Deliveries<'a>,
    by: &'a str,
}

/// Whoever may add to the histories may read them.
impl<'a> Deref for Outbox<'a> {
    type Target = Deliveries<'a>;

    fn deref(&self) -> &Self::Target {
        &self.deliveries
    }
}

/// A delivery that is to be planned: the message is built and inspected.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The report's folder name.
    pub report: String,
    /// The edition's period, as `ay2025-26`.
    pub period: String,
    /// The edition.
    pub edition: String,
    /// The role that the recipient is in.
    pub role: String,
    /// Whose rows the edition holds, for a report that is split by a key.
    pub version: Option<String>,
    /// What tells the message from one of another store or of other content.
    pub origin: Origin,
    /// Where bounces go.
    pub from: Address,
    /// The recipient.
    pub recipient: Address,
    /// The day on the message.
    pub dated: chrono::NaiveDate,
    /// The message.
    pub message: Vec<u8>,
    /// Whether it may leave.
    pub verdict: Verdict,
}

/// Whether a delivery may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Send {
        /// By what right.
        reason: String,
    },
    /// A person must approve it.
    Hold {
        /// Why.
        reason: String,
    },
}

impl<'a> Outbox<'a> {
    /// Opens the outbox of a store, written to by `by`: a run's identity, or a person's.
    #[must_use]
    pub fn new(objects: &'a dyn Objects, by: &'a str) -> Self {
        Self { deliveries: Deliveries::of(objects), by }
    }

    /// Keeps the message and the plan of a delivery, and whether it may leave.
    ///
    /// A delivery is planned once: when it is there already, what is there stands, message and all.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when it cannot be kept; nothing was then sent.
    pub fn plan(&self, planned: &Planned, clock: &Clock) -> Result<History, OutboxError> {
        for name in [&planned.report, &planned.period, &planned.edition] {
            sound_name(name)?;
        }
        let key = DeliveryKey::of(&planned.edition, &planned.recipient);
        let mut history = self.history(&planned.report, &planned.edition, &key)?;
        // What another process adds meanwhile is read before anything is decided again.
        while let Some(event) = self.next_of_plan(planned, &key, &history)? {
            self.claim(&mut history, &event, clock)?;
        }
        Ok(history)
    }

    /// Returns what is to be recorded next of a delivery that is planned; `None` when nothing is.
    fn next_of_plan(
        &self,
        planned: &Planned,
        key: &DeliveryKey,
        history: &History,
    ) -> Result<Option<Event>, OutboxError> {
        // One that was blocked and may leave by now is as if it had just been planned.
        if !matches!(history.state(), State::Planned | State::Blocked { .. }) {
            return Ok(None);
        }
        let Some(plan) = history.plan() else {
            return self.keep_message(planned, key).map(|plan| Some(Event::Planned(Box::new(plan))));
        };
        Ok(Some(match &planned.verdict {
            Verdict::Send { reason } => {
                Event::Approved { reason: reason.clone(), sha256: plan.message.sha256.clone() }
            }
            Verdict::Hold { reason } => Event::Held { reason: reason.clone() },
        }))
    }

    /// Puts the message into the edition.
    fn keep_message(&self, planned: &Planned, key: &DeliveryKey) -> Result<Plan, OutboxError> {
        let name =
            format!("editions/{}/{}/{}/messages/{key}.eml", planned.report, planned.period, planned.edition);
        let message = self.store_message(name, &planned.message)?;
        Ok(Plan {
            report: planned.report.clone(),
            period: planned.period.clone(),
            edition: planned.edition.clone(),
            role: planned.role.clone(),
            version: planned.version.clone(),
            origin: Some(planned.origin.clone()),
            from: planned.from.clone(),
            recipient: planned.recipient.clone(),
            dated: planned.dated,
            message,
        })
    }

    /// Keeps a message under `name`. One that an interrupted run left there stands.
    pub(super) fn store_message(&self, name: String, bytes: &[u8]) -> Result<StoredMessage, OutboxError> {
        self.objects.create(&name, bytes)?;
        match self.objects.read(&name)? {
            Some(stored) => Ok(StoredMessage { sha256: sha256(&stored), name }),
            None => Err(OutboxError::Message { name }),
        }
    }

    /// Keeps that a recipient of an edition was refused, so that nobody is missing from its account. What has
    /// not left does not leave; what has left, or may have, stays as it is.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when it cannot be kept.
    pub fn block(
        &self,
        report: &str,
        edition: &str,
        refusal: &Refusal,
        clock: &Clock,
    ) -> Result<History, OutboxError> {
        sound_name(report)?;
        sound_name(edition)?;
        let key = DeliveryKey::of_written(edition, &refusal.written);
        let mut history = self.history(report, edition, &key)?;
        self.stop(&mut history, &refusal.written, &refusal.reason.to_string(), clock)?;
        Ok(history)
    }

    /// Keeps that a delivery may not leave, if it has not; says whether it was kept now.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when it cannot be kept.
    pub fn stop(
        &self,
        history: &mut History,
        recipient: &str,
        reason: &str,
        clock: &Clock,
    ) -> Result<bool, OutboxError> {
        while may_still_be_stopped(history, reason) {
            let event = Event::Blocked { recipient: recipient.to_owned(), reason: reason.to_owned() };
            if self.claim(history, &event, clock)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Adds `event` to the history. What another process wrote in the meantime comes before it.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when it cannot be kept.
    pub(super) fn append(
        &self,
        history: &mut History,
        event: &Event,
        clock: &Clock,
    ) -> Result<(), OutboxError> {
        while !self.claim(history, event, clock)? {}
        Ok(())
    }

    /// Adds `event` if no other process has added anything since `history` was read.
    ///
    /// `false` means that one has: nothing was written, and the history is read again.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when it cannot be kept.
    pub(super) fn claim(
        &self,
        history: &mut History,
        event: &Event,
        clock: &Clock,
    ) -> Result<bool, OutboxError> {
        if let State::Damaged { what } = history.state() {
            return Err(OutboxError::Damaged { folder: history.folder().to_owned(), what: what.into() });
        }
        let number = u32::try_from(history.records().len()).unwrap_or(u32::MAX);
        let name = format!("{}/{number:06}.json", history.folder());
        let record = Record { number, at: clock.moment(), by: self.by.to_owned(), event: event.clone() };
        let bytes = serde_json::to_vec_pretty(&record)
            .map_err(|source| OutboxError::Record { name: name.clone(), source })?;
        loop {
            if self.objects.create(&name, &bytes)? == Created::New {
                break;
            }
            // A bucket may say that a name is taken when our own first request landed, or none did.
            match self.objects.read(&name)? {
                Some(theirs) if theirs == bytes => break,
                Some(_) => {
                    *history = self.read(history.folder())?;
                    return Ok(false);
                }
                None => {}
            }
        }
        history.push(record);
        Ok(true)
    }
}

/// Returns whether a delivery has not left, and is not stopped for this reason already.
fn may_still_be_stopped(history: &History, reason: &str) -> bool {
    match history.state() {
        State::Planned
        | State::Held { .. }
        | State::Approved
        | State::Tried(Outcome::Deferred { .. } | Outcome::Refused { .. }) => true,
        State::Blocked { reason: known } => known != reason,
        _ => false,
    }
}

/// Refuses a name that is more than one plain folder.
fn sound_name(name: &str) -> Result<(), OutboxError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if name.is_empty() || name.starts_with('.') || name.len() > 120 || !name.bytes().all(plain) {
        return Err(OutboxError::Name { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
