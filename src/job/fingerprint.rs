use crate::text::hex;
use sha2::{Digest, Sha256};

/// A name for content: the same parts, the same name; another part, another name.
///
/// Each part is hashed with its length, so that no two lists of parts can run together.
#[derive(Debug, Default)]
pub(crate) struct Fingerprint {
    hash: Sha256,
}

impl Fingerprint {
    /// Begins with what the fingerprint is of, and with what was built: another program may make something else of
    /// the same parts, even under the same version.
    pub(crate) fn of(kind: &str) -> Self {
        Self::default().with(kind).with(env!("SUFFICIENCY_BUILD"))
    }

    /// Returns the same with one more part.
    pub(crate) fn with(mut self, part: impl AsRef<[u8]>) -> Self {
        self.add(part);
        self
    }

    /// Adds one more part.
    pub(crate) fn add(&mut self, part: impl AsRef<[u8]>) {
        let part = part.as_ref();
        self.hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.hash.update(part);
    }

    /// Returns the fingerprint, in 64 hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        hex(&self.hash.finalize())
    }
}

/// Returns the sha256 of some bytes, in 64 hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns eight digits that name a text.
pub(crate) fn short(text: &str) -> String {
    let mut digits = sha256(text.as_bytes());
    digits.truncate(8);
    digits
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    #[test]
    fn parts_do_not_run_together() {
        let one = Fingerprint::of("t").with("ab").with("c").finish();
        let other = Fingerprint::of("t").with("a").with("bc").finish();
        assert_ne!(one, other);
        assert_eq!(one, Fingerprint::of("t").with("ab").with("c").finish());
    }
}
