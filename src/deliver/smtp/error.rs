use crate::privacy::{SecretError, TrustError};

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
    /// The line cannot be encrypted.
    #[error(transparent)]
    Trust(#[from] TrustError),
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
