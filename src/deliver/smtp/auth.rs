use std::path::Path;

use rustls::pki_types::CertificateDer;

use super::error::SmtpError;
use super::token::Tokens;
use crate::deliver::transport::Attempt;
use crate::privacy::Secret;
use crate::project::{SmtpAuth, TokenLogin};

/// How this client says who it is.
#[derive(Debug)]
pub(super) struct Login {
    mechanism: Mechanism,
    user: String,
    secret: Credential,
}

/// Where the secret comes from.
#[derive(Debug)]
enum Credential {
    /// A file, read once.
    Stored(Secret),
    /// An endpoint that gives out tokens.
    Asked(Tokens),
}

/// How a secret is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mechanism {
    /// User and password in one line (RFC 4616).
    Plain,
    /// User and password in two lines, as some servers want it.
    Login,
    /// An access token instead of a password.
    Xoauth2,
}

impl Login {
    /// Reads the login that the settings name; its secret is read now, so that a missing one is known early. A token
    /// endpoint must show a certificate by one of `roots`.
    pub(super) fn read(
        auth: &SmtpAuth,
        project: &Path,
        roots: &[CertificateDer<'static>],
    ) -> Result<Self, SmtpError> {
        let stored = |file: &Path| Secret::read(&project.join(file)).map(Credential::Stored);
        let (mechanism, user, secret) = match auth {
            SmtpAuth::Plain(login) => (Mechanism::Plain, &login.user, stored(&login.password_file)?),
            SmtpAuth::Login(login) => (Mechanism::Login, &login.user, stored(&login.password_file)?),
            SmtpAuth::Xoauth2(login) => {
                let secret = match login {
                    TokenLogin { token_file: Some(file), client: None, .. } => stored(file)?,
                    TokenLogin { token_file: None, client: Some(client), .. } => {
                        if !client.token_url.starts_with("https://") {
                            return Err(SmtpError::TokenUrl { url: client.token_url.clone() });
                        }
                        let secret = Secret::read(&project.join(&client.client_secret_file))?;
                        let (url, scope) = (&client.token_url, &client.scope);
                        Credential::Asked(Tokens::new(url, &client.client_id, secret, scope, roots))
                    }
                    _ => return Err(SmtpError::TokenSource),
                };
                (Mechanism::Xoauth2, &login.user, secret)
            }
        };
        Ok(Self { mechanism, user: user.clone(), secret })
    }

    /// Drops what was sent before, where something else can be sent instead.
    pub(super) fn forget(&self) -> bool {
        match &self.secret {
            Credential::Stored(_) => false,
            Credential::Asked(tokens) => {
                tokens.forget();
                true
            }
        }
    }

    /// Returns the secret, and asks for it where it is not kept. A failure is the end of an attempt, with nothing sent.
    fn secret(&self) -> Result<Secret, Attempt> {
        match &self.secret {
            Credential::Stored(secret) => Ok(secret.clone()),
            Credential::Asked(tokens) => tokens.token(),
        }
    }

    /// Returns the mechanism's name in EHLO and AUTH.
    pub(super) fn keyword(&self) -> &'static str {
        match self.mechanism {
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
            Mechanism::Xoauth2 => "XOAUTH2",
        }
    }

    /// Returns the line that begins it.
    pub(super) fn begin(&self) -> Result<String, Attempt> {
        let first = match self.mechanism {
            Mechanism::Plain => format!("\0{}\0{}", self.user, self.secret()?.expose()),
            Mechanism::Login => return Ok("AUTH LOGIN".to_owned()),
            Mechanism::Xoauth2 => {
                format!("user={}\x01auth=Bearer {}\x01\x01", self.user, self.secret()?.expose())
            }
        };
        Ok(format!("AUTH {} {}", self.keyword(), base64(first.as_bytes())))
    }

    /// Writes the line that answers the server's question of this number, from 0; `None` when there is no answer.
    pub(super) fn answer(&self, question: usize) -> Result<Option<String>, Attempt> {
        Ok(match (self.mechanism, question) {
            (Mechanism::Login, 0) => Some(base64(self.user.as_bytes())),
            (Mechanism::Login, 1) => Some(base64(self.secret()?.expose().as_bytes())),
            // A refused token comes as a question; the empty answer brings the refusal itself.
            (Mechanism::Xoauth2, 0) => Some(String::new()),
            _ => None,
        })
    }
}

/// Writes bytes in base64, with padding (RFC 4648).
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0_u32, |word, at| word << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let letter = LETTERS.get((word >> (18 - 6 * at) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests;
