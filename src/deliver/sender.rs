//! Who sends, as other processes see that it lives.
//!
//! An attempt names its sender, and the sender holds a lock for as long as it works. Whoever finds an attempt without a
//! result tries the lock: held, the attempt is under way; free, its sender has died. Where a place has no locks, or the
//! sender is of another machine, whose locks may not be seen here, an attempt is under way for as long as one can last.

use chrono::{DateTime, TimeDelta, Utc};

use super::history::History;
use super::record::Event;
use crate::store::{Hold, Objects, StoreError};

/// For how long an attempt can last: the sum of what the mail client waits at most, and room for a message of many
/// blocks on a slow line.
const LONGEST_ATTEMPT: TimeDelta = TimeDelta::hours(2);

/// Where the locks of senders are, beside the leases of pipelines: no pipeline's name begins so.
const FOLDER: &str = "leases/_senders";

/// A process at work on deliveries, until the value is dropped.
#[derive(Debug)]
pub(super) struct Sender<'a> {
    objects: &'a dyn Objects,
    name: String,
    hold: Hold,
}

impl<'a> Sender<'a> {
    /// Enters with a name that no other has, and takes its lock. The name is that of the record which its first attempt
    /// would be, and that record is written once; whoever else is after the same one now is named by chance.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the lock's file cannot be made, or the machine has no randomness to give.
    pub(super) fn enter(objects: &'a dyn Objects, first: &str) -> Result<Self, StoreError> {
        let name = format!("{}_{first}", host());
        match objects.hold(&lock(&name))? {
            Hold::Theirs => {}
            hold => return Ok(Self { objects, name, hold }),
        }
        let random = getrandom::u64().map_err(|error| StoreError::Write {
            name: FOLDER.to_owned(),
            source: std::io::Error::other(error),
        })?;
        let name = format!("{name}_{random:016x}");
        let hold = objects.hold(&lock(&name))?;
        Ok(Self { objects, name, hold })
    }

    /// Returns the name that its attempts are kept under.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Sender<'_> {
    /// Leaves. A file that stays behind is removed by whoever next looks at an attempt of this sender.
    fn drop(&mut self) {
        if matches!(self.hold, Hold::Mine(_)) {
            let _stays = self.objects.remove(&lock(&self.name));
        }
    }
}

/// Returns whether the attempt with which `history` ends is still under way at `now`.
///
/// # Errors
///
/// [`StoreError`] when the lock cannot be looked at.
pub fn is_under_way(
    objects: &dyn Objects,
    history: &History,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(record) = history.records().last() else { return Ok(false) };
    let Event::Attempt { sender, .. } = &record.event else { return Ok(false) };
    let may_last = now - record.at < LONGEST_ATTEMPT;
    let Some(name) = sender.as_ref().filter(|name| is_plain(name)) else { return Ok(may_last) };
    let name_of_lock = lock(name);
    match objects.hold(&name_of_lock)? {
        Hold::Theirs => Ok(true),
        Hold::Mine(held) if name.starts_with(&format!("{}_", host())) => {
            objects.remove(&name_of_lock)?;
            drop(held);
            Ok(false)
        }
        Hold::Mine(_) | Hold::Unknown => Ok(may_last),
    }
}

fn lock(name: &str) -> String {
    format!("{FOLDER}/{name}.lock")
}

/// Returns whether a name that a record holds can name a file and nothing else.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    !name.is_empty() && name.len() < 200 && name.bytes().all(plain)
}

/// Returns the machine's name, in letters, digits and hyphens.
fn host() -> String {
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    name.trim().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}
