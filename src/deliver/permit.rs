use chrono::NaiveDate;

use super::history::History;
use super::outbox_error::OutboxError;
use super::record::Plan;

/// Asked before each attempt whether a delivery may still leave: what held when it was planned may hold no more.
pub trait Permit {
    /// Rules on one delivery, as things stand now.
    ///
    /// # Errors
    ///
    /// [`OutboxError`] when it cannot be known. The delivery does not leave.
    fn ruling(&self, plan: &Plan, history: &History) -> Result<Ruling, OutboxError>;

    /// Returns whether the sender is to stop: no further message is begun.
    fn stopping(&self) -> bool {
        false
    }

    /// Does `act` so that nothing ends the process within it: from the record that an attempt begins to its result.
    fn unbroken(&self, act: &mut dyn FnMut()) {
        act();
    }

    /// Returns whether offices work on `day`: a mail server that is away at a weekend is repaired after it.
    fn is_working_day(&self, day: NaiveDate) -> bool;
}

/// Whether a delivery that was planned may leave now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// It may.
    Send,
    /// Its recipient may not have it.
    Block {
        /// Why.
        reason: String,
    },
    /// It waits for a person: a gate does not pass any more.
    Hold {
        /// Why.
        reason: String,
    },
    /// It is not wanted any more: another edition took its place, or the recipient left the list.
    Withdraw {
        /// Why.
        reason: String,
    },
}

/// A permit that is given whatever is asked, on any day of the week.
#[cfg(test)]
pub(super) struct Unasked;

#[cfg(test)]
impl Permit for Unasked {
    fn ruling(&self, _: &Plan, _: &History) -> Result<Ruling, OutboxError> {
        Ok(Ruling::Send)
    }

    fn is_working_day(&self, day: NaiveDate) -> bool {
        crate::calendar::Terms::default().is_working_day(day)
    }
}
