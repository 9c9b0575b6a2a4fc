//! What a person may decide about deliveries: let them leave, send them again, put a new edition in
//! their place.
//!
//! Each decision is a record with the person's name in it. None of them sends: the next
//! [`super::deliver`] does.

use chrono::TimeDelta;

use super::bounce::Bounce;
use super::history::{History, State};
use super::outbox::Outbox;
use super::outbox_error::OutboxError;
use super::outcome::Outcome;
use super::record::{Event, Plan};
use crate::calendar::Clock;

/// How the reason begins for which what nobody approved in time is withdrawn.
const EXPIRED: &str = "nobody approved it within";

/// Returns whether a delivery was withdrawn for this reason because nobody approved it in time.
#[must_use]
pub fn is_expired(reason: &str) -> bool {
    reason.starts_with(EXPIRED)
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
    /// says how many they are. What nobody approved in time leaves only where `late` is asked for.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when a record cannot be kept. Run again, it does the rest.
    pub fn reinstate(
        &self,
        histories: &mut [History],
        reason: &str,
        late: bool,
        clock: &Clock,
    ) -> Result<usize, OutboxError> {
        let mut count = 0;
        for history in histories {
            let may_leave = match history.state() {
                State::Held { .. } => true,
                State::Withdrawn { reason } => late || !is_expired(&reason),
                _ => false,
            };
            let sha256 = history.message().map(|message| message.sha256.clone());
            let Some(sha256) = sha256.filter(|_| may_leave) else { continue };
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
                let reason = format!("{EXPIRED} {} days", within.num_days());
                count += usize::from(self.claim(history, &Event::Withdrawn { reason }, clock)?);
            }
        }
        Ok(count)
    }

    /// Keeps that a delivery came back, from its recipient or from somebody behind it; `false` when that is known.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when the record cannot be kept.
    pub fn bounced(
        &self,
        history: &mut History,
        bounce: &Bounce,
        clock: &Clock,
    ) -> Result<bool, OutboxError> {
        while let Some(event) = news_of(history, bounce) {
            if self.claim(history, &event, clock)? {
                return Ok(true);
            }
        }
        Ok(false)
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

impl Bounce {
    /// Returns whether it says something of a delivery that its history does not hold.
    #[must_use]
    pub fn is_new_to(&self, history: &History) -> bool {
        news_of(history, self).is_some()
    }
}

/// Returns what a bounce adds to a history; `None` when it is known, or says nothing of it.
fn news_of(history: &History, bounce: &Bounce) -> Option<Event> {
    let plan = history.plan()?;
    // The same delivery of another store, or of an edition that was made again, is not this one.
    if plan.origin != bounce.origin {
        return None;
    }
    let own = &plan.recipient;
    let is_own = |address: &String| address.to_ascii_lowercase() == own.folded();
    let member = bounce.recipient.as_ref().filter(|address| !is_own(address));
    let is_known = history.records().iter().any(|record| match (&record.event, member) {
        (Event::Bounced { notice: Some(known), .. }, None) => *known == bounce.notice,
        (Event::Bounced { notice: None, words }, None) => *words == bounce.words,
        (Event::MemberBounced { member: known, notice, .. }, Some(member)) => {
            known == member && *notice == bounce.notice
        }
        _ => false,
    });
    if is_known || history.is_damaged() {
        return None;
    }
    let (words, notice) = (bounce.words.clone(), bounce.notice.clone());
    match (member, history.state()) {
        (Some(member), _) if history.last_attempt().is_some() => {
            Some(Event::MemberBounced { member: member.clone(), words, notice })
        }
        (None, State::Tried(Outcome::Accepted { .. } | Outcome::Uncertain { .. })) => {
            Some(Event::Bounced { words, notice: Some(notice) })
        }
        _ => None,
    }
}

/// Returns the name of a message that takes the place of the planned one.
fn beside(plan: &Plan, history: &History) -> String {
    let planned = plan.message.name.trim_end_matches(".eml");
    format!("{planned}-{:06}.eml", history.records().len())
}

#[cfg(test)]
mod tests;
