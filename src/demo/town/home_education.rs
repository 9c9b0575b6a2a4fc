//! Children educated at home.

pub(super) mod live;

use chrono::NaiveDate;

use super::pupil::PupilId;

/// One episode of education at home.
#[derive(Debug)]
pub(in crate::demo) struct HomeEducation {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) started_on: NaiveDate,
    pub(in crate::demo) ended: Option<(NaiveDate, &'static str)>,
    /// Place in the list of local reasons.
    pub(in crate::demo) reason: usize,
    pub(in crate::demo) from_school: bool,
}
