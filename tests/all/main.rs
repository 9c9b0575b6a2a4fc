//! The one integration test binary: each test binary costs six seconds of linking.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod council;
mod deploy;
mod floors;
mod mail;
mod payments;
mod promises;
mod refusals;
mod source;
mod store;
