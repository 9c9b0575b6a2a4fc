use super::decimal::Decimal;
use super::limits::Limits;
use crate::project::Audience;

/// Decimals in which money is compared.
const SCALE: u32 = 6;

/// What the gate does with a measure.
#[derive(Debug, Clone)]
pub(super) enum Measure {
    /// Hidden when small.
    Count,
    /// Hidden with the columns at these positions; the last of several is the denominator.
    Derived(Vec<usize>),
    /// Money that rests on children and on firms.
    Money(Money),
    /// What one firm had: hidden with the children's count, and always from whoever does not commission.
    Firm(Vec<usize>),
    /// Hidden where the count of another row is that it repeats.
    Copy(Copied),
    /// Never hidden.
    Open,
}

/// Where a repeated count stands: positions of columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Copied {
    /// The count.
    pub(super) of: usize,
    /// The key in which the two rows differ.
    pub(super) key: usize,
    /// Where this row holds the other's code.
    pub(super) code_in: usize,
}

/// Who stands behind a sum of money: positions of columns.
#[derive(Debug, Clone)]
pub(super) struct Money {
    /// The children, as a derived column has what it needs.
    pub(super) needs: Vec<usize>,
    pub(super) placements: Option<usize>,
    pub(super) firms: usize,
    pub(super) largest: usize,
    pub(super) second: usize,
}

impl Money {
    /// Returns whether a sum gives one placement's or, to whoever does not commission, one firm's price away: of fewer than three
    /// firms, of one that has most of it, or of two of which each knows the other's by its own.
    pub(super) fn stands_out(
        &self,
        sum: Decimal,
        number: impl Fn(usize) -> Option<Decimal>,
        audience: Audience,
        limits: &Limits,
    ) -> bool {
        let magnitude = |at: usize| number(at).map_or(Decimal::integer(0), Decimal::magnitude);
        if self.placements.is_some_and(|at| magnitude(at) == Decimal::integer(1)) {
            return true;
        }
        let sum = sum.magnitude();
        // A sum that nobody had is nobody's price.
        let has_children = self.needs.iter().all(|&at| !magnitude(at).is_zero());
        if audience == Audience::Commissioning || sum.is_zero() || !has_children {
            return false;
        }
        let (largest, second) = (magnitude(self.largest), magnitude(self.second));
        // Times a hundred, so that nothing is rounded.
        let times = |of: Decimal, share: u32| of.units_at(SCALE).saturating_mul(i128::from(share));
        magnitude(self.firms) < Decimal::integer(3)
            || times(largest, 100) > times(sum, limits.dominance)
            || times(sum.minus(largest).minus(second), 100) < times(largest, limits.nearness)
    }
}
