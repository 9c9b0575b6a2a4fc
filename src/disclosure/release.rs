//! What a release is to those before it: whoever has two can subtract, and the difference is a count.

use super::cells::Cells;
use super::earlier::Earlier;
use super::read::DisclosureError;

/// What a release is to those before it.
#[derive(Debug, Clone, Copy)]
pub struct Release<'a> {
    /// What they showed.
    pub earlier: &'a Earlier,
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
        Self { earlier, period: "", is_revision: false, is_released: false, large: usize::MAX }
    }

    /// Holds the release, or hides, where counts move by less than their threshold from one that a reader has.
    ///
    /// Of a large release, in which more counts move by the threshold or more than by less, those that move by less are hidden
    /// as small counts are. A small revision does not leave: exactly those would be hidden that one child is in. In a later
    /// edition of another period, the counts that moved are hidden whole, for the periods in which they did.
    pub(super) fn rule_on_what_moved(&self, cells: &mut Cells) -> Result<(), DisclosureError> {
        let (little, much) = cells.moved();
        if little.is_empty() || self.is_released {
            return Ok(());
        }
        let is_large = much >= self.large && much > little.len();
        if self.is_revision && !is_large {
            return Err(DisclosureError::Moved { counts: little.len() });
        }
        cells.hide_moved(&little);
        if !is_large {
            cells.hide_around(&little);
        }
        Ok(())
    }
}
