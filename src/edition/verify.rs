use std::collections::BTreeSet;

use super::disclosed;
use super::record::Edition;
use crate::job::fingerprint::sha256;
use crate::ledger::{self, Showing};
use crate::store::{Damage, Objects, StoreError, given_up};

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
    let given_up = given_up(objects)?;
    for name in objects.list("editions")? {
        let Some(folder) = name.strip_suffix("/edition.json") else { continue };
        verified.editions += 1;
        let Some(edition) = verify_one(objects, folder, &given_up, &mut verified)? else { continue };
        let showing = ledger::showing_of(&edition.id);
        if edition.files.contains_key(disclosed::FILE)
            && objects.size(&showing)?.is_none()
            && !given_up.contains(&showing)
        {
            let what = format!("it is not there, and the edition `{}` is", edition.id);
            verified.damage.push(Damage { name: showing, what });
        }
    }
    remembered(objects, &given_up, &mut verified)?;
    verified.damage.sort();
    verified.damage.dedup();
    Ok(verified)
}

/// Reads every file of the edition in `folder` and compares it with its `edition.json`, which is returned when it can be read.
pub(super) fn verify_one(
    objects: &dyn Objects,
    folder: &str,
    given_up: &BTreeSet<String>,
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
            None if given_up.contains(&name) => {}
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
fn remembered(
    objects: &dyn Objects,
    given_up: &BTreeSet<String>,
    verified: &mut Verified,
) -> Result<(), StoreError> {
    for name in objects.list("showings")? {
        // One that cannot be read is the ledger's to name.
        let Some(showing) = objects.read(&name)? else { continue };
        let Ok(showing) = serde_json::from_slice::<Showing>(&showing) else { continue };
        let name = format!("{}/edition.json", showing.folder);
        let mut damaged = |what: &str| {
            verified.damage.push(Damage { name: name.clone(), what: what.to_owned() });
        };
        match objects.read(&name)? {
            None if given_up.contains(&name) => {}
            None => damaged("it is not there, and the record of what the edition showed is"),
            Some(bytes) => {
                // One that cannot be read is found above.
                let Ok(edition) = Edition::decode(&name, &bytes) else { continue };
                if edition.files.get(disclosed::FILE) != showing.cells.as_ref() {
                    damaged("it shows something else than the record of what it showed says");
                }
            }
        }
    }
    Ok(())
}

/// Writes again what the edition `id` showed, where its record cannot be read and the edition is whole. Returns whether it
/// did.
///
/// # Errors
///
/// [`StoreError`] when the place refuses.
pub(crate) fn restore_showing(objects: &dyn Objects, id: &str) -> Result<bool, StoreError> {
    let record = format!("/{id}/edition.json");
    let Some(name) = objects.list("editions")?.into_iter().find(|name| name.ends_with(&record)) else {
        return Ok(false);
    };
    let bytes = objects.read(&name)?.unwrap_or_default();
    let Ok(edition) = Edition::decode(&name, &bytes) else { return Ok(false) };
    let cells = objects.read(&format!("{}/{}", edition.folder(), disclosed::FILE))?;
    if cells.as_deref().map(sha256).as_ref() != edition.files.get(disclosed::FILE) {
        return Ok(false);
    }
    ledger::restore_showing(objects, &disclosed::showing(&edition))?;
    Ok(true)
}

/// Returns the files that go with `name` when it is given up: with the record of an edition, or its account of what it
/// showed, every file of it but its messages.
///
/// # Errors
///
/// [`StoreError`] when the place refuses.
pub(crate) fn given_up_with(objects: &dyn Objects, name: &str) -> Result<Vec<String>, StoreError> {
    let (folder, file) = name.rsplit_once('/').unwrap_or_default();
    if ![disclosed::FILE, "edition.json"].contains(&file) {
        return Ok(vec![name.to_owned()]);
    }
    let record = format!("{folder}/edition.json");
    let mut files = objects.list(folder)?;
    files.retain(|file| !file.contains("/messages/") && *file != record);
    // The record is what makes it an edition, and goes first.
    Ok(std::iter::once(record).chain(files).collect())
}
