//! The one integration test binary: each test binary costs six seconds of linking.

mod deploy;
