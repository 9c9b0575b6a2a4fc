//! Mail by SMTP: one recipient a transaction, every phase known.
//!
//! What decides everything is where a line fails. Until the last line of the message, the dot, has been
//! written, the server has taken nothing and the delivery may be tried again; after it, only a reply that
//! can be read says what happened, and anything else is uncertain.
//!
//! This is a client of our own, over a socket and rustls, because the library that was looked at hides what must be
//! known: it reads on what a stranger sent before TLS, waits twice its time-out at EHLO, takes any 2xx
//! or 3xx for success, and does not give the size that a server allows. It speaks only what a report
//! needs: no pipelining, no second recipient, nothing in the clear but to this very machine.

mod auth;
mod client;
mod connection;
mod error;
mod judge;
#[cfg(test)]
mod killed;
mod pace;
mod reply;
#[cfg(test)]
mod scripted;
mod server;
mod session;
mod token;

pub use client::SmtpTransport;
pub use error::SmtpError;

#[cfg(test)]
mod tests;
