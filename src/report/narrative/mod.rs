//! The narrative: Handlebars over cleared figures gives Markdown, Markdown gives blocks.
//!
//! A value cannot become markup: what a helper returns is escaped for Markdown, and each medium
//! escapes again in its own way. A block helper writes its name between two characters of the private
//! use area, which [`escape`](super::escape::markdown) takes out of every value, so no data can forge one.

mod context;
mod helpers;
mod known;
mod markdown;
mod narrator;

pub(super) use context::{DEPTH, GLOBALS, RUNNING};
pub(super) use markdown::{Marker, Piece, blocks};
pub(super) use narrator::{Narrator, words_in_braces};
