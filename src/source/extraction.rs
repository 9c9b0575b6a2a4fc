use std::collections::BTreeMap;

use arrow::array::RecordBatch;

use super::quarantine::Quarantined;

/// What one file or query came to. Every row read is in exactly one of three places, and so is every penny.
#[derive(Debug)]
pub struct Extraction {
    /// Rows under contract, in the order of the source, of the schema that [`super::schema`] gives.
    pub batches: Vec<RecordBatch>,
    /// Rows by what became of them.
    pub counts: RowCounts,
    /// Each column of money by what became of its rows.
    pub money: BTreeMap<String, MoneyTotals>,
    /// The total that the file states about itself, where it states one. It has been checked.
    pub control_total: Option<ControlTotalFact>,
    /// Rows set aside, in the order of the source.
    pub quarantine: Vec<Quarantined>,
    /// Things that were counted and not refused, by rule.
    pub warnings: BTreeMap<String, u64>,
    /// Rows of the file that are no data, by reason: `preamble`, `header`, `blank`, …
    pub skipped: BTreeMap<String, u64>,
    /// Which contract it was: 16 hexadecimal digits that change with its text.
    pub contract: String,
}

/// Rows by what became of them: `read` is always the sum of the other three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowCounts {
    /// Rows that the contract is about.
    pub read: u64,
    /// Rows in the batches.
    pub published: u64,
    /// Rows set aside.
    pub quarantined: u64,
    /// Exact copies of an earlier row, dropped.
    pub duplicates: u64,
}

/// A column of money by what became of its rows, in minor units: `read` is always the sum of the other three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MoneyTotals {
    /// Decimal places of the units: 2 for pence.
    pub scale: u8,
    /// Every cell that is a sum of money.
    pub read: i128,
    /// Those in the batches.
    pub published: i128,
    /// Those in rows set aside.
    pub quarantined: i128,
    /// Those in dropped copies.
    pub duplicates: i128,
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
