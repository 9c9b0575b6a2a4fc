use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::quarantine::Quarantined;
use crate::store::{Findings, MoneyTotals, Quality, RowCounts, WrittenRows};

/// What one file or query came to. Every row read is in exactly one of three places, and so is every penny.
#[derive(Debug)]
pub struct Extraction {
    /// Rows under contract, in the order of the source, of the schema that [`super::schema`] gives.
    pub rows: WrittenRows,
    /// Rows by what became of them.
    pub counts: RowCounts,
    /// Each column of money by what became of its rows, in units of its last decimal place.
    pub money: BTreeMap<String, MoneyTotals>,
    /// The total that the file states about itself, where it states one. It has been checked.
    pub control_total: Option<ControlTotalFact>,
    /// Rows set aside, in the order of the source.
    pub quarantine: Vec<Quarantined>,
    /// Things that were counted and not refused, by rule.
    pub warnings: BTreeMap<String, u64>,
    /// Rows of the file that are no data, by reason: `preamble`, `header`, `blank`, …
    pub skipped: BTreeMap<String, u64>,
    /// How far the data reach, by the column that the source names for it.
    pub as_at: Option<NaiveDate>,
    /// The latest day of any column of days that is not after today.
    pub newest: Option<NaiveDate>,
    /// The scores but timeliness, which is for whoever knows the greatest age.
    pub quality: Quality,
    /// Which contract it was: 16 hexadecimal digits that change with its text.
    pub contract: String,
}

impl Extraction {
    /// What the store keeps of how the rows were judged.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let mut set_aside = Tally::default();
        for row in &self.quarantine {
            set_aside.count(&row.rule);
        }
        Findings {
            warnings: self.warnings.clone(),
            set_aside: set_aside.into_counts(),
            quality: self.quality,
        }
    }
}

/// A total that a file states about itself, and what its rows come to: equal, or there is no extraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlTotalFact {
    /// The column, by the store's name.
    pub column: String,
    /// The row that states it.
    pub row: i64,
    /// As stated, in minor units.
    pub stated: i128,
    /// As added up, in minor units.
    pub found: i128,
}

/// Counts by reason, in the order of their names.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// One more.
    pub(super) fn count(&mut self, reason: &str) {
        self.add(reason, 1);
    }

    /// Some more; none leaves no trace.
    pub(super) fn add(&mut self, reason: &str, count: u64) {
        if count == 0 {
            return;
        }
        match self.0.get_mut(reason) {
            Some(known) => *known += count,
            None => {
                self.0.insert(reason.to_owned(), count);
            }
        }
    }

    /// The counts.
    pub(super) fn into_counts(self) -> BTreeMap<String, u64> {
        self.0
    }
}
