//! 95% intervals, by the formulas of the field: Wilson's, Byar's and that of a relative risk.
//!
//! Each limit is worked out by itself in a fixed order of basic arithmetic; no floats are summed over rows.

use crate::engine::{Z_95, byar_high, byar_low};
use crate::project::{Limit, Method};

/// Returns the standard errors from the middle with the sign of the limit.
fn signed(limit: Limit) -> f64 {
    match limit {
        Limit::Low => -Z_95,
        Limit::High => Z_95,
    }
}

/// Returns the limit of a rate of `events` among `members`, for each `per`; `None` where there is none.
pub(super) fn of_rate(method: Method, limit: Limit, events: f64, members: f64, per: f64) -> Option<f64> {
    match method {
        Method::Wilson => wilson(limit, events, members, per),
        Method::Byar => {
            let of_events = match limit {
                Limit::Low => byar_low(events),
                Limit::High => byar_high(events),
            };
            (members != 0.0).then(|| per * of_events / members)
        }
        Method::RelativeRisk => None,
    }
}

/// Works out Wilson's limit of a proportion. A proportion above one has none.
fn wilson(limit: Limit, events: f64, members: f64, per: f64) -> Option<f64> {
    let share = events / members;
    if members == 0.0 || share > 1.0 {
        return None;
    }
    let spread = (share * (1.0 - share)).max(0.0) / members + 0.9604 / (members * members);
    Some(per * (share + 1.9208 / members + signed(limit) * spread.sqrt()) / (1.0 + 3.8416 / members))
}

/// Cases among the members of a group, beside those of another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Risks {
    pub(super) cases: f64,
    pub(super) members: f64,
    pub(super) other_cases: f64,
    pub(super) other_members: f64,
}

impl Risks {
    /// Returns the risk of the first group over that of the other. A group without cases, or with more cases than
    /// members, has none, and beside a group without cases there is none.
    pub(super) fn ratio(self) -> Option<f64> {
        let counts = self.cases >= 1.0 && self.cases <= self.members && self.other_cases > 0.0;
        // One division of whole numbers: with two rounded before it, a ratio halfway between two decimals falls to either.
        (counts && self.other_members != 0.0)
            .then(|| self.cases * self.other_members / (self.members * self.other_cases))
    }

    /// Returns the limit of the ratio, by the standard error of its logarithm.
    pub(super) fn limit(self, limit: Limit) -> Option<f64> {
        let variance =
            1.0 / self.cases - 1.0 / self.members + 1.0 / self.other_cases - 1.0 / self.other_members;
        let error = variance.max(0.0).sqrt();
        self.ratio().map(|ratio| (ratio.ln() + signed(limit) * error).exp())
    }
}
