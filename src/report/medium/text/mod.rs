//! The plain text part: the same document as a letter of at most 78 columns.

mod columns;
mod email;
mod letter;

pub(super) use email::Text;
