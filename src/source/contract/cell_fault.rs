/// Why a cell was refused. Never holds the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct CellFault {
    /// The rule that it broke.
    pub(in crate::source) rule: &'static str,
    /// The rule in words.
    pub(in crate::source) reason: &'static str,
}

/// A warning about a cell: counted, not refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct CellWarning(pub(in crate::source) &'static str);

/// The rule that a plain number cannot be a day in a workbook whose days count from 1904. It refuses the file.
pub(in crate::source) const FROM_1904: &str = "serial_from_1904";

/// The fault of a cell that is blank and may not be.
pub(super) const REQUIRED: CellFault = CellFault { rule: "required", reason: "is blank and may not be" };
