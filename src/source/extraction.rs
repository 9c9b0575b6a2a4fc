use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::quarantine::Quarantined;
use super::tally::Tally;
use crate::store::{Findings, MoneyTotals, Quality, Replaced, RowCounts, WrittenRows};

/// The result of reading one file or query. Every row is published, set aside or dropped as a copy, and so is
/// every penny.
#[derive(Debug)]
pub struct Extraction {
    /// Rows that fit the contract, in the order of the source, with the schema that [`super::schema`] returns.
    pub rows: WrittenRows,
    /// Rows by outcome.
    pub counts: RowCounts,
    /// Each column of money by the outcome of its rows, in units of its last decimal place.
    pub money: BTreeMap<String, MoneyTotals>,
    /// The total that the file states about itself, where it states one. It has been checked.
    pub control_total: Option<ControlTotalFact>,
    /// Rows set aside, in the order of the source.
    pub quarantine: Vec<Quarantined>,
    /// Warnings: what was counted and not refused, by rule.
    pub warnings: BTreeMap<String, u64>,
    /// Where the first of each warning is, in words, by rule: a row, a column, and no value.
    pub first: BTreeMap<String, String>,
    /// Rows of the file that are not data, by reason: `preamble`, `header`, `blank`, …
    pub skipped: BTreeMap<String, u64>,
    /// How far the data reach, by the column that the source names for it.
    pub as_at: Option<NaiveDate>,
    /// The latest day of any column of days that is not after today.
    pub newest: Option<NaiveDate>,
    /// The quality scores except timeliness, which needs the greatest age allowed.
    pub quality: Quality,
    /// What it changes of the rows that it takes the place of: for who lands it to say.
    pub replaced: Option<Replaced>,
    /// What was read, where that can differ from what was discovered: bytes, and SHA-256 in hexadecimal. A server's
    /// rows may change between the two.
    pub read: Option<(u64, String)>,
    /// Fingerprint of the contract: 16 hexadecimal digits that change with its text.
    pub contract: String,
}

impl Extraction {
    /// Returns how the rows were judged, for the store.
    #[must_use]
    pub fn findings(&self) -> Findings {
        let mut set_aside = Tally::default();
        for row in &self.quarantine {
            set_aside.count(&row.rule);
        }
        Findings {
            warnings: self.warnings.clone(),
            first: self.first.clone(),
            skipped: self.skipped.clone(),
            set_aside: set_aside.into_counts(),
            quality: self.quality,
            replaced: self.replaced,
        }
    }
}

/// A total that a file states about itself and the sum of its rows. They are equal: otherwise the file is refused.
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
