use std::collections::BTreeMap;

use crate::project::SourceDefinition;
use crate::source;
use crate::store::{LandingRecord, MoneyTotals};

/// Returns the pounds set aside in each column of money, where there are any, by the totals of one reading.
pub(crate) fn set_aside(
    definition: &SourceDefinition,
    totals: &BTreeMap<String, MoneyTotals>,
) -> BTreeMap<String, String> {
    let columns = definition.file.columns.iter().filter_map(|column| {
        let amount = totals.get(column.name.get_ref())?.quarantined;
        Some((column.name.get_ref().clone(), source::pounds(column, amount).filter(|_| amount != 0)?))
    });
    columns.collect()
}

/// Adds up the money of landings. Money of a released row is published, and set aside no more.
pub(crate) fn totals(landings: &[&LandingRecord]) -> BTreeMap<String, MoneyTotals> {
    let mut totals: BTreeMap<String, MoneyTotals> = BTreeMap::new();
    for landing in landings {
        for (column, money) in &landing.money {
            let total = totals.entry(column.clone()).or_default();
            total.published += money.published;
            if landing.replays.is_some() {
                total.quarantined -= money.published;
            } else {
                total.read += money.read;
                total.quarantined += money.quarantined;
                total.duplicates += money.duplicates;
            }
        }
    }
    totals
}
