//! What the unit of a figure says of it.

use crate::project::Unit;

/// Returns whether parts of this unit add up to a total.
pub(super) fn adds_up(unit: Option<Unit>) -> bool {
    use Unit::{Hours, Number, Percent, Probability, RatePer100, RatePer1000, Ratio, Weeks};
    !matches!(unit, Some(Percent | RatePer100 | RatePer1000 | Ratio | Probability | Number | Weeks | Hours))
}

/// Returns whether a figure of this unit may have been worked out with the total of its rows, as a share is.
pub(super) fn compares(unit: Option<Unit>) -> bool {
    use Unit::{Days, Fte, Hours, Places, Pounds, Weeks};
    !matches!(unit, Some(Pounds | Fte | Places | Weeks | Days | Hours))
}

/// Returns whether a figure of this unit is a quantity of use, of which money is divided by.
pub(super) fn is_quantity(unit: Option<Unit>) -> bool {
    use Unit::{Days, Fte, Hours, Places, Weeks};
    matches!(unit, Some(Days | Fte | Hours | Places | Weeks))
}
