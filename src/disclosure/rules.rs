/// A rule of the gate. Each is there for a leak that a test shows without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Small counts are hidden.
    Small,
    /// What is worked out from a hidden count is hidden.
    Derived,
    /// A cell that is hidden in one table is hidden in all that state it.
    Alike,
    /// Of a total and its parts never exactly one is hidden.
    BesideSingle,
    /// The same for figures that are worked out and add up.
    DerivedBesideSingle,
    /// The same for money, weeks and places, over all tables.
    Amounts,
    /// No hidden count can be bounded by what adds up.
    Relations,
    /// No hidden figure follows from a row that is any of others.
    Unions,
    /// No hidden count follows from periods that are pooled.
    Pooled,
    /// What an earlier edition hid stays hidden.
    Earlier,
    /// What moved by a small count since an earlier edition is not shown.
    Moved,
}

/// The rules that hold: all but the one that a test leaves out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rules {
    pub(super) without: Option<Rule>,
}

impl Rules {
    pub(super) fn has(self, rule: Rule) -> bool {
        self.without != Some(rule)
    }
}
