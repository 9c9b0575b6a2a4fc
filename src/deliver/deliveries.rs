use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::history::{History, State};
use super::key::DeliveryKey;
use super::outbox_error::OutboxError;
use super::outcome::Outcome;
use super::record::{Plan, Record};
use crate::diagnostic::Cause;
use crate::store::Objects;
use crate::text::hex;

/// The histories of all deliveries of a store, to be read. Only an [`Outbox`](super::Outbox) adds to them. A record that
/// cannot be read makes its own delivery [`State::Damaged`], and no other.
#[derive(Debug, Clone, Copy)]
pub struct Deliveries<'a> {
    pub(super) objects: &'a dyn Objects,
}

/// Who has an edition, or may have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Their delivery, as planned.
    pub plan: Plan,
    /// Whether the other side said that it took the message.
    pub certain: bool,
}

impl<'a> Deliveries<'a> {
    /// Reads the deliveries of a store.
    #[must_use]
    pub fn of(objects: &'a dyn Objects) -> Self {
        Self { objects }
    }

    /// Reads the history of one delivery; empty when there is none.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the store cannot be listed.
    pub fn history(&self, report: &str, edition: &str, key: &DeliveryKey) -> Result<History, OutboxError> {
        self.read(&format!("outbox/{report}/{edition}/{key}"))
    }

    /// Reads the histories of all deliveries of an edition, sorted by recipient.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the store cannot be listed.
    pub fn edition(&self, report: &str, edition: &str) -> Result<Vec<History>, OutboxError> {
        self.below(&format!("outbox/{report}/{edition}"))
    }

    /// Reads the histories of all deliveries of all editions of a report, sorted by recipient.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the store cannot be listed.
    pub fn report(&self, report: &str) -> Result<Vec<History>, OutboxError> {
        self.below(&format!("outbox/{report}"))
    }

    /// Reads the message of a delivery, the very bytes that were planned, or that a person put in their place.
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

    /// Reads the deliveries of all reports that have not come to an end, sorted by recipient within an edition: only
    /// the newest record of the others is read.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the store cannot be listed.
    pub fn unsettled(&self) -> Result<Vec<History>, OutboxError> {
        let names = self.objects.list("outbox")?;
        let mut histories = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let Some((folder, _)) = name.rsplit_once('/') else { continue };
            let is_last = names
                .get(at + 1)
                .and_then(|next| next.rsplit_once('/'))
                .is_none_or(|(next, _)| next != folder);
            let is_open = || self.record(name).map_or(true, |record| record.event.may_be_open());
            if is_last && is_open() {
                histories.push(self.read(folder)?);
            }
        }
        histories.retain(History::is_open);
        histories.sort_by_key(|history| {
            (history.folder().rsplit_once('/').map(|(edition, _)| edition.to_owned()), history.recipient())
        });
        Ok(histories)
    }

    /// Finds the deliveries with these identities, whatever report and edition they are of, by one look at the store.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the store cannot be listed.
    pub fn find(&self, keys: &BTreeSet<DeliveryKey>) -> Result<BTreeMap<DeliveryKey, History>, OutboxError> {
        let mut found = BTreeMap::new();
        if keys.is_empty() {
            return Ok(found);
        }
        for name in self.objects.list("outbox")? {
            let Some(folder) = name.strip_suffix("/000000.json") else { continue };
            let key = folder.rsplit('/').next().and_then(DeliveryKey::parse);
            if let Some(key) = key.filter(|key| keys.contains(key)) {
                found.insert(key, self.read(folder)?);
            }
        }
        Ok(found)
    }

    /// Returns the deliveries of an edition that its recipients have, or may have: those to whom a correction goes.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the store cannot be listed.
    pub fn holders(&self, report: &str, edition: &str) -> Result<Vec<Held>, OutboxError> {
        let held = |history: &History| {
            let certain = match history.state() {
                State::Tried(Outcome::Accepted { .. }) => true,
                State::Tried(Outcome::Uncertain { .. }) | State::Begun => false,
                _ => return None,
            };
            history.plan().cloned().map(|plan| Held { plan, certain })
        };
        Ok(self.edition(report, edition)?.iter().filter_map(held).collect())
    }

    pub(super) fn read(&self, folder: &str) -> Result<History, OutboxError> {
        let mut history = History::new(folder.to_owned(), Vec::new());
        for name in self.objects.list(folder)? {
            self.read_into(&mut history, &name);
        }
        Ok(history)
    }

    /// Reads all histories below `prefix`. A listing is sorted, so the records of a delivery come together.
    pub(super) fn below(&self, prefix: &str) -> Result<Vec<History>, OutboxError> {
        let mut histories: Vec<History> = Vec::new();
        for name in self.objects.list(prefix)? {
            let Some((folder, _)) = name.rsplit_once('/') else { continue };
            if let Some(history) = histories.last_mut().filter(|history| history.folder() == folder) {
                self.read_into(history, &name);
            } else {
                let mut history = History::new(folder.to_owned(), Vec::new());
                self.read_into(&mut history, &name);
                histories.push(history);
            }
        }
        histories.sort_by_key(History::recipient);
        Ok(histories)
    }

    /// Reads the record `name` as the next of `history`. One that cannot be read, or that follows a gap, damages this
    /// history and no other.
    fn read_into(&self, history: &mut History, name: &str) {
        match self.record(name) {
            Ok(record) if usize::try_from(record.number).ok() == Some(history.records().len()) => {
                history.push(record);
            }
            Ok(_) => history.damaged(format!("a record before `{name}` is missing")),
            Err(error) => history.damaged(Cause::of(&error).to_string()),
        }
    }

    pub(super) fn record(&self, name: &str) -> Result<Record, OutboxError> {
        let bytes = self.objects.read(name)?.unwrap_or_default();
        serde_json::from_slice(&bytes).map_err(|source| OutboxError::Record { name: name.to_owned(), source })
    }
}

/// Returns the SHA-256 of `bytes` in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
