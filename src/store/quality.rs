use serde::{Deserialize, Serialize};

/// The six dimensions of the Government Data Quality Framework, as shares of what was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Cells that hold a value, of the cells of columns that must have one.
    pub completeness: Share,
    /// Rows that are no copy of another and share no key, of all rows read.
    pub uniqueness: Share,
    /// Rows whose values agree with each other and with other tables, of all rows held against rules.
    pub consistency: Share,
    /// Extracts that were no older than allowed when they came, by the column that their source declares, of those
    /// whose source declares one and an age.
    pub timeliness: Share,
    /// Cells that are what their column's contract says, of the cells that hold a value.
    pub validity: Share,
    /// Values that a check from outside confirms, of those that have one: check letters, totals that a file or a
    /// second query states.
    pub accuracy: Share,
}

/// A share, as the two counts that it is of. Of nothing where nothing was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Those that are right.
    pub right: u64,
    /// Those that were measured.
    pub of: u64,
}

impl Quality {
    /// Returns the dimensions by name, in the order of the framework.
    #[must_use]
    pub fn scores(&self) -> [(&'static str, Share); 6] {
        [
            ("completeness", self.completeness),
            ("uniqueness", self.uniqueness),
            ("consistency", self.consistency),
            ("timeliness", self.timeliness),
            ("validity", self.validity),
            ("accuracy", self.accuracy),
        ]
    }

    /// Adds up the quality of two extractions.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            completeness: self.completeness.and(other.completeness),
            uniqueness: self.uniqueness.and(other.uniqueness),
            consistency: self.consistency.and(other.consistency),
            timeliness: self.timeliness.and(other.timeliness),
            validity: self.validity.and(other.validity),
            accuracy: self.accuracy.and(other.accuracy),
        }
    }
}

impl Share {
    /// Makes the share of `right` among `of`.
    #[must_use]
    pub fn new(right: u64, of: u64) -> Self {
        Self { right, of }
    }

    /// Adds up both counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { right: self.right + other.right, of: self.of + other.of }
    }

    /// Returns the share in tenths of a per cent, rounded down so that 100% means all; `None` where nothing was
    /// measured.
    #[must_use]
    pub fn per_mille(self) -> Option<u64> {
        let share = u128::from(self.right) * 1000 / u128::from(self.of).max(1);
        (self.of > 0).then(|| u64::try_from(share).unwrap_or(u64::MAX))
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.per_mille() {
            Some(share) => write!(f, "{}.{}%", share / 10, share % 10),
            None => f.write_str("not measured"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn a_share_is_never_rounded_up_to_all() {
        assert_eq!(Share::new(9_999, 10_000).to_string(), "99.9%");
        assert_eq!(Share::new(7, 7).to_string(), "100.0%");
        assert_eq!(Share::new(0, 0).to_string(), "not measured");
    }
}
