//! The one integration test binary: each test binary costs six seconds of linking.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may panic, and says what it did not run"
)]

mod children;
mod council;
mod delivery;
mod deploy;
mod email;
mod floors;
mod mail;
mod mail_server;
mod operation;
mod payments;
mod postfix;
mod promises;
mod refusals;
mod schema;
mod source;
mod store;
mod tutorial;
