//! Which of the occurrences that have come may start now.

use chrono::{DateTime, TimeDelta, Utc};

use super::occurrence::Occurrence;
use super::timetable::{Policy, Timetable};
use crate::project::CatchUp;

/// An occurrence this late is still on time: a trigger that looks every few minutes has not missed it.
const ON_TIME: TimeDelta = TimeDelta::minutes(10);
/// How far back occurrences are looked for: twice the longest window.
const FARTHEST: TimeDelta = TimeDelta::days(62);

/// The occurrences that have come, by what the policy says of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// Those that may start, in the order in which they are to.
    pub start: Vec<Occurrence>,
    /// Those that may not any more, oldest first.
    pub missed: Vec<Occurrence>,
}

/// Returns the occurrences that have come by `now`, under the schedule's policy.
///
/// `latest` starts the newest, `none` the newest if it is on time, `all` every one oldest first. When there
/// are more than `Policy::MOST_AT_ONCE` of them `all` takes the newest, newest first: what is bounded ends with what
/// matters least. Nothing older than `start_within` starts, nor anything from before `since`; what is older
/// is looked for back to `looked`, the last time that anybody looked.
#[must_use]
pub fn due(timetable: &Timetable, since: DateTime<Utc>, looked: DateTime<Utc>, now: DateTime<Utc>) -> Due {
    let policy = timetable.policy();
    let within = now - policy.start_within.delta();
    let from = since.max(looked.min(within).max(now - FARTHEST));
    let before = from - TimeDelta::seconds(1);
    let mut come: Vec<Occurrence> =
        timetable.upcoming(before).take_while(|occurrence| occurrence.due() <= now).collect();
    let mut missed: Vec<Occurrence> = come.extract_if(.., |occurrence| occurrence.due() < within).collect();
    let start = match policy.catch_up {
        CatchUp::All if come.len() > Policy::MOST_AT_ONCE => {
            let mut newest = come.split_off(come.len() - Policy::MOST_AT_ONCE);
            newest.reverse();
            newest
        }
        CatchUp::All => std::mem::take(&mut come),
        CatchUp::Latest => come.pop().into_iter().collect(),
        CatchUp::None => come.pop_if(|newest| now - newest.due() <= ON_TIME).into_iter().collect(),
    };
    missed.append(&mut come);
    Due { start, missed }
}

#[cfg(test)]
mod tests;
