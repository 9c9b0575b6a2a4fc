//! Where rows are planted that a contract ought to set aside.

/// Rows of a register, and of a table of casework, among which a few wrong ones stay below the contract's limit.
pub(super) const REGISTER_ROWS: usize = 120;
pub(super) const CASEWORK_ROWS: usize = 200;

/// Decides whether a file with so many rows of a district carries planted ones: in the first district only.
pub(super) fn plants(district: u32, rows: usize, at_least: usize) -> bool {
    district == 0 && rows >= at_least
}
