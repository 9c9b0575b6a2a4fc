use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::address::{Address, AddressError};
use crate::text::hex;

/// The identity of one delivery: an edition and a recipient, and nothing else.
///
/// A second run, another machine or a restart come to the same key, so nothing has to be remembered
/// for "this has been sent" to be known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryKey(String);

impl DeliveryKey {
    /// Returns the key of `edition` for `recipient`; the case of the address makes no difference.
    #[must_use]
    pub fn of(edition: &str, recipient: &Address) -> Self {
        Self::of_text(edition, &recipient.folded())
    }

    /// Returns the key of `edition` for what stands in a record as its recipient: an address, a text that is none and was
    /// refused, or the key itself where the plan could not be read.
    #[must_use]
    pub fn of_written(edition: &str, written: &str) -> Self {
        match written.parse() {
            Ok(address) => Self::of(edition, &address),
            Err(_) => Self::parse(written).unwrap_or_else(|| Self::of_text(edition, written)),
        }
    }

    fn of_text(edition: &str, written: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(edition.as_bytes());
        hash.update(b"\n");
        hash.update(written.as_bytes());
        Self(hex(&hash.finalize()[..16]))
    }

    /// Reads the key that `text` is: thirty-two hexadecimal digits; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 32 && text.bytes().all(digit)).then(|| Self(text.to_owned()))
    }

    /// Writes the identity of a message in the sender's `domain`, in its angle brackets. `origin` is what tells it from a
    /// message of another store, or of other content, to the same recipient.
    #[must_use]
    pub fn message_id(&self, origin: &Origin, domain: &str) -> String {
        format!("<{}.{}@{domain}>", self.0, origin.0)
    }

    /// Returns the address that a bounce of a message goes to: `mailbox` with the delivery and its origin after a `+`.
    ///
    /// # Errors
    ///
    /// [`AddressError`] where the mailbox has more than 14 letters before its `@`: with both it would have more than 64.
    pub fn return_path(&self, origin: &Origin, mailbox: &Address) -> Result<Address, AddressError> {
        format!("{}+{}.{}@{}", mailbox.local(), self.0, origin.0, mailbox.domain()).parse()
    }

    /// Returns its thirty-two hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What tells a message from one of another store or of other content: a digest of both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin(String);

impl Origin {
    /// Returns the origin of what has this `content` in the store with this identity.
    #[must_use]
    pub fn of(store: &str, content: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(store.as_bytes());
        hash.update(b"\n");
        hash.update(content.as_bytes());
        Self(hex(&hash.finalize()[..8]))
    }

    /// Reads the key and the origin from an address that a bounce went to; `None` for any other address.
    pub(super) fn of_return_path(address: &str) -> Option<(DeliveryKey, Option<Self>)> {
        Self::parse(address.split('@').next()?.rsplit_once('+')?.1)
    }

    /// Reads the key and the origin from an identity without its angle brackets; a message of before had no origin.
    /// `None` for an identity that is not ours.
    pub(super) fn parse(id: &str) -> Option<(DeliveryKey, Option<Self>)> {
        let local = id.split('@').next()?;
        match local.split_once('.') {
            None => DeliveryKey::parse(local).map(|key| (key, None)),
            Some((key, origin)) => {
                let is_origin = origin.len() == 16 && origin.bytes().all(|byte| byte.is_ascii_hexdigit());
                let key = DeliveryKey::parse(key).filter(|_| is_origin)?;
                Some((key, Some(Self(origin.to_owned()))))
            }
        }
    }
}

impl fmt::Display for DeliveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
