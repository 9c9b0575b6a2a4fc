use crate::privacy::{SecretError, TrustError};

/// Why the settings of a mail server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// Mail would cross a network in the clear.
    #[error("expected `tls` for a mail server on another machine, found `none` for `{host}`")]
    Plain {
        /// The server.
        host: String,
    },
    /// A password would be sent in the clear.
    #[error("expected `tls` where a password is sent, found `none`")]
    PlainLogin,
    /// The server's name cannot be checked against a certificate.
    #[error("expected the name of a server, found `{host}`")]
    Name {
        /// As it was written.
        host: String,
    },
    /// The line cannot be encrypted.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// There is no place, or more than one, that the access token comes from.
    #[error("expected either `token_file` or `client` in `xoauth2`, found both or neither")]
    TokenSource,
    /// A secret would be sent in the clear.
    #[error("expected a `token_url` that begins with `https://`, found `{url}`")]
    TokenUrl {
        /// As it was written.
        url: String,
    },
    /// A secret cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl SmtpError {
    /// Returns the file that it is about: a secret, certificates, or the settings.
    #[must_use]
    pub fn place(&self) -> String {
        let path = match self {
            Self::Secret(error) => Some(error.path()),
            Self::Trust(error) => error.path(),
            _ => None,
        };
        path.map_or_else(|| "settings.toml".to_owned(), |path| path.display().to_string())
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Plain { .. } => "set `tls = \"required\"` or `\"implicit\"` under `[mail.smtp]`".to_owned(),
            Self::PlainLogin => "leave out `auth`, or set `tls`".to_owned(),
            Self::Name { .. } => {
                "write `host` as the mail team names it, such as `smtp.council.gov.uk`".to_owned()
            }
            Self::TokenSource => {
                "write `token_file` where another program renews the token, `client` where this one is to"
                    .to_owned()
            }
            Self::TokenUrl { .. } => "write the address of the token endpoint with `https://`".to_owned(),
            Self::Trust(error) => error.help().to_owned(),
            Self::Secret(error) => error.help(),
        }
    }
}
