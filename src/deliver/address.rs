use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// A mail address in the narrow form that a report may go to.
///
/// ASCII only; the part before the `@` is never quoted; the domain is written in full, with at least
/// two labels. What RFC 5321 allows beyond that (comments, quoted strings, address literals, source
/// routes) is how look-alikes get past an allow-list, so it is not an address here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Address {
    local: String,
    domain: String,
}

/// Why a text is no [`Address`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is a letter outside ASCII: it may only look like the one that is meant.
    #[error("it has a character outside ASCII, which may only look like a letter")]
    NotAscii,
    /// There is not exactly one `@`.
    #[error("it is not one name, one `@` and one domain")]
    Shape,
    /// The part before the `@` is empty, too long, quoted, or routes mail onwards.
    #[error("the part before the `@` is not a plain mailbox name")]
    Local,
    /// It is longer than a server takes.
    #[error("it has more than 254 characters")]
    Length,
    /// The domain is not plain labels with dots between them.
    #[error("the domain is not plain labels with dots between them")]
    Domain,
}

impl Address {
    /// Returns the part before the `@`, as written.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// Returns the domain, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Returns the form in which two spellings of one mailbox are the same text.
    #[must_use]
    pub fn folded(&self) -> String {
        format!("{}@{}", self.local.to_ascii_lowercase(), self.domain)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if !text.is_ascii() {
            return Err(AddressError::NotAscii);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressError::Shape)?;
        if domain.contains('@') {
            return Err(AddressError::Shape);
        }
        if !is_plain_mailbox(local) {
            return Err(AddressError::Local);
        }
        let domain = domain.to_ascii_lowercase();
        if !is_domain(&domain) {
            return Err(AddressError::Domain);
        }
        if text.len() > LONGEST {
            return Err(AddressError::Length);
        }
        Ok(Self { local: local.to_owned(), domain })
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The longest address in bytes: a path of RFC 5321, 4.5.3.1.3, without its angle brackets.
const LONGEST: usize = 254;

/// Atoms with single dots between them. `%` and `!` are left out: relays read them as routes.
fn is_plain_mailbox(local: &str) -> bool {
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"#$&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= 64 && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
}

/// Returns whether `domain`, in lower case, is two or more plain labels.
pub(super) fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let last_is_a_name =
        domain.rsplit('.').next().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_lowercase()));
    domain.len() <= 253 && domain.contains('.') && last_is_a_name && domain.split('.').all(label)
}
