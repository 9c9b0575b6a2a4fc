//! How many places the council commissions, and what they cost.

use crate::demo::levels::Size;
use crate::demo::provider::Price;
use crate::demo::providers::PROVIDERS;

/// Returns the places that the council commissions from a provider in an academic year.
pub(super) fn commissioned(size: Size, provider: usize, year: i32) -> u32 {
    let growth = 100 - 3 * u32::try_from((2024 - year).clamp(0, 5)).unwrap_or_default();
    (size.at_least_one(PROVIDERS[provider].places) * growth + 50) / 100
}

/// Returns a price of 2025-26, in pence, as it was or will be in the academic year: 2.8 % of it is added each year.
pub(super) fn price_in(year: i32, pence: i64) -> i64 {
    pence * i64::from(1000 + 28 * (year - 2025)) / 1000
}

/// Returns the place rate of an academic year: that of state-funded schools has not moved for years.
pub(super) fn place_rate(provider: usize, year: i32) -> i64 {
    match PROVIDERS[provider].price {
        Price::Block { place: 1_000_000, .. } => 1_000_000,
        Price::Block { place, .. } => price_in(year, place),
        Price::Spot { session } | Price::SchoolsPay { session } => price_in(year, session) * 380,
    }
}

/// What a provider's price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Session,
    Day,
    Hour,
}

impl Unit {
    /// Returns the unit of a provider: a farm bills days, packages at home hours, all others sessions.
    pub(super) fn of(provider: usize) -> Self {
        match PROVIDERS[provider].name {
            "Sablecroft Farm" => Self::Day,
            "Northwyn EOTAS Partnership" => Self::Hour,
            _ => Self::Session,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Session => "Session",
            Self::Day => "Day",
            Self::Hour => "Hour",
        }
    }

    /// Returns the price of a unit where a session costs so many pence: a day has two, two and a half hours are one.
    pub(super) fn price(self, session: i64) -> i64 {
        match self {
            Self::Session => session,
            Self::Day => session * 2,
            Self::Hour => (session * 2 + 2) / 5,
        }
    }

    /// Writes so many sessions in the unit.
    pub(super) fn quantity(self, sessions: i64) -> String {
        let tenths = match self {
            Self::Session => sessions * 10,
            Self::Day => sessions * 5,
            Self::Hour => sessions * 25,
        };
        let sign = if tenths < 0 { "-" } else { "" };
        let tenths = tenths.unsigned_abs();
        format!("{sign}{}.{}", tenths / 10, tenths % 10)
    }
}
