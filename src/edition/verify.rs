use super::disclosed;
use super::record::Edition;
use crate::job::fingerprint::sha256;
use crate::ledger;
use crate::store::{Damage, Objects, StoreError};

/// What a look at all editions found.
#[derive(Debug, Default)]
pub(crate) struct Verified {
    /// Editions that were read.
    pub(crate) editions: u64,
    /// Their files.
    pub(crate) files: u64,
    /// Bytes of those files.
    pub(crate) bytes: u64,
    /// What is not as it was written, in the order of names.
    pub(crate) damage: Vec<Damage>,
}

/// Reads every file of every edition and compares it with its `edition.json`, and that with what the ledger knows of it.
/// Changes nothing.
///
/// # Errors
///
/// [`StoreError`] only when the place refuses; what is damaged is in the result.
pub(crate) fn verify(objects: &dyn Objects) -> Result<Verified, StoreError> {
    let mut verified = Verified::default();
    for name in objects.list("editions")? {
        let Some(folder) = name.strip_suffix("/edition.json") else { continue };
        verified.editions += 1;
        verify_one(objects, folder, &mut verified)?;
    }
    remembered(objects, &mut verified)?;
    verified.damage.sort();
    verified.damage.dedup();
    Ok(verified)
}

/// Reads every file of the edition in `folder` and compares it with its `edition.json`, which is returned when it can be read.
pub(super) fn verify_one(
    objects: &dyn Objects,
    folder: &str,
    verified: &mut Verified,
) -> Result<Option<Edition>, StoreError> {
    let mut damaged = |name: &str, what: String| {
        verified.damage.push(Damage { name: name.to_owned(), what });
    };
    let name = format!("{folder}/edition.json");
    let bytes = objects.read(&name)?.unwrap_or_default();
    let edition = match Edition::decode(&name, &bytes) {
        Ok(edition) => edition,
        Err(StoreError::Corrupt { what, .. }) => {
            damaged(&name, what.to_string());
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    for (file, wanted) in &edition.files {
        let name = format!("{folder}/{file}");
        match objects.read(&name)? {
            None => damaged(&name, "it is not there".to_owned()),
            Some(bytes) => {
                verified.files += 1;
                verified.bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                if sha256(&bytes) != *wanted {
                    damaged(&name, "its sha256 is not the one in edition.json".to_owned());
                }
            }
        }
    }
    Ok(Some(edition))
}

/// Compares what the ledger knows of each edition with the edition: what was shown is not to be lost with it.
fn remembered(objects: &dyn Objects, verified: &mut Verified) -> Result<(), StoreError> {
    for showing in ledger::showings(objects)? {
        let name = format!("{}/edition.json", showing.folder);
        let mut damaged = |what: &str| {
            verified.damage.push(Damage { name: name.clone(), what: what.to_owned() });
        };
        match objects.read(&name)? {
            None => damaged("it is not there, and the ledger knows the edition"),
            Some(bytes) => {
                // One that cannot be read is found above.
                let Ok(edition) = Edition::decode(&name, &bytes) else { continue };
                if edition.files.get(disclosed::FILE) != showing.cells.as_ref() {
                    damaged("what it showed is not what the ledger knows");
                }
            }
        }
    }
    Ok(())
}
