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
