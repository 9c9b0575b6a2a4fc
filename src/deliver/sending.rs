use super::dated::dated;
use super::history::{History, State};
use super::outbox::Outbox;
use super::outbox_error::OutboxError;
use super::outcome::Outcome;
use super::permit::{Permit, Ruling};
use super::record::{Event, Plan};
use super::retry::later_or_never;
use super::sender::{Sender, is_under_way};
use super::transport::{Attempt, Envelope, Scope, Transport};
use crate::calendar::Clock;
use crate::diagnostic::Cause;

/// What became of one recipient of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The recipient, as planned or as written.
    pub recipient: String,
    /// Where the delivery stands now.
    pub state: State,
    /// Whether it stood there before: nothing was sent this time.
    pub already: bool,
}

/// Sends what may leave, each delivery at most once, and says where every one of them stands.
///
/// Before each attempt `permit` is asked whether the delivery may still leave; what it refuses is recorded with its
/// reason. The connection is there before the attempt begins, and the intent is in the store before the first byte of
/// the message leaves. An intent without a result is left alone while its sender lives; of a sender that died it is
/// looked up where the transport can, and is otherwise uncertain: what is uncertain is never sent again but by a
/// person. Wrong settings end the batch: no other recipient is tried with them. A message or record that is damaged
/// stops its own delivery alone.
///
/// # Errors
///
/// [`OutboxError`] when the store fails, or `permit` cannot rule. Nothing is sent after that; what was sent until then
/// is in the histories, as accepted or, where its result could not be kept, as an attempt without one.
pub fn deliver(
    outbox: &Outbox<'_>,
    histories: &mut [History],
    transport: &mut dyn Transport,
    permit: &dyn Permit,
    clock: &Clock,
) -> Result<Vec<Receipt>, OutboxError> {
    let mut batch = Batch { outbox, transport, permit, clock, sender: None, stopped: None, failures: 0 };
    histories.iter_mut().map(|history| batch.receipt(history)).collect()
}

/// Deliveries that are brought on one after another.
struct Batch<'a> {
    outbox: &'a Outbox<'a>,
    transport: &'a mut dyn Transport,
    permit: &'a dyn Permit,
    clock: &'a Clock,
    /// Entered with the first attempt.
    sender: Option<Sender<'a>>,
    stopped: Option<Stop>,
    /// Deliveries in a row that found the server gone.
    failures: u32,
}

/// Why the rest of a batch is not tried.
enum Stop {
    /// The settings are wrong.
    Settings(State),
    /// Two deliveries in a row found the server gone.
    Server,
}

/// How an attempt ended, as far as the rest of the batch is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Settled,
    ServerDown,
    WrongSettings,
}

impl End {
    fn of(outcome: &Attempt) -> Self {
        match outcome {
            Attempt::Deferred { later: Scope::Server, .. } => Self::ServerDown,
            Attempt::Refused { .. } => Self::WrongSettings,
            _ => Self::Settled,
        }
    }
}

