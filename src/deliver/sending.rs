use chrono::{DateTime, TimeDelta, Utc};

use super::history::{History, State};
use super::outbox::Outbox;
use super::outbox_error::OutboxError;
use super::outcome::{Outcome, Rejection};
use super::record::{Event, Plan};
use super::transport::{Attempt, Scope, Transport};
use crate::calendar::Clock;

/// For how long a delivery is tried.
const DELIVER_WITHIN: TimeDelta = TimeDelta::hours(24);

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
/// The intent is in the store before the first byte leaves. An intent without a result, left by a
/// process that died, is looked up where the transport can; otherwise it is uncertain, and what is
/// uncertain is never sent again but by a person. Wrong settings end the batch: no other recipient is
/// tried with them.
///
/// # Errors
///
/// [`OutboxError`] when the store fails. Nothing is sent after that; what was sent until then is in the
/// histories, as accepted or, where its result could not be kept, as an attempt without one.
pub fn deliver(
    outbox: &Outbox<'_>,
    histories: &mut [History],
    transport: &mut dyn Transport,
    clock: &Clock,
) -> Result<Vec<Receipt>, OutboxError> {
    let mut receipts = Vec::with_capacity(histories.len());
    let mut stopped: Option<Stop> = None;
    let mut failures = 0;
    for history in histories {
        let before = history.records().len();
        if let Some(plan) = history.plan().cloned() {
            settle(outbox, history, &plan, transport, clock)?;
            if stopped.is_none() && may_leave(&history.state(), clock.now()) {
                let end = attempt(outbox, history, &plan, transport, clock)?;
                failures = if end == End::ServerDown { failures + 1 } else { 0 };
                stopped = match end {
                    End::WrongSettings => Some(Stop::Settings(history.state())),
                    End::ServerDown if failures >= 2 => Some(Stop::Server),
                    _ => None,
                };
            }
        }
        receipts.push(Receipt {
            recipient: history.recipient().unwrap_or_default(),
            state: shown(history.state(), stopped.as_ref()),
            already: history.records().len() == before,
        });
    }
    Ok(receipts)
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

/// Returns what a receipt says of a delivery that was not tried because the batch ended before it.
fn shown(state: State, stopped: Option<&Stop>) -> State {
    match (state, stopped) {
        (State::Approved, Some(Stop::Settings(settings))) => settings.clone(),
        (state, _) => state,
    }
}

fn may_leave(state: &State, now: DateTime<Utc>) -> bool {
    match state {
        State::Approved | State::Tried(Outcome::Refused { .. }) => true,
        State::Tried(Outcome::Deferred { later: not_before, .. }) => *not_before <= now,
        _ => false,
    }
}

/// Gives an attempt without a result the result that can still be known.
fn settle(
    outbox: &Outbox<'_>,
    history: &mut History,
    plan: &Plan,
    transport: &mut dyn Transport,
    clock: &Clock,
) -> Result<(), OutboxError> {
    let begun = match history.state() {
        State::Begun => true,
        State::Tried(Outcome::Uncertain { .. }) => false,
        _ => return Ok(()),
    };
    let message = outbox.message(history)?;
    match transport.recall(&plan.envelope(), &message) {
        // It was not taken, and what kept it from being taken is over: nothing to wait for.
        Some(Attempt::Deferred { words, .. }) => {
            outbox.append(history, &Event::Tried(Outcome::Deferred { later: clock.now(), words }), clock)
        }
        Some(known) => record(outbox, history, known, clock).map(|_| ()),
        None if begun => {
            let words = "the process ended before it knew whether the message was taken".to_owned();
            outbox.append(history, &Event::Tried(Outcome::Uncertain { words }), clock)
        }
        None => Ok(()),
    }
}

/// Tries once, if no other process has begun to.
fn attempt(
    outbox: &Outbox<'_>,
    history: &mut History,
    plan: &Plan,
    transport: &mut dyn Transport,
    clock: &Clock,
) -> Result<End, OutboxError> {
    let message = outbox.message(history)?;
    let intent = Event::Attempt { transport: transport.name().to_owned(), outbound: transport.is_outbound() };
    if !outbox.claim(history, &intent, clock)? {
        return Ok(End::Settled);
    }
    let outcome = transport.send(&plan.envelope(), &message);
    record(outbox, history, outcome, clock)
}

/// Writes down what came of an attempt.
fn record(
    outbox: &Outbox<'_>,
    history: &mut History,
    outcome: Attempt,
    clock: &Clock,
) -> Result<End, OutboxError> {
    let end = match outcome {
        Attempt::Deferred { later: Scope::Server, .. } => End::ServerDown,
        Attempt::Refused { .. } => End::WrongSettings,
        _ => End::Settled,
    };
    let outcome = match outcome {
        Outcome::Accepted { words } => Outcome::Accepted { words },
        Outcome::Rejected { cause, words } => Outcome::Rejected { cause, words },
        Outcome::Deferred { words, .. } => deferral(history, words, clock.now()),
        Outcome::Uncertain { words } => Outcome::Uncertain { words },
        Outcome::Refused { words } => Outcome::Refused { words },
    };
    outbox.append(history, &Event::Tried(outcome), clock)?;
    Ok(end)
}

/// Returns the outcome of trying again later: after 1, 5, 15 and 60 minutes, then every hour, until the time is up.
fn deferral(history: &History, words: String, now: DateTime<Utc>) -> Outcome {
    let (attempts, first) = history.attempts();
    let minutes = match attempts {
        0 | 1 => 1,
        2 => 5,
        3 => 15,
        _ => 60,
    };
    let not_before = now + TimeDelta::minutes(minutes);
    match first {
        Some(first) if not_before > first + DELIVER_WITHIN => {
            Outcome::Rejected { cause: Rejection::GivenUp, words }
        }
        _ => Outcome::Deferred { later: not_before, words },
    }
}

#[cfg(test)]
mod tests;
