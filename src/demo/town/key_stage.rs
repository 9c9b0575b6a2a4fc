/// A key stage of those that alternative provision serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) enum KeyStage {
    Ks1,
    Ks2,
    Ks3,
    Ks4,
    P16,
}

impl KeyStage {
    /// Returns the key stage of a national curriculum year; Reception counts with key stage 1.
    pub(in crate::demo) fn of(nc_year: i32) -> Self {
        match nc_year {
            ..=2 => Self::Ks1,
            3..=6 => Self::Ks2,
            7..=9 => Self::Ks3,
            10..=11 => Self::Ks4,
            _ => Self::P16,
        }
    }

    pub(in crate::demo) fn code(self) -> &'static str {
        match self {
            Self::Ks1 => "KS1",
            Self::Ks2 => "KS2",
            Self::Ks3 => "KS3",
            Self::Ks4 => "KS4",
            Self::P16 => "P16",
        }
    }
}
