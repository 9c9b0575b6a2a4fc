//! What keeps a child's identity out of the store: pupil numbers, and the pseudonyms that replace them.
//!
//! Knows no file format and no contract. Nothing here can be printed: neither a key nor a pupil
//! number has a `Display`, and their `Debug` says only what they are.

mod pseudonyms;
mod upn;

pub use pseudonyms::{KeyError, KeyedPurpose, Pseudonyms};
pub use upn::{Upn, UpnFault};
