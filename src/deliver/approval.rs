//! What a person may decide about deliveries: let them leave, send them again, put a new edition in
//! their place.
//!
//! Each decision is a record with the person's name in it. None of them sends: the next
//! [`super::deliver`] does.

use super::{Event, History, Outbox, OutboxError, Plan, State};
use crate::calendar::Clock;

/// What to send again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    /// What was refused for good, or is waiting to be tried again.
    Failed,
    /// What may have been taken. Somebody has looked, or would rather send twice than not at all.
    Uncertain,
}

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
            let sha256 = history.plan().map(|plan| plan.sha256.clone());
            let (State::Held { .. }, Some(sha256)) = (history.state(), sha256) else { continue };
            let event = Event::Approved { reason: reason.to_owned(), sha256 };
            count += usize::from(self.claim(history, &event, clock)?);
        }
        Ok(count)
    }

    /// Lets those of `histories` be sent again that did not go out, and says how many they are.
    ///
    /// What was accepted is never sent again.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be kept. Run again, it does the rest.
    pub fn release(
        &self,
        histories: &mut [History],
        which: Resend,
        reason: &str,
        clock: &Clock,
    ) -> Result<usize, OutboxError> {
        let mut count = 0;
        for history in histories {
            let asked_for = match history.state() {
                State::Rejected { .. } | State::Deferred { .. } => which == Resend::Failed,
                State::Uncertain { .. } => which == Resend::Uncertain,
                _ => false,
            };
            if asked_for {
                let event = Event::Released { reason: reason.to_owned() };
                count += usize::from(self.claim(history, &event, clock)?);
            }
        }
        Ok(count)
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
                    | State::Deferred { .. }
                    | State::Refused { .. }
            );
            if waiting && history.plan().is_some() {
                let event = Event::Withdrawn { reason: reason.to_owned() };
                count += usize::from(self.claim(history, &event, clock)?);
            }
        }
        Ok(count)
    }

    /// The deliveries of an edition that its recipients have, or may have: those to whom a correction goes.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be read.
    pub fn holders(&self, report: &str, edition: &str) -> Result<Vec<Plan>, OutboxError> {
        let may_have = |history: &History| {
            matches!(history.state(), State::Accepted { .. } | State::Uncertain { .. } | State::Begun)
        };
        let histories = self.edition(report, edition)?;
        Ok(histories.iter().filter(|history| may_have(history)).filter_map(History::plan).cloned().collect())
    }
}

#[cfg(test)]
mod tests;
