//! What owners of data have to act on: findings about their sources, counted; which of them are news since the last
//! digest; and which are known and accepted until a day.
//!
//! ```text
//! finding    one fault of one source: its count, its rule, the command that shows the rows
//! collect    every finding of a project as it is now     landed  those of one source, from its landings
//! checked    those of checks, from the newest run that made them
//! news       what an owner is sent: new, worse, unchanged for a week, over     memory  what was sent before
//! accept     a person accepts a known fault until a day     accepted  what was accepted
//! source     what a finding needs to know of a source: its age, its parts, whether it is about persons
//!
//! quality/digests/<owner>/<day>.json     what the digest of that day knew
//! quality/seen                           the day and the run up to which findings were looked at
//! quality/accepted/<finding>/<number>.json   who accepted it, until when, why
//! ```
//!
//! A finding holds counts, names, rules and commands, and no value of a row.

mod accept;
mod accepted;
mod checked;
mod collect;
mod finding;
mod landed;
mod memory;
mod news;
mod source;
mod verify;

#[cfg(test)]
mod tests;

pub use accept::{Accepting, accept};
pub use accepted::Acceptance;
pub use collect::{findings, scores};
pub use finding::{Counted, Finding, Severity, Topic};

pub(crate) use memory::{last, looked, may_have_changed, remember};
pub(crate) use news::{Item, News, Status, news};
pub(crate) use verify::verify;
