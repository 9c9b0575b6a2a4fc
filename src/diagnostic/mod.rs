//! A fault in a file that a user wrote: where it is, what is wrong, what would help.
//!
//! TOML, SQL and Handlebars all say where they fail. Every such fault becomes one
//! [`Diagnostic`], so that each is drawn alike, as text with a caret or as JSON.
//! Loading code pushes into [`Diagnostics`] and goes on: a person who corrects a file at
//! seven in the morning wants the whole list.

mod cause;
mod csv_fault;
mod draw;
mod fault;
mod faults;
mod nearest;
mod read;
mod source_file;
mod spanned;

pub use cause::Cause;
pub use fault::{Diagnostic, Severity};
pub use faults::Diagnostics;
pub use nearest::did_you_mean;
pub use source_file::SourceFile;
pub use spanned::Spanned;

#[cfg(test)]
mod tests;
