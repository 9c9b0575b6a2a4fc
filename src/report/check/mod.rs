//! Every fault of a report's two files, found against the models' columns before there is a row.
//!
//! Handlebars in strict mode finds a misspelt path only when it renders it, and inside `#if` and
//! `#each` not even then. Here every name of `report.toml` and every path and helper of the narrative
//! is looked up at load, and a fault is drawn at its line with what was nearly right.

mod charts;
mod elements;
mod faults;
mod grammar;
mod layout;
mod report;
mod settings;
mod template;
mod walk;
mod words;

pub use layout::check as check_layout;
pub use report::check;

#[cfg(test)]
mod tests;
