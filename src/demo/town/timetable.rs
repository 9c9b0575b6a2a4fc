//! Part-time timetables that schools have reported to the council.

pub(super) mod live;

use chrono::NaiveDate;

use super::pupil::PupilId;
use super::school::SchoolId;

/// One part-time timetable of one pupil.
#[derive(Debug)]
pub(in crate::demo) struct Timetable {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) school: SchoolId,
    pub(in crate::demo) nc_year: i32,
    pub(in crate::demo) started_on: NaiveDate,
    pub(in crate::demo) planned_end_on: Option<NaiveDate>,
    pub(in crate::demo) ended_on: Option<NaiveDate>,
    pub(in crate::demo) review_due_on: Option<NaiveDate>,
    pub(in crate::demo) reviewed_on: Option<NaiveDate>,
    /// Half hours a week, offered and of a full timetable.
    pub(in crate::demo) offered: u32,
    pub(in crate::demo) full: u32,
    pub(in crate::demo) reason: &'static str,
    pub(in crate::demo) parent_agreed: Option<bool>,
    pub(in crate::demo) has_plan: bool,
    pub(in crate::demo) notified_on: Option<NaiveDate>,
}
