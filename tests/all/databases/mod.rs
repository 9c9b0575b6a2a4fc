//! Sources that are databases, read from real servers.

mod postgres;
mod postgres_faults;
mod server;
