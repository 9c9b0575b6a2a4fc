use std::path::Path;

use super::secret::{Secret, SecretError};
use crate::project::SmtpAuth;

/// How this client says who it is.
#[derive(Debug)]
pub(super) struct Login {
    mechanism: Mechanism,
    user: String,
    secret: Secret,
}

/// How a secret is told.
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
    /// The login that the settings name; its secret is read now, so that a missing one is known early.
    pub(super) fn read(auth: &SmtpAuth, project: &Path) -> Result<Self, SecretError> {
        let (mechanism, user, file) = match auth {
            SmtpAuth::Plain(login) => (Mechanism::Plain, &login.user, &login.password_file),
            SmtpAuth::Login(login) => (Mechanism::Login, &login.user, &login.password_file),
            SmtpAuth::Xoauth2(login) => (Mechanism::Xoauth2, &login.user, &login.token_file),
        };
        Ok(Self { mechanism, user: user.clone(), secret: Secret::read(&project.join(file))? })
    }

    /// The mechanism's name in EHLO and AUTH.
    pub(super) fn keyword(&self) -> &'static str {
        match self.mechanism {
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
            Mechanism::Xoauth2 => "XOAUTH2",
        }
    }

    /// The line that begins it.
    pub(super) fn begin(&self) -> String {
        let secret = self.secret.expose();
        let first = match self.mechanism {
            Mechanism::Plain => format!("\0{}\0{secret}", self.user),
            Mechanism::Login => return "AUTH LOGIN".to_owned(),
            Mechanism::Xoauth2 => format!("user={}\x01auth=Bearer {secret}\x01\x01", self.user),
        };
        format!("AUTH {} {}", self.keyword(), base64(first.as_bytes()))
    }

    /// The line that answers the server's question of this number, from 0; `None` when there is no answer.
    pub(super) fn answer(&self, question: usize) -> Option<String> {
        match (self.mechanism, question) {
            (Mechanism::Login, 0) => Some(base64(self.user.as_bytes())),
            (Mechanism::Login, 1) => Some(base64(self.secret.expose().as_bytes())),
            // A refused token comes as a question; the empty answer brings the refusal itself.
            (Mechanism::Xoauth2, 0) => Some(String::new()),
            _ => None,
        }
    }
}

/// Bytes in base64, with padding (RFC 4648).
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
