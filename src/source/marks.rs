/// What a format knows of a cell besides its text. The contract decides what follows from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks(u16);

impl Marks {
    /// The formula of the cell was never calculated.
    pub(super) const UNCALCULATED: Self = Self(1);
    /// A number that the sheet shows as a percentage.
    pub(super) const PERCENT: Self = Self(1 << 1);
    /// A length of time or a time of day, written as `25:30`.
    pub(super) const TIME: Self = Self(1 << 2);
    /// A true date, not the text of one.
    pub(super) const DATE: Self = Self(1 << 3);
    /// A number with more digits than a spreadsheet keeps.
    pub(super) const DIGITS_LOST: Self = Self(1 << 4);
    /// A number of a workbook whose days count from 1904.
    pub(super) const FROM_1904: Self = Self(1 << 5);
    /// Blank, because the cell above is merged over it.
    pub(super) const MERGED: Self = Self(1 << 6);
    /// In a column that was hidden when the sheet was saved.
    pub(super) const HIDDEN: Self = Self(1 << 7);
    /// A text with bytes that are not UTF-8.
    pub(super) const NOT_UTF8: Self = Self(1 << 8);
    /// A number that the sheet shows with zeros or characters that are not part of it, as `E00123` for 123.
    pub(super) const CODE: Self = Self(1 << 9);
    /// A number that the sheet shows with what changes it, as `-5.00` for 5.
    pub(super) const OTHERWISE: Self = Self(1 << 10);

    /// Nothing, where a file has an object instead of a value.
    pub(super) const OBJECT: Self = Self(1 << 11);
    /// Nothing, where a file has a list instead of a value.
    pub(super) const LIST: Self = Self(1 << 12);
    /// Nothing, where a file has a text with elements within it.
    pub(super) const MIXED: Self = Self(1 << 13);
    /// Nothing, where another kind of value is in the place of what the value would be in.
    pub(super) const ELSEWHERE: Self = Self(1 << 14);
    /// A number that the sheet shows as a sum of another currency than pounds.
    pub(super) const FOREIGN: Self = Self(1 << 15);

    /// Returns both.
    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether all of `other` is among them.
    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns them as bits.
    pub(super) fn to_bits(self) -> u16 {
        self.0
    }

    /// Reads what [`to_bits`](Self::to_bits) wrote.
    pub(super) fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}
