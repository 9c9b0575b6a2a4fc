//! Suspensions and permanent exclusions.

pub(super) mod census;
pub(super) mod live;
mod record;

use chrono::NaiveDate;

use super::pupil::PupilId;
use super::school::SchoolId;

/// One suspension or permanent exclusion.
#[derive(Debug)]
pub(in crate::demo) struct Exclusion {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) school: SchoolId,
    pub(in crate::demo) permanent: bool,
    pub(in crate::demo) started_on: NaiveDate,
    /// Sessions, for a suspension.
    pub(in crate::demo) sessions: u32,
    /// One to three reason codes that are valid on the day.
    pub(in crate::demo) reasons: Vec<&'static str>,
    pub(in crate::demo) outcome: &'static str,
    pub(in crate::demo) academic_year: i32,
    /// Whether the school's census return carries it, for permanent exclusions of published years.
    pub(in crate::demo) in_census: Option<bool>,
}

impl Exclusion {
    /// Returns whether it was neither withdrawn nor overturned.
    pub(in crate::demo) fn stands(&self) -> bool {
        !matches!(self.outcome, "RESCINDED_BY_HEAD" | "GOVERNORS_REINSTATED")
    }
}
