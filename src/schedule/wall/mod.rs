//! From wall-clock times to moments, across a change of the clocks.
//!
//! The rules are those of Debian's cron, named in [`super::Cron::next`]. A caller gives the next
//! matching wall-clock time after another; nothing here knows expressions or rules.

use std::ops::Range;

use chrono::{
    DateTime, Duration, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc,
};
use chrono_tz::Tz;

/// No clock change that counts as one is longer (Debian's bound).
const LONGEST_CHANGE: Duration = Duration::hours(3);
/// No zone has ever skipped more than a day.
const LONGEST_GAP_MINUTES: i64 = 24 * 60;

/// Returns the next moment of a job at fixed times: skipped ones right after the gap, repeated ones once.
///
/// Times that fall into the same gap become one moment.
pub(super) fn next_fixed(
    after: DateTime<Utc>,
    zone: Tz,
    next_wall: impl Fn(NaiveDateTime) -> Option<NaiveDateTime>,
) -> Option<DateTime<Tz>> {
    let mut wall = after.with_timezone(&zone).naive_local();
    loop {
        wall = next_wall(wall)?;
        let moment = match zone.from_local_datetime(&wall) {
            MappedLocalTime::Single(moment) | MappedLocalTime::Ambiguous(moment, _) => moment,
            MappedLocalTime::None => gap_end(wall, zone)?,
        };
        if moment > after {
            return Some(moment);
        }
    }
}

/// Returns the next moment of a job that follows the clock on the wall: skipped times never, repeated ones twice.
pub(super) fn next_shown(
    after: DateTime<Utc>,
    zone: Tz,
    next_wall: impl Fn(NaiveDateTime) -> Option<NaiveDateTime>,
) -> Option<DateTime<Tz>> {
    let ahead = next_onwards(after, zone, &next_wall);
    // Before the clocks go back, the hour to be shown again holds times that lie behind on the wall.
    let again = put_back(after, zone).and_then(|(moment, offset)| {
        let wall = next_wall(moment.naive_utc() + offset - Duration::seconds(1))?;
        Some(zone.from_utc_datetime(&(wall - offset)))
            .filter(|again| offset_at(again.to_utc(), zone) == offset)
    });
    [ahead, again].into_iter().flatten().filter(|moment| *moment > after).min()
}

/// Returns the next moment whose wall-clock time lies ahead on the wall.
fn next_onwards(
    after: DateTime<Utc>,
    zone: Tz,
    next_wall: impl Fn(NaiveDateTime) -> Option<NaiveDateTime>,
) -> Option<DateTime<Tz>> {
    let mut wall = after.with_timezone(&zone).naive_local();
    loop {
        wall = next_wall(wall)?;
        match zone.from_local_datetime(&wall) {
            MappedLocalTime::Single(moment) => return Some(moment),
            MappedLocalTime::Ambiguous(first, _) if first > after => return Some(first),
            MappedLocalTime::Ambiguous(_, second) => return Some(second),
            MappedLocalTime::None => {}
        }
    }
}

/// Returns the moment soon after `after` at which the clocks go back, and the offset from then on.
fn put_back(after: DateTime<Utc>, zone: Tz) -> Option<(DateTime<Utc>, Duration)> {
    let before = offset_at(after, zone);
    let later = offset_at(after + LONGEST_CHANGE, zone);
    if later >= before {
        return None;
    }
    let (mut low, mut high) = (after.timestamp(), (after + LONGEST_CHANGE).timestamp());
    while high - low > 1 {
        let middle = i64::midpoint(low, high);
        let at = DateTime::from_timestamp(middle, 0)?;
        if offset_at(at, zone) == before { low = middle } else { high = middle }
    }
    Some((DateTime::from_timestamp(high, 0)?, later))
}

/// Returns the first whole minute after the gap that holds `wall`.
fn gap_end(wall: NaiveDateTime, zone: Tz) -> Option<DateTime<Tz>> {
    (1..=LONGEST_GAP_MINUTES)
        .find_map(|minutes| zone.from_local_datetime(&(wall + Duration::minutes(minutes))).earliest())
}

/// Returns the times of one day that the clocks skip; `None` on most days.
pub(super) fn gap_on(day: NaiveDate, zone: Tz) -> Option<Range<NaiveTime>> {
    let exists = |hour| {
        let wall = day.and_hms_opt(hour, 0, 0)?;
        Some(zone.from_local_datetime(&wall).earliest().is_some())
    };
    let missing = (0..24).find(|hour| exists(*hour) == Some(false))?;
    let start = day.and_hms_opt(missing, 0, 0)?;
    Some(start.time()..gap_end(start, zone)?.time())
}

/// Returns what the zone adds to UTC at `moment`.
fn offset_at(moment: DateTime<Utc>, zone: Tz) -> Duration {
    Duration::seconds(i64::from(moment.with_timezone(&zone).offset().fix().local_minus_utc()))
}

#[cfg(test)]
mod tests;
