/// Where cells come from, and so what the contract may expect of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Cells {
    /// Text, as somebody wrote it.
    Written,
    /// Cells of a format with types, whose dates come as `2026-01-31`.
    Typed,
    /// Rows of quarantine that are judged again: personal values are pseudonyms or removed, codes are ours or the
    /// source's.
    Replayed,
}
