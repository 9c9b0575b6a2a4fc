use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};

use super::auth::Login;
use super::connection::Timeouts;
use super::error::SmtpError;
use crate::privacy::{certificates, encryption};
use crate::project::{SmtpSettings, SmtpTls};

/// What is known of a server before it is spoken to.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) login: Option<Login>,
    pub(super) hello: Option<String>,
    pub(super) timeouts: Timeouts,
}

/// How a line is encrypted.
#[derive(Debug)]
pub(super) enum Security {
    /// From the first byte.
    Implicit(Arc<ClientConfig>, ServerName<'static>),
    /// After STARTTLS, without which nothing is said.
    StartTls(Arc<ClientConfig>, ServerName<'static>),
    /// Not at all: the server is this machine.
    Loopback,
}

impl Server {
    /// Reads what `settings` say of a server; their files lie relative to the folder `project`.
    pub(super) fn by(settings: &SmtpSettings, project: &Path) -> Result<Self, SmtpError> {
        let (security, login) = match settings.tls {
            SmtpTls::None if !is_loopback(&settings.host) => {
                return Err(SmtpError::Plain { host: settings.host.clone() });
            }
            SmtpTls::None if settings.auth.is_some() => return Err(SmtpError::PlainLogin),
            SmtpTls::None => (Security::Loopback, None),
            SmtpTls::Starttls | SmtpTls::Implicit => {
                let ca_file = settings.ca_file.as_ref().map(|file| project.join(file));
                let roots = certificates(ca_file.as_deref())?;
                let login = settings.auth.as_ref();
                let login = login.map(|auth| Login::read(auth, project, &roots)).transpose()?;
                let (config, name) = encrypted(settings, roots)?;
                let security = match settings.tls {
                    SmtpTls::Implicit => Security::Implicit(config, name),
                    _ => Security::StartTls(config, name),
                };
                (security, login)
            }
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port(),
            security,
            login,
            hello: settings.hello.clone(),
            timeouts: Timeouts::default(),
        })
    }
}

/// Returns whether a name is this machine's own.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Prepares TLS with a server that shows a certificate by one of `certificates`.
fn encrypted(
    settings: &SmtpSettings,
    certificates: Vec<CertificateDer<'static>>,
) -> Result<(Arc<ClientConfig>, ServerName<'static>), SmtpError> {
    let name = ServerName::try_from(settings.host.clone())
        .map_err(|_| SmtpError::Name { host: settings.host.clone() })?;
    Ok((Arc::new(encryption(certificates)?), name))
}
