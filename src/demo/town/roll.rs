//! Who is on which school's roll.

pub(super) mod live;

use chrono::{NaiveDate, Weekday};

use super::pupil::PupilId;
use super::school::SchoolId;

/// One pupil on one school's roll, from one day to another.
#[derive(Debug)]
pub(in crate::demo) struct Spell {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) school: SchoolId,
    /// `C` current, `M` main and `S` subsidiary of a dual registration, `G` guest.
    pub(in crate::demo) status: &'static str,
    pub(in crate::demo) entered_on: NaiveDate,
    pub(in crate::demo) left_on: Option<NaiveDate>,
}

/// A place on a roll that is taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) pupil: PupilId,
    pub(super) school: SchoolId,
    pub(super) entered_on: NaiveDate,
    /// The day on which it falls free, when that is known already.
    pub(super) until: Option<NaiveDate>,
    /// Its spell, by place in the town's list.
    pub(super) spell: usize,
}

/// A pupil who left before the end of schooling, and may be educated at home later.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaver {
    pub(super) pupil: PupilId,
    pub(super) left_on: NaiveDate,
}

/// A pupil who comes back to a mainstream school.
#[derive(Debug, Clone, Copy)]
pub(super) struct Return {
    pub(super) pupil: PupilId,
    pub(super) on: NaiveDate,
}

/// Returns the day of January's school census, the third Thursday.
pub(in crate::demo) fn census_day(year: i32) -> NaiveDate {
    NaiveDate::from_weekday_of_month_opt(year + 1, 1, Weekday::Thu, 3).unwrap_or_default()
}
