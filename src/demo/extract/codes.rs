//! Numbers and codes that several extracts carry, so that they join.

use chrono::NaiveDate;

use crate::demo::provider::Price;
use crate::demo::terms::{academic_year, date, year_code};
use crate::demo::town::district::Town;
use crate::demo::town::placement::Placement;

/// Returns the provider's number across all districts.
pub(super) fn provider_id(district: u32, provider: usize) -> String {
    format!("AP{:04}", u64::from(district) * 100 + u64::try_from(provider).unwrap_or_default() + 1)
}

/// Returns the order that pays for the placement: a provider's block order of the academic year of the start, or
/// the placement's own.
pub(super) fn placement_order(town: &Town, placement: &Placement) -> Option<String> {
    match placement.provider().price {
        Price::SchoolsPay { .. } => None,
        Price::Block { .. } => {
            Some(block_order(town.district, placement.provider, academic_year(placement.started_on)))
        }
        Price::Spot { .. } => Some(format!("PO{:08}", 40_000_000 + placement.number)),
    }
}

/// Returns the order for a provider's places in an academic year.
pub(super) fn block_order(district: u32, provider: usize, year: i32) -> String {
    format!("BLK/{}/{}", provider_id(district, provider), year_code(year))
}

/// Returns the order for the taxis of an academic year.
pub(super) fn transport_order(district: u32, year: i32) -> String {
    format!("TRN/{}/{}", district + 1, year_code(year))
}

/// Returns the code of a ward. All codes changed in May 2023; a pupil who had left by then keeps the old one.
pub(super) fn ward_code(ward: u32, left_on: Option<NaiveDate>) -> String {
    let old = left_on.is_some_and(|day| day < date(2023, 5, 4));
    format!("E0509{:04}", if old { 8001 } else { 9001 } + ward)
}
