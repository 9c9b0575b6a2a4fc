use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::diagnostic::Cause;

/// Why a line to a server cannot be encrypted.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file of certificates cannot be read, or one of them is not an authority.
    #[error("expected certificates of authorities, found none that can be used in `{path}`")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        why: Cause,
    },
    /// No certificate is trusted, so no server can show one.
    #[error("expected a certificate authority that this machine trusts, found none")]
    NoRoots,
    /// The library for TLS refuses the settings.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

impl TrustError {
    /// Returns the file of certificates, where it is about one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Certificates { path, .. } => Some(path),
            Self::NoRoots | Self::Tls(_) => None,
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Certificates { .. } => "put the certificates of the authority there, in the form PEM",
            Self::NoRoots => "install the root certificates of this machine, or set `ca_file`",
            Self::Tls(_) => "look at `tls` and `ca_file` in `settings.toml`",
        }
    }
}

/// Reads the certificates that this machine trusts, and those of `ca_file` beside them.
///
/// # Errors
///
/// [`TrustError::Certificates`]: the file cannot be read.
pub fn certificates(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let mut trusted = rustls_native_certs::load_native_certs().certs;
    if let Some(path) = ca_file {
        let fault = |why: Cause| TrustError::Certificates { path: path.to_owned(), why };
        let certificates = CertificateDer::pem_file_iter(path).map_err(|error| fault(Cause::of(&error)))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|error| fault(Cause::of(&error)))?;
            let mut alone = RootCertStore::empty();
            alone.add(certificate.clone()).map_err(|error| fault(Cause::of(&error)))?;
            trusted.push(certificate);
        }
    }
    Ok(trusted)
}

/// Prepares TLS 1.2 or later, with a server that shows a certificate by one of `certificates`.
///
/// # Errors
///
/// No certificate is trusted.
pub fn encryption(certificates: Vec<CertificateDer<'static>>) -> Result<ClientConfig, TrustError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    if roots.is_empty() {
        return Err(TrustError::NoRoots);
    }
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
