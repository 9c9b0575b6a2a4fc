use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::diagnostic::Cause;
use crate::store::{Created, Objects, StoreError};

/// Whose an object is that can be made once only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Claim<T> {
    /// Ours: nobody else will ever have it.
    Mine,
    /// Somebody else's.
    Theirs(T),
}

/// Attempts when a bucket says "exists" of an object that then is not there.
const TRIES: usize = 3;

/// Makes `name` with `mine` if nothing is there, and says whose it then is.
///
/// An answer is not trusted: a bucket may say "exists" when nothing landed, and fail when something did.
/// What is there is read back, so `mine` has to hold something that nobody else writes.
pub(super) fn claim<T>(objects: &dyn Objects, name: &str, mine: &T) -> Result<Claim<T>, StoreError>
where
    T: Serialize + DeserializeOwned + PartialEq,
{
    let bytes = encode(name, mine)?;
    let mut failed = None;
    for _ in 0..TRIES {
        match objects.create(name, &bytes) {
            Ok(Created::New) => return Ok(Claim::Mine),
            Ok(Created::Exists) => {}
            Err(error) => failed = Some(error),
        }
        if let Some(found) = read(objects, name)? {
            return Ok(if found == *mine { Claim::Mine } else { Claim::Theirs(found) });
        }
    }
    let corrupt =
        || StoreError::Corrupt { name: name.to_owned(), what: "it exists and cannot be read".into() };
    Err(failed.unwrap_or_else(corrupt))
}

/// Returns what `name` holds; `None` when it is not there.
pub(super) fn read<T: DeserializeOwned>(objects: &dyn Objects, name: &str) -> Result<Option<T>, StoreError> {
    let Some(bytes) = objects.read(name)? else { return Ok(None) };
    let value = serde_json::from_slice(&bytes)
        .map_err(|error| StoreError::Corrupt { name: name.to_owned(), what: Cause::of(&error) })?;
    Ok(Some(value))
}

/// Returns the bytes of an object that holds `value`.
pub(super) fn encode<T: Serialize>(name: &str, value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value)
        .map_err(|error| StoreError::Write { name: name.to_owned(), source: std::io::Error::other(error) })
}
