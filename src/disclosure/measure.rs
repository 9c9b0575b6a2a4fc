/// What the gate does with a measure.
#[derive(Debug, Clone)]
pub(super) enum Measure {
    /// Hidden when small.
    Count,
    /// Hidden with the columns at these positions; the last of several is the denominator.
    Derived(Vec<usize>),
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
