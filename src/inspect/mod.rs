//! Opens what is about to leave, as a stranger would.
//!
//! The renderers know what they meant to write; this module looks only at the bytes. It reads a message
//! part by part, opens every file in it, and looks for what nobody should find there: something that says who
//! a person is, a sheet that does not show, a formula, an author, a link that fetches; and for what a reader should
//! find and does not: a heading or a figure of the plain text that the page hides. A finding names the
//! place and the rule and never repeats the value.
//!
//! Libraries that share no code with those that write give the second opinion: `mail-parser` reads messages,
//! `html5ever` pages, `calamine` workbooks, `lopdf` papers. Where a lenient reader could pass over something, the bytes are
//! compared with what it found. The module repairs nothing, it does not decide whether a number is safe to
//! publish ([`crate::disclosure`] does), and it knows nothing of the code that made the bytes.

mod attachment;
pub mod attacker;
mod finding;
mod forms;
mod hypertext;
mod letter;
mod limits;
mod mime;
mod paper;
mod personal;
mod picture;
mod table;
mod workbook;

pub use attachment::attachment;
pub use finding::{Finding, Findings, Rule};
pub use forms::forms;
pub use letter::message;
pub use limits::Limits;
