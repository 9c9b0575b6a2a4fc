//! What keeps a child's identity out of the store: pupil numbers, and the pseudonyms that replace them. And what keeps
//! a line to a server closed to others: secrets, and the certificates that are trusted.
//!
//! Knows no file format and no contract. Nothing here can be printed: neither a key nor a pupil
//! number has a `Display`, and their `Debug` says only what they are.

mod pseudonyms;
mod secret;
mod sightings;
mod trust;
mod upn;

pub use pseudonyms::{KeyError, KeyedPurpose, Pseudonyms};
pub use secret::{Secret, SecretError};
pub use sightings::{
    Sightings, TenFigures, holds_pupil_number, pupil_numbers, ten_figures, without_pupil_numbers,
};
pub use trust::{TrustError, certificates, encryption};
pub use upn::{Upn, UpnFault};
