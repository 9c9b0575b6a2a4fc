use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};

use super::auth::Login;
use super::connection::Timeouts;
use super::error::SmtpError;
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

/// Reads the roots of this machine and those of `ca_file`.
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

/// Prepares TLS 1.2 or later, with a server that shows a certificate by one of `certificates`.
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
