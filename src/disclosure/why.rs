/// Why a cell is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Primary,
    Secondary,
}

/// What a cell is hidden for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Because {
    /// It is a small count.
    Small,
    /// An earlier edition hid it.
    Earlier,
    /// It moved by a small count since an earlier edition.
    Moved,
    /// Another count of its name and period moved so.
    WithMoved,
    /// Another table states it differently and hides it.
    Alike,
    /// An earlier edition showed what it follows from.
    Lost,
    /// Another cell could be worked out with it.
    Beside(usize),
}

impl Because {
    /// Says it in words, with the name of a cell that is protected.
    pub(super) fn says(self, name: impl Fn(usize) -> String) -> String {
        match self {
            Self::Small => "a count below the threshold".to_owned(),
            Self::Earlier => "an earlier edition hid it".to_owned(),
            Self::Moved => "it moved by a small count since an earlier edition".to_owned(),
            Self::WithMoved => "a count of its name and period moved by a small count".to_owned(),
            Self::Alike => "another table states it differently and hides it".to_owned(),
            Self::Lost => "hidden, and given away by an earlier edition".to_owned(),
            Self::Beside(protected) => format!("with it `{}` could be worked out", name(protected)),
        }
    }
}
