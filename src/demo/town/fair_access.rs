//! Fair access: children for whom no school place was found in the usual way, and whose case goes to the
//! panel of the schools.

pub(super) mod live;

use chrono::NaiveDate;

use super::pupil::PupilId;
use super::school::SchoolId;

/// One case, from the day on which it was agreed that it falls under the protocol.
#[derive(Debug)]
pub(in crate::demo) struct FairAccess {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) nc_year: i32,
    pub(in crate::demo) category: &'static str,
    pub(in crate::demo) referred_on: NaiveDate,
    /// The day and the school; a case without waits, or ended without.
    pub(in crate::demo) allocated: Option<(NaiveDate, SchoolId)>,
    pub(in crate::demo) started_on: Option<NaiveDate>,
    /// The day and what came of it; a case without is open.
    pub(in crate::demo) closed: Option<(NaiveDate, &'static str)>,
}
