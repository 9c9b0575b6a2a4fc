//! What a person may decide about deliveries: let them leave, send them again, put a new edition in
//! their place.
//!
//! Each decision is a record with the person's name in it. None of them sends: the next
//! [`super::deliver`] does.

use chrono::TimeDelta;

use super::history::{History, State};
use super::outbox::Outbox;
use super::outbox_error::OutboxError;
use super::outcome::Outcome;
use super::record::{Event, Plan};
use crate::calendar::Clock;

impl Outbox<'_> {
    /// Lets those of `histories` leave that wait for a person, and says how many they are.
    ///
    /// The record holds the hash of the message that was approved: approval is of these bytes.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be kept. Run again, it does the rest.
    pub fn approve(
        &self,
        histories: &mut [History],
        reason: &str,
        clock: &Clock,
    ) -> Result<usize, OutboxError> {
        let mut count = 0;
        for history in histories {
            let sha256 = history.message().map(|message| message.sha256.clone());
            let (State::Held { .. }, Some(sha256)) = (history.state(), sha256) else { continue };
            let event = Event::Approved { reason: reason.to_owned(), sha256 };
            count += usize::from(self.claim(history, &event, clock)?);
        }
        Ok(count)
    }

    /// Lets those of `histories` be sent again that did not go out, now, and says how many they are: what was
    /// refused for good, came back, waits for its next attempt or for settings that are corrected.
    ///
    /// What was accepted is never sent again, and what is uncertain only by [`Self::reissue`].
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be kept. Run again, it does the rest.
    pub fn release(
        &self,
        histories: &mut [History],
        reason: &str,
        clock: &Clock,
    ) -> Result<usize, OutboxError> {
        let mut count = 0;
        for history in histories {
            let failed = matches!(
                history.state(),
                State::Bounced { .. }
                    | State::Tried(
                        Outcome::Rejected { .. } | Outcome::Deferred { .. } | Outcome::Refused { .. }
                    )
            );
            if failed {
                let event = Event::Released { reason: reason.to_owned(), message: None };
                count += usize::from(self.claim(history, &event, clock)?);
            }
        }
        Ok(count)
    }

    /// Lets an uncertain delivery be sent again as `message`, which says that it may be there twice; `false`
    /// when it is not uncertain. The message has the identity of the first one, so a mailbox that has both can
    /// tell that they are one.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the message or the record cannot be kept.
    pub fn reissue(
        &self,
        history: &mut History,
        message: &[u8],
        reason: &str,
        clock: &Clock,
    ) -> Result<bool, OutboxError> {
        let (State::Tried(Outcome::Uncertain { .. }), Some(plan)) = (history.state(), history.plan()) else {
            return Ok(false);
        };
        let name = beside(plan, history);
        let message = Some(self.store_message(name, message)?);
        self.claim(history, &Event::Released { reason: reason.to_owned(), message }, clock)
    }

    /// Puts `message` in the place of one that waits and has not left, and lets it leave; `false` when it has left, or
    /// is this one already.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the message or the record cannot be kept.
    pub fn rewrite(
        &self,
        history: &mut History,
        message: &[u8],
        reason: &str,
        clock: &Clock,
    ) -> Result<bool, OutboxError> {
        let waits = matches!(
            history.state(),
            State::Held { .. }
                | State::Approved
                | State::Tried(Outcome::Deferred { .. })
                | State::Withdrawn { .. }
        );
        let Some(plan) = history.plan().filter(|_| waits) else { return Ok(false) };
        if self.message(history)? == message {
            return Ok(false);
        }
        let message = Some(self.store_message(beside(plan, history), message)?);
        self.claim(history, &Event::Released { reason: reason.to_owned(), message }, clock)
    }

    /// Lets those of `histories` leave that wait for a person or were withdrawn, because a person says so now;
    /// says how many they are.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be kept. Run again, it does the rest.
    pub fn reinstate(
        &self,
        histories: &mut [History],
        reason: &str,
        clock: &Clock,
    ) -> Result<usize, OutboxError> {
        let mut count = 0;
        for history in histories {
            let sha256 = history.message().map(|message| message.sha256.clone());
            let (State::Held { .. } | State::Withdrawn { .. }, Some(sha256)) = (history.state(), sha256)
            else {
                continue;
            };
            let event = Event::Approved { reason: reason.to_owned(), sha256 };
            count += usize::from(self.claim(history, &event, clock)?);
        }
        Ok(count)
    }

    /// Lets a delivery wait for a person.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the record cannot be kept.
    pub fn hold(&self, history: &mut History, reason: &str, clock: &Clock) -> Result<bool, OutboxError> {
        self.claim(history, &Event::Held { reason: reason.to_owned() }, clock)
    }

    /// Withdraws those of `histories` that have waited for a person for longer than `within`, and says how many
    /// they are: figures that nobody looked at in time do not leave late.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be kept. Run again, it does the rest.
    pub fn expire(
        &self,
        histories: &mut [History],
        within: TimeDelta,
        clock: &Clock,
    ) -> Result<usize, OutboxError> {
        let mut count = 0;
        for history in histories {
            let late = history.since().is_some_and(|since| clock.now() - since > within);
            if matches!(history.state(), State::Held { .. }) && late {
                let reason = format!("nobody approved it within {} days", within.num_days());
                count += usize::from(self.claim(history, &Event::Withdrawn { reason }, clock)?);
            }
        }
        Ok(count)
    }

    /// Keeps that a delivery came back; `false` when that is known.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the record cannot be kept.
    pub fn bounced(&self, history: &mut History, words: &str, clock: &Clock) -> Result<bool, OutboxError> {
        let known = history
            .records()
            .iter()
            .any(|record| matches!(&record.event, Event::Bounced { words: known } if known == words));
        if known
            || !matches!(history.state(), State::Tried(Outcome::Accepted { .. } | Outcome::Uncertain { .. }))
        {
            return Ok(false);
        }
        self.append(history, &Event::Bounced { words: words.to_owned() }, clock)?;
        Ok(true)
    }

    /// Keeps from leaving what has not left of an edition, because another takes its place, or because
    /// nobody approved it in time; says how many they are.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be kept. Run again, it does the rest.
    pub fn withdraw(
        &self,
        histories: &mut [History],
        reason: &str,
        clock: &Clock,
    ) -> Result<usize, OutboxError> {
        let mut count = 0;
        for history in histories {
            let waiting = matches!(
                history.state(),
                State::Planned
                    | State::Held { .. }
                    | State::Approved
                    | State::Tried(Outcome::Deferred { .. } | Outcome::Refused { .. })
            );
            if waiting && history.plan().is_some() {
                let event = Event::Withdrawn { reason: reason.to_owned() };
                count += usize::from(self.claim(history, &event, clock)?);
            }
        }
        Ok(count)
    }
}

/// Returns the name of a message that takes the place of the planned one.
fn beside(plan: &Plan, history: &History) -> String {
    let planned = plan.message.name.trim_end_matches(".eml");
    format!("{planned}-{:06}.eml", history.records().len())
}

#[cfg(test)]
mod tests;
