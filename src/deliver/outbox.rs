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

use sha2::{Digest, Sha256};

use super::key::hex;
use super::{Address, DeliveryKey, Event, History, Plan, Record, Refusal, State, StoredMessage};
use crate::calendar::Clock;
use crate::store::{Created, Objects, StoreError};

/// The histories of all deliveries of a store.
#[derive(Debug, Clone, Copy)]
pub struct Outbox<'a> {
    objects: &'a dyn Objects,
    by: &'a str,
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

/// What can go wrong with the memory of what was sent. Nothing is sent after it.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record is not what was written.
    #[error("the record `{name}` of the outbox cannot be read: {source}")]
    Record {
        /// Its name.
        name: String,
        /// Why not.
        source: serde_json::Error,
    },
    /// A name would leave its folder.
    #[error("`{name}` cannot name a folder of the outbox")]
    Name {
        /// The name.
        name: String,
    },
    /// The message in the store is not the one that was planned.
    #[error("the message `{name}` is not the one that was planned; nothing was sent")]
    Message {
        /// Its name.
        name: String,
    },
    /// There is no such delivery.
    #[error("edition `{edition}` of `{report}` has no delivery to `{recipient}`")]
    Unknown {
        /// The report.
        report: String,
        /// The edition.
        edition: String,
        /// The recipient.
        recipient: String,
    },
}

impl<'a> Outbox<'a> {
    /// The outbox of a store, written to by `by`: a run's identity, or a person's.
    #[must_use]
    pub fn new(objects: &'a dyn Objects, by: &'a str) -> Self {
        Self { objects, by }
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
        if history.plan().is_none() {
            let plan = self.keep_message(planned, &key)?;
            self.append(&mut history, &Event::Planned(plan), clock)?;
        }
        // One that was blocked and may leave by now is as if it had just been planned.
        let undecided = matches!(history.state(), State::Planned | State::Blocked { .. });
        if let (true, Some(plan)) = (undecided, history.plan()) {
            let event = match &planned.verdict {
                Verdict::Send { reason } => {
                    Event::Approved { reason: reason.clone(), sha256: plan.message.sha256.clone() }
                }
                Verdict::Hold { reason } => Event::Held { reason: reason.clone() },
            };
            self.append(&mut history, &event, clock)?;
        }
        Ok(history)
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
            Some(kept) => Ok(StoredMessage { sha256: sha256(&kept), name }),
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
        let key = match refusal.written.parse() {
            Ok(address) => DeliveryKey::of(edition, &address),
            Err(_) => DeliveryKey::of_text(edition, &refusal.written),
        };
        let mut history = self.history(report, edition, &key)?;
        let reason = refusal.reason.to_string();
        while may_still_be_stopped(&history, &reason) {
            let event = Event::Blocked { recipient: refusal.written.clone(), reason: reason.clone() };
            if self.claim(&mut history, &event, clock)? {
                break;
            }
        }
        Ok(history)
    }

    /// The history of one delivery; empty when there is none.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be read.
    pub fn history(&self, report: &str, edition: &str, key: &DeliveryKey) -> Result<History, OutboxError> {
        self.read(&format!("outbox/{report}/{edition}/{key}"))
    }

    /// The histories of all deliveries of an edition, sorted by recipient.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be read.
    pub fn edition(&self, report: &str, edition: &str) -> Result<Vec<History>, OutboxError> {
        self.below(&format!("outbox/{report}/{edition}"))
    }

    /// The histories of all deliveries of all editions of a report, sorted by recipient.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be read.
    pub fn report(&self, report: &str) -> Result<Vec<History>, OutboxError> {
        self.below(&format!("outbox/{report}"))
    }

    /// The message of a delivery, the very bytes that were planned, or that a person put in their place.
    ///
    /// # Errors
    ///
    /// [`OutboxError::Message`] when they are not.
    pub fn message(&self, history: &History) -> Result<Vec<u8>, OutboxError> {
        let Some(message) = history.message() else {
            return Err(OutboxError::Message { name: history.folder().to_owned() });
        };
        self.objects
            .read(&message.name)?
            .filter(|bytes| sha256(bytes) == message.sha256)
            .ok_or_else(|| OutboxError::Message { name: message.name.clone() })
    }

    /// The deliveries of all reports that have not come to an end, sorted by recipient within an edition: only
    /// the newest record of the others is read.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be read.
    pub fn unsettled(&self) -> Result<Vec<History>, OutboxError> {
        let names = self.objects.list("outbox")?;
        let mut histories = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let Some((folder, _)) = name.rsplit_once('/') else { continue };
            let is_last = names
                .get(at + 1)
                .and_then(|next| next.rsplit_once('/'))
                .is_none_or(|(next, _)| next != folder);
            if is_last && self.record(name)?.event.leaves_open() {
                histories.push(self.read(folder)?);
            }
        }
        histories.sort_by_key(|history| {
            (history.folder().rsplit_once('/').map(|(edition, _)| edition.to_owned()), history.recipient())
        });
        Ok(histories)
    }

    /// The delivery with this identity, whatever report and edition it is of.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be read.
    pub fn find(&self, key: &DeliveryKey) -> Result<Option<History>, OutboxError> {
        let ending = format!("/{key}/000000.json");
        let found = self.objects.list("outbox")?.into_iter().find(|name| name.ends_with(&ending));
        let folder = found.as_deref().and_then(|name| name.strip_suffix("/000000.json"));
        folder.map(|folder| self.read(folder)).transpose()
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
        let number = u32::try_from(history.records().len()).unwrap_or(u32::MAX);
        let name = format!("{}/{number:06}.json", history.folder());
        let record = Record { number, at: clock.now(), by: self.by.to_owned(), event: event.clone() };
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

    fn read(&self, folder: &str) -> Result<History, OutboxError> {
        let mut records = Vec::new();
        for name in self.objects.list(folder)? {
            records.push(self.record(&name)?);
        }
        Ok(History::new(folder.to_owned(), records))
    }

    /// All histories below `prefix`. A listing is sorted, so the records of a delivery come together.
    fn below(&self, prefix: &str) -> Result<Vec<History>, OutboxError> {
        let mut histories: Vec<History> = Vec::new();
        for name in self.objects.list(prefix)? {
            let Some((folder, _)) = name.rsplit_once('/') else { continue };
            let record = self.record(&name)?;
            match histories.last_mut().filter(|history| history.folder() == folder) {
                Some(history) => history.push(record),
                None => histories.push(History::new(folder.to_owned(), vec![record])),
            }
        }
        histories.sort_by_key(History::recipient);
        Ok(histories)
    }

    fn record(&self, name: &str) -> Result<Record, OutboxError> {
        let bytes = self.objects.read(name)?.unwrap_or_default();
        serde_json::from_slice(&bytes).map_err(|source| OutboxError::Record { name: name.to_owned(), source })
    }
}

/// Whether a delivery has not left, and is not stopped for this reason already.
fn may_still_be_stopped(history: &History, reason: &str) -> bool {
    match history.state() {
        State::Planned
        | State::Held { .. }
        | State::Approved
        | State::Deferred { .. }
        | State::Refused { .. } => true,
        State::Blocked { reason: known } => known != reason,
        _ => false,
    }
}

/// The SHA-256 of `bytes` in hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
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
