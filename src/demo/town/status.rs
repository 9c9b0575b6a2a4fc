//! What is known of each pupil over time: free school meals, pupil premium, special educational needs and
//! social care, as dated spells.

pub(super) mod live;

use chrono::NaiveDate;

/// One spell of one status.
#[derive(Debug, Clone, Copy)]
pub(in crate::demo) struct Status {
    pub(in crate::demo) kind: Kind,
    pub(in crate::demo) started_on: NaiveDate,
    /// The last day; a spell without is open.
    pub(in crate::demo) ended_on: Option<NaiveDate>,
}

impl Status {
    /// Returns whether it holds on `day`.
    pub(in crate::demo) fn holds(&self, day: NaiveDate) -> bool {
        self.started_on <= day && self.ended_on.is_none_or(|last| last >= day)
    }
}

/// What a spell is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Kind {
    FreeMeals,
    PupilPremium,
    SenSupport,
    SenPlan,
    InNeed,
    ProtectionPlan,
    LookedAfter,
}
