use crate::diagnostic::Spanned;

/// A text whose place is kept because a later check may complain of it.
pub type Text = Spanned<String>;
