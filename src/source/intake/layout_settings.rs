use crate::project::{ControlTotal, Header, SkipRows};

/// How the rows of a file or a query are laid out, as its format's settings say.
#[derive(Clone, Copy, Default)]
pub(in crate::source) struct LayoutSettings<'a> {
    /// How the header is found.
    pub(in crate::source) header: Option<&'a Header>,
    /// Rows that are not data.
    pub(in crate::source) skip: Option<&'a SkipRows>,
    /// The total that the file states about itself.
    pub(in crate::source) control: Option<&'a ControlTotal>,
    /// Columns whose blank cells repeat the value above, by the source's name.
    pub(in crate::source) fill_down: &'a [String],
    /// Whether the first row holds the names and every other is data, even one of blanks alone.
    pub(in crate::source) names_first: bool,
}

impl LayoutSettings<'_> {
    /// Returns the layout of a query, or of a file whose format has names of its own.
    pub(in crate::source) fn names_first() -> Self {
        Self { names_first: true, ..Self::default() }
    }
}
