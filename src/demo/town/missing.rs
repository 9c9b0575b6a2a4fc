//! Children missing education: on no roll and not educated at home, as far as the council knows.

pub(super) mod live;

use chrono::NaiveDate;

use super::pupil::PupilId;

/// One episode.
#[derive(Debug)]
pub(in crate::demo) struct Missing {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) started_on: NaiveDate,
    pub(in crate::demo) ended: Option<(NaiveDate, &'static str)>,
    pub(in crate::demo) reason: &'static str,
    pub(in crate::demo) prior_setting: &'static str,
}
