use std::collections::BTreeMap;

/// Counts by reason, in the order of their names.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<String, u64>);

impl Tally {
    /// Counts one more.
    pub(super) fn count(&mut self, reason: &str) {
        self.add(reason, 1);
    }

    /// Counts some more; a count of 0 adds no entry.
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

    /// Returns the counts.
    pub(super) fn into_counts(self) -> BTreeMap<String, u64> {
        self.0
    }
}

/// Warnings by rule, each with the place of the first.
#[derive(Debug, Default)]
pub(super) struct Warnings {
    counts: Tally,
    first: BTreeMap<String, String>,
}

impl Warnings {
    /// Counts some more; a count of 0 adds no entry. `place`: where the first of them is.
    pub(super) fn add(&mut self, rule: &str, count: u64, place: impl FnOnce() -> String) {
        if count > 0 && !self.first.contains_key(rule) {
            self.first.insert(rule.to_owned(), place());
        }
        self.counts.add(rule, count);
    }

    /// Counts one more, in a row.
    pub(super) fn count_row(&mut self, rule: &str, row: i64) {
        self.add(rule, 1, || format!("row {row}"));
    }

    /// Returns the counts, and the places of the first.
    pub(super) fn into_counts(self) -> (BTreeMap<String, u64>, BTreeMap<String, String>) {
        (self.counts.into_counts(), self.first)
    }
}
