use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Address;

/// The identity of one delivery: an edition and a recipient, and nothing else.
///
/// A second run, another machine or a restart come to the same key, so nothing has to be remembered
/// for "this has been sent" to be known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryKey(String);

impl DeliveryKey {
    /// The key of `edition` for `recipient`; the case of the address makes no difference.
    #[must_use]
    pub fn of(edition: &str, recipient: &Address) -> Self {
        Self::of_text(edition, &recipient.folded())
    }

    /// The key of a text that is no address, under which its refusal is kept.
    pub(super) fn of_text(edition: &str, written: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(edition.as_bytes());
        hash.update(b"\n");
        hash.update(written.as_bytes());
        Self(hex(&hash.finalize()[..16]))
    }

    /// The key that `text` is: thirty-two hexadecimal digits; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 32 && text.bytes().all(digit)).then(|| Self(text.to_owned()))
    }

    /// The message's identity in the sender's `domain`, in its angle brackets.
    #[must_use]
    pub fn message_id(&self, domain: &str) -> String {
        format!("<{}@{domain}>", self.0)
    }

    /// Thirty-two hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
