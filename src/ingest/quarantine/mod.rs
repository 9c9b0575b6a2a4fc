//! Rows that broke their contract: listed, shown, released by a person, judged again.
//!
//! ```text
//! restricted/quarantine/<pipeline>/<source>/<landing>.parquet   the rows, as a landing set them aside
//! restricted/releases/<pipeline>/<source>/<number>.json         what a person decided about some of them
//! landings/…/landing.json with `replays`                        those rows, judged again, beside their landing
//! ```
//!
//! A landing never changes. A decision is about the bytes of one file, so it holds when the same file is read
//! again under a new contract, and ends when the source sends another. No personal value is shown:
//! such a row is corrected at its source.

mod decision;
mod list;
mod release;
mod replay;
mod row;
mod scope;
mod set_aside;

pub use list::{QuarantineLine, Refused, list, refused, show};
pub use release::{Ask, release};
pub use replay::{Replayed, replay};
pub use row::{Filter, QuarantineRow};

pub(crate) use decision::verify;
pub(crate) use scope::chosen;

pub(super) use replay::apply;
