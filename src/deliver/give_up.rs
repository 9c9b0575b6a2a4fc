//! Going on without records of a delivery, or without its message, that nothing can bring back.

use super::history::{History, State};
use super::outbox::Outbox;
use super::outbox_error::OutboxError;
use super::outcome::Outcome;
use super::record::{Event, Record};
use crate::calendar::Clock;
use crate::store::give_up;

impl Outbox<'_> {
    /// Gives up the records of the delivery in `folder` from the first that cannot be read on. What can still be read of how
    /// it ended is kept; otherwise nobody knows whether it arrived, and only a person sends it again. Returns what was given
    /// up.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the store refuses.
    pub fn give_up_records(&self, folder: &str, clock: &Clock) -> Result<Vec<String>, OutboxError> {
        let mut history = History::new(folder.to_owned(), Vec::new());
        let (mut lost, mut later): (Vec<String>, Vec<Record>) = (Vec::new(), Vec::new());
        for name in self.objects.list(folder)? {
            match self.record(&name) {
                Ok(record) if lost.is_empty() && is_next(&history, &record) => history.push(record),
                Ok(record) => {
                    later.push(record);
                    lost.push(name);
                }
                Err(_) => lost.push(name),
            }
        }
        let ended = later.into_iter().rev().map(|record| record.event).find(is_end);
        let words = "its records were damaged, and given up".to_owned();
        let event = ended.unwrap_or(Event::Tried(Outcome::Uncertain { words }));
        for name in &lost {
            give_up(self.objects, name)?;
        }
        self.append(&mut history, &event, clock)?;
        Ok(lost)
    }

    /// Gives up the message `name`. What has not left does not leave any more.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the store refuses.
    pub fn give_up_message(&self, name: &str, clock: &Clock) -> Result<(), OutboxError> {
        give_up(self.objects, name)?;
        let is_of = |history: &History| history.message().is_some_and(|message| message.name == name);
        for mut history in self.below("outbox")? {
            let waits = matches!(
                history.state(),
                State::Planned
                    | State::Held { .. }
                    | State::Approved
                    | State::Tried(Outcome::Deferred { .. } | Outcome::Refused { .. })
            );
            if waits && is_of(&history) {
                let reason = "its message was damaged, and given up".to_owned();
                self.append(&mut history, &Event::Withdrawn { reason }, clock)?;
            }
        }
        Ok(())
    }
}

fn is_next(history: &History, record: &Record) -> bool {
    usize::try_from(record.number).ok() == Some(history.records().len())
}

/// Returns whether a record says for good what became of a delivery.
fn is_end(event: &Event) -> bool {
    matches!(event, Event::Bounced { .. } | Event::Tried(Outcome::Accepted { .. }))
}
