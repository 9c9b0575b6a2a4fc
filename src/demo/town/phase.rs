/// A phase of education.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) enum Phase {
    Primary,
    Secondary,
    Special,
    Alternative,
}

impl Phase {
    pub(in crate::demo) const MAINSTREAM_AND_SPECIAL: [Self; 3] =
        [Self::Primary, Self::Secondary, Self::Special];

    pub(in crate::demo) fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Special => "special",
            Self::Alternative => "AP",
        }
    }
}
