//! The first step: sources to landings, and landings to the current table.
//!
//! ```text
//! lists       what a contract names, read before its source     place    where a source is read from
//! due         what is new or changed; natural: names in the order that people give them
//! pull        what is due, read and landed                      gates    against the landing before; limit: its own limit
//! landing     one extraction, recorded                          affected which reports a failed source holds up
//! compare     an extract against the one that it takes the place of; difference: row by row     parts  the months, terms or years of a series; strays  rows of none of them
//! quarantine  rows set aside: listed, released, judged again
//! trial       all of this without landing anything, for `try`
//! merged      `unique` over the table that a merge will be
//! current     the landings in force     assemble  their rows as one table     seed  code lists as tables
//! ```

pub(crate) mod affected;
pub(crate) mod assemble;
mod compare;
pub(crate) mod current;
mod difference;
pub(crate) mod due;
mod gates;
mod keys;
mod landing;
mod limit;
pub(crate) mod lists;
mod merged;
pub(crate) mod money;
mod natural;
pub(crate) mod parts;
mod place;
pub(crate) mod pull;
pub mod quarantine;
pub(crate) mod seed;
mod strays;
mod trial;

pub(crate) use landing::needs_pseudonyms;
pub(crate) use place::failure_of;
pub use trial::{Trial, TriedFile, TriedRule, try_sources};
