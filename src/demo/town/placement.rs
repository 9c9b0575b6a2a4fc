//! Placements in alternative provision.

mod choose;
mod kind;
pub(super) mod live;

use chrono::NaiveDate;

use super::pupil::PupilId;
use super::today::today;
use crate::demo::provider::Provider;
use crate::demo::providers::PROVIDERS;

/// One placement of one pupil with one provider.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Placement {
    /// Its number, in the order of the first days.
    pub(in crate::demo) number: u32,
    pub(in crate::demo) pupil: PupilId,
    /// Place in [`PROVIDERS`].
    pub(in crate::demo) provider: usize,
    pub(in crate::demo) commissioner: &'static str,
    pub(in crate::demo) legal_basis: &'static str,
    pub(in crate::demo) reason: &'static str,
    pub(in crate::demo) nc_year: i32,
    pub(in crate::demo) dual: bool,
    pub(in crate::demo) sessions: u32,
    pub(in crate::demo) started_on: NaiveDate,
    pub(in crate::demo) planned_end_on: Option<NaiveDate>,
    /// The day and the reason; a placement without is open.
    pub(in crate::demo) ended: Option<(NaiveDate, &'static str)>,
}

impl Placement {
    pub(in crate::demo) fn provider(&self) -> &'static Provider {
        &PROVIDERS[self.provider]
    }

    /// Returns the last day, or the demo's own for an open placement.
    pub(in crate::demo) fn last_day(&self) -> NaiveDate {
        self.ended.map_or_else(today, |(day, _)| day)
    }
}
