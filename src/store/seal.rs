//! Records that notice when they were changed.
//!
//! A sealed record is JSON whose last key, `seal`, is the SHA-256 of all text before it. Other tools
//! read it as plain JSON; we refuse one that was cut short, or in which a bit has turned.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;
use super::stored_file::sha256;
use crate::diagnostic::Cause;

const BEFORE: &str = ",\n  \"seal\": \"";
const AFTER: &str = "\"\n}\n";

/// Writes `record` as bytes with its seal.
pub(crate) fn seal<T: Serialize>(name: &str, record: &T) -> Result<Vec<u8>, StoreError> {
    let unwritable =
        |source: serde_json::Error| StoreError::Write { name: name.to_owned(), source: source.into() };
    let mut text = serde_json::to_string_pretty(record).map_err(unwritable)?;
    text.truncate(text.strip_suffix("\n}").unwrap_or(&text).len());
    let seal = sha256(text.as_bytes());
    text.push_str(BEFORE);
    text.push_str(&seal);
    text.push_str(AFTER);
    Ok(text.into_bytes())
}

/// Reads the record in `bytes`, if its seal is whole.
pub(crate) fn unseal<T: DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, StoreError> {
    let damaged = |what: Cause| StoreError::Corrupt { name: name.to_owned(), what };
    let text = std::str::from_utf8(bytes).map_err(|fault| damaged(Cause::of(&fault)))?;
    let (body, seal) = text
        .strip_suffix(AFTER)
        .and_then(|text| text.rsplit_once(BEFORE))
        .ok_or_else(|| damaged("it does not end with its seal".into()))?;
    if sha256(body.as_bytes()) != seal {
        return Err(damaged("its seal does not fit its text".into()));
    }
    serde_json::from_str(&format!("{body}\n}}")).map_err(|fault| damaged(Cause::of(&fault)))
}
