//! Requests for placements.

pub(super) mod live;

use chrono::NaiveDate;

use super::key_stage::KeyStage;
use super::pupil::PupilId;

/// A request for a placement, whatever came of it.
#[derive(Debug)]
pub(in crate::demo) struct Referral {
    pub(in crate::demo) pupil: PupilId,
    pub(in crate::demo) referred_on: NaiveDate,
    pub(in crate::demo) panel_on: Option<NaiveDate>,
    pub(in crate::demo) route: &'static str,
    pub(in crate::demo) key_stage: KeyStage,
    /// Why a placement is asked for, and on which duty or power.
    pub(in crate::demo) reason: (&'static str, &'static str),
    pub(in crate::demo) outcome: &'static str,
    /// The placement's number.
    pub(in crate::demo) placement: Option<u32>,
}
