/// How the two sides of a relation compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Comparison {
    Equal,
    AtLeast,
}

/// The sum of numbers, each once or taken away once, is (at least) a constant that the reader knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Relation {
    /// Numbers and their signs, by position among the cells.
    pub(super) terms: Vec<(usize, i128)>,
    pub(super) comparison: Comparison,
    pub(super) constant: i128,
}

impl Relation {
    /// Makes the relation of these terms that is true of the cells and that whoever knows all but one would use.
    pub(super) fn equal(mut terms: Vec<(usize, i128)>, value: impl Fn(usize) -> i128) -> Self {
        terms.sort_unstable();
        let constant = terms.iter().map(|&(at, sign)| sign.saturating_mul(value(at))).sum();
        Self { terms, comparison: Comparison::Equal, constant }
    }

    pub(super) fn at_least(mut terms: Vec<(usize, i128)>) -> Self {
        terms.sort_unstable();
        Self { terms, comparison: Comparison::AtLeast, constant: 0 }
    }

    pub(super) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.terms.iter().map(|&(at, _)| at)
    }
}
