//! Mail by SMTP: one recipient a transaction, every phase known.
//!
//! What decides everything is where a line fails. Until the last line of the message, the dot, has been
//! written, the server has taken nothing and the delivery may be tried again; after it, only a reply that
//! can be read says what happened, and anything else is uncertain.
//!
//! This is a client of our own, over a socket and rustls, because the library at hand hides what must be
//! known: it keeps what a stranger slipped in before TLS, waits twice its time-out at EHLO, takes any 2xx
//! or 3xx for success, and does not tell the size that a server allows. It speaks only what a report
//! needs: no pipelining, no second recipient, nothing in the clear but to this very machine.

mod auth;
mod connection;
mod judge;
#[cfg(test)]
mod killed;
mod pace;
mod reply;
#[cfg(test)]
mod scripted;
mod secret;
mod session;
mod token;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};

use auth::Login;
use connection::Timeouts;
use pace::Pace;
pub use secret::SecretError;
use session::Session;

use super::{Attempt, Envelope, Scope, Transport};
use crate::project::{SmtpSettings, SmtpTls};

/// Sends messages to one mail server, over one connection for as long as the server keeps it.
#[derive(Debug)]
pub struct SmtpTransport {
    server: Server,
    pace: Pace,
    session: Option<Session>,
}

/// What is known of a server before it is spoken to.
#[derive(Debug)]
struct Server {
    host: String,
    port: u16,
    security: Security,
    login: Option<Login>,
    hello: Option<String>,
    timeouts: Timeouts,
}

/// How a line is encrypted.
#[derive(Debug)]
enum Security {
    /// From the first byte.
    Implicit(Arc<ClientConfig>, ServerName<'static>),
    /// After STARTTLS, without which nothing is said.
    StartTls(Arc<ClientConfig>, ServerName<'static>),
    /// Not at all: the server is this machine.
    Loopback,
}

/// Why the settings of a mail server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// Mail would cross a network in the clear.
    #[error("`tls = \"none\"` is for a mail server on this machine only, and `{host}` is not `localhost`")]
    Plain {
        /// The server.
        host: String,
    },
    /// A password would be sent in the clear.
    #[error("a password is never sent without TLS: leave out `auth`, or set `tls`")]
    PlainLogin,
    /// The server's name cannot be checked against a certificate.
    #[error("`{host}` is not a server's name")]
    Name {
        /// As it was written.
        host: String,
    },
    /// The certificates of `ca_file` cannot be read.
    #[error("the certificates `{path}` cannot be read: {why}")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// There is no certificate to trust.
    #[error("this machine trusts no certificate authority: install its root certificates, or set `ca_file`")]
    NoRoots,
    /// The encryption library does not start.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// There is no place, or more than one, that the access token comes from.
    #[error("`xoauth2` wants either `token_file` or `client`")]
    TokenSource,
    /// A secret would be sent in the clear.
    #[error("`token_url` must begin with `https://`, and `{url}` does not")]
    TokenUrl {
        /// As it was written.
        url: String,
    },
    /// A secret cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl SmtpTransport {
    /// A transport by `settings`; its files lie relative to the folder `project`. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// [`SmtpError`] when mail could not be sent safely with these settings.
    pub fn new(settings: &SmtpSettings, project: &Path) -> Result<Self, SmtpError> {
        let (security, login) = match settings.tls {
            SmtpTls::None if !is_loopback(&settings.host) => {
                return Err(SmtpError::Plain { host: settings.host.clone() });
            }
            SmtpTls::None if settings.auth.is_some() => return Err(SmtpError::PlainLogin),
            SmtpTls::None => (Security::Loopback, None),
            SmtpTls::Starttls | SmtpTls::Implicit => {
                let roots = roots(settings, project)?;
                let login = settings.auth.as_ref();
                let login = login.map(|auth| Login::read(auth, project, &roots)).transpose()?;
                let (config, name) = encryption(settings, roots)?;
                let security = match settings.tls {
                    SmtpTls::Implicit => Security::Implicit(config, name),
                    _ => Security::StartTls(config, name),
                };
                (security, login)
            }
        };
        Ok(Self {
            server: Server {
                host: settings.host.clone(),
                port: settings.port(),
                security,
                login,
                hello: settings.hello.clone(),
                timeouts: Timeouts::default(),
            },
            pace: Pace::new(settings.per_minute),
            session: None,
        })
    }

    /// A session that answers, and whether it has been used before: the one at hand, or a new one.
    fn session(&mut self) -> Result<(Session, bool), Attempt> {
        if let Some(mut session) = self.session.take()
            && session.reset(&self.server).is_ok()
        {
            return Ok((session, true));
        }
        Ok((Session::open(&self.server)?, false))
    }
}

impl Transport for SmtpTransport {
    fn name(&self) -> &'static str {
        "smtp"
    }

    fn leaves(&self) -> bool {
        true
    }

    fn reach(&mut self) -> Result<String, Attempt> {
        let (session, _) = self.session()?;
        self.session = Some(session);
        let login = if self.server.login.is_some() { ", and takes the login" } else { "" };
        Ok(format!("the server answers, and proves who it is{login}"))
    }

    fn send(&mut self, envelope: &Envelope, message: &[u8]) -> Attempt {
        std::thread::sleep(self.pace.wait(Instant::now()));
        let (mut session, used) = match self.session() {
            Ok(found) => found,
            Err(end) => return end,
        };
        self.pace.count(Instant::now());
        let mut outcome = session.send(&self.server, envelope, message);
        // A server may end a connection between two messages. Nothing of this one has been said by then.
        if used && session.ended_before_mail() {
            session = match Session::open(&self.server) {
                Ok(session) => session,
                Err(end) => return end,
            };
            outcome = session.send(&self.server, envelope, message);
        }
        if matches!(outcome, Attempt::Deferred { scope: Scope::Pace, .. }) {
            self.pace.slow_down();
        }
        self.session = session.is_open().then_some(session);
        outcome
    }
}

/// Whether a name is this machine's own.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The roots of this machine and those of `ca_file`.
fn roots(settings: &SmtpSettings, project: &Path) -> Result<Vec<CertificateDer<'static>>, SmtpError> {
    let mut roots = rustls_native_certs::load_native_certs().certs;
    if let Some(file) = &settings.ca_file {
        let path = project.join(file);
        let fault = |why: String| SmtpError::Certificates { path: path.clone(), why };
        let certificates = CertificateDer::pem_file_iter(&path).map_err(|error| fault(error.to_string()))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| fault(error.to_string()))?;
            let mut alone = RootCertStore::empty();
            alone.add(certificate.clone()).map_err(|error| fault(error.to_string()))?;
            roots.push(certificate);
        }
    }
    Ok(roots)
}

/// TLS 1.2 or later, with a server that shows a certificate by one of `certificates`.
fn encryption(
    settings: &SmtpSettings,
    certificates: Vec<CertificateDer<'static>>,
) -> Result<(Arc<ClientConfig>, ServerName<'static>), SmtpError> {
    let name = ServerName::try_from(settings.host.clone())
        .map_err(|_| SmtpError::Name { host: settings.host.clone() })?;
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    if roots.is_empty() {
        return Err(SmtpError::NoRoots);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok((Arc::new(config), name))
}

#[cfg(test)]
mod tests;
