use crate::source::marks::Marks;

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

/// Returns the fault of a cell in whose place a record has something else than a single value.
pub(super) fn fault_of_shape(marks: Marks) -> Option<CellFault> {
    let faults = [
        (Marks::OBJECT, "single_value", "is an object, expected a single value"),
        (Marks::LIST, "single_value", "is a list, expected a single value"),
        (Marks::MIXED, "single_value", "is a text with elements within it, expected a single value"),
        (
            Marks::ELSEWHERE,
            "nested_value",
            "cannot be read: the record has another kind of value on the way to it",
        ),
    ];
    let fault = faults.into_iter().find(|(mark, ..)| marks.has(*mark));
    fault.map(|(_, rule, reason)| CellFault { rule, reason })
}

/// The fault of a cell that is blank and may not be.
pub(super) const REQUIRED: CellFault = CellFault { rule: "required", reason: "is blank and may not be" };
