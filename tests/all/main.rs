//! The one integration test binary: each test binary costs six seconds of linking.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod floors;
mod store;
