//! When a delivery that was put off is tried again: after 1, 5, 15 and 60 minutes, then every hour for the rest of a
//! day, then every four hours until five working days have passed since the first attempt.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::history::History;
use super::outcome::{Outcome, Rejection};
use super::permit::Permit;
use super::record::Event;
use crate::calendar::Clock;

/// Working days after that of the first attempt on which a delivery is still tried. RFC 5321, 4.5.4.1, asks for four to
/// five days; a server that fails on a Friday evening is repaired on Monday.
const WORKING_DAYS: usize = 5;

/// Days that are looked at for so many working ones.
const LONGEST: usize = 60;

/// Returns when the delivery is tried again; as rejected where its time is up.
pub(super) fn later_or_never(
    history: &History,
    words: String,
    permit: &dyn Permit,
    clock: &Clock,
) -> Outcome {
    let now = clock.moment();
    let (attempts, first) = history.attempts();
    let is_counted =
        history.records().last().is_some_and(|record| matches!(record.event, Event::Attempt { .. }));
    let first = first.unwrap_or(now);
    let minutes = match attempts + u32::from(!is_counted) {
        0 | 1 => 1,
        2 => 5,
        3 => 15,
        _ if now - first < TimeDelta::days(1) => 60,
        _ => 240,
    };
    let not_before = now + TimeDelta::minutes(minutes);
    if not_before > last_moment(first, permit, clock) {
        return Outcome::Rejected { cause: Rejection::GivenUp, words };
    }
    Outcome::Deferred { later: not_before, words }
}

/// Returns the moment after which a delivery first tried at `first` is not tried any more.
fn last_moment(first: DateTime<Utc>, permit: &dyn Permit, clock: &Clock) -> DateTime<Utc> {
    let day = first.with_timezone(&clock.zone()).date_naive();
    let mut working =
        day.iter_days().take(LONGEST).skip(1).filter(|day: &NaiveDate| permit.is_working_day(*day));
    let last = working.nth(WORKING_DAYS - 1).unwrap_or(day);
    first + (last - day)
}
