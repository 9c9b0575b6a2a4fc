//! What may become of the rate of joining.

use super::rates::Fit;

/// A supposition on the years to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scenario {
    /// Rates are what they were.
    Hold,
    /// The rate of joining goes on as it went.
    Trend,
    /// Permanent exclusions change by a policy.
    Policy,
}

/// What a council supposes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    /// Children added to every group at the rate of all groups.
    pub(super) prior: u64,
    /// How often a band is drawn.
    pub(super) draws: u64,
    /// The most by which the rate of joining may grow or fall a year.
    pub(super) trend_cap: f64,
    /// The part by which permanent exclusions change under the policy.
    pub(super) policy_pex: f64,
    /// The first year of the policy.
    pub(super) policy_from: i64,
}

impl Scenario {
    /// All of them, the central one first.
    pub(super) const ALL: [Self; 3] = [Self::Hold, Self::Trend, Self::Policy];

    /// Returns its code.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Hold => "HOLD",
            Self::Trend => "TREND",
            Self::Policy => "POLICY",
        }
    }

    /// Returns what the rate of joining is multiplied by in `year`, `ahead` years after the last census.
    pub(super) fn factor(self, fit: &Fit, settings: &Settings, year: i64, ahead: u32) -> f64 {
        match self {
            Self::Trend => {
                let growth = 1.0 + fit.trend(settings.trend_cap);
                (0..ahead).fold(1.0, |product, _| product * growth)
            }
            Self::Policy if year >= settings.policy_from => {
                (1.0 + fit.share_excluded() * settings.policy_pex).max(0.0)
            }
            // Rates are held, and a policy that has not begun changes none.
            Self::Hold | Self::Policy => 1.0,
        }
    }
}
