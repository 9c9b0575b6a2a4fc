//! What a release is to those before it: whoever has two can subtract, and the difference is a count.

use arrow::array::RecordBatch;

use super::cells::Cells;
use super::earlier::Earlier;
use super::read::DisclosureError;
use super::why::Why;
use crate::project::Model;

/// A table of another report, of which readers have an edition.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Its model.
    pub model: &'a Model,
    /// Its rows, as they are by now: what editions showed of them is remembered by their names.
    pub batches: &'a [RecordBatch],
    /// The period of the newest edition that has it.
    pub period: &'a str,
}

/// What a release is to those before it.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// What they showed.
    pub earlier: &'a Earlier,
    /// The tables of other reports that its readers may have.
    pub beside: &'a [Beside<'a>],
    /// The period of this one, as it is written: `ay2025-26`, `fy2026-27-to-2026-09`.
    pub period: &'a str,
    /// Whether one of them is of the same report and period, so that this one is a revision.
    pub is_revision: bool,
    /// Whether a person has released it on record, whatever it shows to have moved.
    pub is_released: bool,
    /// How many counts must move by the threshold or more before a release counts as a large one.
    pub large: usize,
}

impl<'a> Release<'a> {
    /// Returns a release that does not revise one before it.
    #[must_use]
    pub fn after(earlier: &'a Earlier) -> Self {
        Self { earlier, beside: &[], period: "", is_revision: false, is_released: false, large: usize::MAX }
    }

    /// Holds the release, or hides, where counts move by less than their threshold from one that a reader has.
    ///
    /// Of a large release, in which more counts move by the threshold or more than by less, those that move by less are hidden
    /// as small counts are. A small revision does not leave: exactly those would be hidden that one child is in. In a later
    /// edition of another period, the counts that moved are hidden whole, for the periods in which they did. An amount that
    /// moved by what few children have of it is held likewise, and is hidden by itself: it has many causes.
    pub(super) fn rule_on_what_moved(&self, cells: &mut Cells) -> Result<(), DisclosureError> {
        let (little, much) = cells.moved();
        let (amounts, amounts_much) = cells.amounts.moved();
        let (all, all_much) = (little.len() + amounts.len(), much + amounts_much);
        if all == 0 || self.is_released {
            return Ok(());
        }
        let is_large = all_much >= self.large && all_much > all;
        if self.is_revision && !is_large {
            return Err(DisclosureError::Moved { counts: all });
        }
        cells.hide_moved(&little);
        for amount in amounts {
            cells.amounts.hide(amount, Why::Secondary);
        }
        if !is_large {
            cells.hide_around(&little);
        }
        Ok(())
    }
}