impl Batch<'_> {
    /// Brings one delivery as far as it comes now.
    fn receipt(&mut self, history: &mut History) -> Result<Receipt, OutboxError> {
        let before = history.records().len();
        let mut damage = None;
        if let Some(plan) = history.plan().cloned().filter(|_| !history.is_damaged()) {
            match self.bring_on(history, &plan) {
                Ok(()) => {}
                Err(error @ (OutboxError::Message { .. } | OutboxError::Damaged { .. })) => {
                    damage = Some(State::Damaged { what: Cause::of(&error).to_string() });
                }
                Err(error) => return Err(error),
            }
        }
        let state = match (history.state(), &self.stopped) {
            (State::Approved, Some(Stop::Settings(settings))) => settings.clone(),
            (state, _) => state,
        };
        Ok(Receipt {
            recipient: history.recipient().unwrap_or_default(),
            state: damage.unwrap_or(state),
            already: history.records().len() == before,
        })
    }

    fn bring_on(&mut self, history: &mut History, plan: &Plan) -> Result<(), OutboxError> {
        self.settle(history, plan)?;
        let may_leave = match history.state() {
            State::Approved | State::Tried(Outcome::Refused { .. }) => true,
            State::Tried(Outcome::Deferred { later: not_before, .. }) => not_before <= self.clock.moment(),
            _ => false,
        };
        if !may_leave || self.stopped.is_some() || self.permit.stopping() {
            return Ok(());
        }
        let end = self.attempt(history, plan)?;
        self.failures = if end == End::ServerDown { self.failures + 1 } else { 0 };
        self.stopped = match end {
            End::WrongSettings => Some(Stop::Settings(history.state())),
            End::ServerDown if self.failures >= 2 => Some(Stop::Server),
            _ => None,
        };
        Ok(())
    }

    /// Gives an attempt without a result the result that can still be known, unless it is under way.
    fn settle(&mut self, history: &mut History, plan: &Plan) -> Result<(), OutboxError> {
        let is_begun = match history.state() {
            State::Begun => true,
            State::Tried(Outcome::Uncertain { .. }) => false,
            _ => return Ok(()),
        };
        if is_begun && is_under_way(self.outbox.objects, history, self.clock.moment())? {
            return Ok(());
        }
        let (envelope, message) = self.as_sent(history, plan)?;
        let event = match self.transport.recall(&envelope, &message) {
            // It was not taken, and what kept it from being taken is over: nothing to wait for.
            Some(Attempt::Deferred { words, .. }) => {
                Event::Tried(Outcome::Deferred { later: self.clock.moment(), words })
            }
            Some(known) => self.result(history, known),
            None if is_begun => {
                let words = "the process ended before it knew whether the message was taken".to_owned();
                Event::Tried(Outcome::Uncertain { words })
            }
            None => return Ok(()),
        };
        // Whoever adds something meanwhile knows more: the sender itself, at its end.
        self.outbox.claim(history, &event, self.clock).map(drop)
    }

    /// Returns the message of the newest attempt with the day on which it was, and its envelope.
    fn as_sent(&self, history: &History, plan: &Plan) -> Result<(Envelope, Vec<u8>), OutboxError> {
        let message = self.outbox.message(history)?;
        let at = history.last_attempt().unwrap_or_else(|| self.clock.moment());
        let day = at.with_timezone(&self.clock.zone()).date_naive();
        Ok((plan.envelope(day), dated(&message, at)))
    }

    /// Tries once, if it may still leave and no other process has begun to.
    fn attempt(&mut self, history: &mut History, plan: &Plan) -> Result<End, OutboxError> {
        self.outbox.message(history)?;
        if !self.may_still_leave(history, plan)? {
            return Ok(End::Settled);
        }
        let permit = self.permit;
        if let Err(outcome) = self.transport.prepare(&|| !permit.stopping()) {
            let end = End::of(&outcome);
            let event = self.result(history, outcome);
            self.outbox.claim(history, &event, self.clock)?;
            return Ok(end);
        }
        // To be ready may have taken a minute.
        if !self.may_still_leave(history, plan)? {
            return Ok(End::Settled);
        }
        let mut ended = Ok(End::Settled);
        permit.unbroken(&mut || {
            if !permit.stopping() {
                ended = self.begin_and_end(history, plan);
            }
        });
        ended
    }

    /// Keeps the intent, sends, and keeps the result.
    fn begin_and_end(&mut self, history: &mut History, plan: &Plan) -> Result<End, OutboxError> {
        let sender = if let Some(sender) = self.sender.take() {
            sender
        } else {
            let first = format!("{}_{}", plan.key(), history.records().len());
            Sender::enter(self.outbox.objects, &first)?
        };
        let intent = Event::Attempt {
            transport: self.transport.name().to_owned(),
            outbound: self.transport.is_outbound(),
            sender: Some(sender.name().to_owned()),
        };
        self.sender = Some(sender);
        if !self.outbox.claim(history, &intent, self.clock)? {
            return Ok(End::Settled);
        }
        let (envelope, message) = self.as_sent(history, plan)?;
        let outcome = self.transport.send(&envelope, &message);
        let end = End::of(&outcome);
        let event = self.result(history, outcome);
        self.outbox.append(history, &event, self.clock)?;
        Ok(end)
    }

    /// Asks whether the delivery may leave now, and keeps why not.
    fn may_still_leave(&self, history: &mut History, plan: &Plan) -> Result<bool, OutboxError> {
        let event = match self.permit.ruling(plan, history)? {
            Ruling::Send => return Ok(true),
            Ruling::Block { reason } => Event::Blocked { recipient: plan.recipient.to_string(), reason },
            Ruling::Hold { reason } => Event::Held { reason },
            Ruling::Withdraw { reason } => Event::Withdrawn { reason },
        };
        self.outbox.claim(history, &event, self.clock)?;
        Ok(false)
    }

    /// Returns what is recorded of the end of an attempt.
    fn result(&self, history: &History, outcome: Attempt) -> Event {
        Event::Tried(match outcome {
            Outcome::Accepted { words } => Outcome::Accepted { words },
            Outcome::Rejected { cause, words } => Outcome::Rejected { cause, words },
            Outcome::Deferred { words, .. } => later_or_never(history, words, self.permit, self.clock),
            Outcome::Uncertain { words } => Outcome::Uncertain { words },
            Outcome::Refused { words } => Outcome::Refused { words },
        })
    }
}

#[cfg(test)]
mod tests;
