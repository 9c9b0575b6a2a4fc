//! Managed moves: a trial at another school in place of an exclusion, agreed by all.

pub(super) mod live;

use chrono::NaiveDate;

use super::pupil::PupilId;
use super::school::SchoolId;

/// One managed move, from the first day of its trial.
#[derive(Debug)]
pub(in crate::demo) struct ManagedMove {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) from: SchoolId,
    pub(in crate::demo) to: SchoolId,
    pub(in crate::demo) nc_year: i32,
    pub(in crate::demo) started_on: NaiveDate,
    pub(in crate::demo) trial_ends_on: NaiveDate,
    /// The day and what came of it; a move without is on trial.
    pub(in crate::demo) ended: Option<(NaiveDate, &'static str)>,
    pub(in crate::demo) reason: &'static str,
}
