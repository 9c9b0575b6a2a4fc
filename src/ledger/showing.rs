//! What each edition showed its readers: the sha256 of the file that says it.
//!
//! ```text
//! showings/<edition>.json          written once the edition is there, create-if-absent
//! ```
//!
//! The disclosure gate holds every new edition against all that was shown before. If that could be lost or changed
//! without notice, the next edition would be cleared as if nobody had read the last one.

use serde::{Deserialize, Serialize};

use super::record;
use crate::store::{Created, Objects, StoreError};

/// That an edition was made, and what its account of what it shows hashes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Showing {
    /// The edition.
    pub edition: String,
    /// Its folder in the store.
    pub folder: String,
    /// The run that made it.
    pub run: String,
    /// sha256 of its `cells.csv`; `None` for one of before that file was written.
    pub cells: Option<String>,
}

/// Records what an edition shows. One that is recorded with the same hash stays as it is.
///
/// # Errors
///
/// [`StoreError::Corrupt`] when another hash is recorded of the edition, or what is recorded cannot be read.
pub fn record_showing(objects: &dyn Objects, showing: &Showing) -> Result<(), StoreError> {
    let name = showing_of(&showing.edition);
    if objects.create(&name, &record::json(showing))? == Created::New {
        return Ok(());
    }
    match record::read::<Showing>(objects, &name)? {
        Some(known) if known.cells == showing.cells => Ok(()),
        _ => Err(StoreError::Corrupt {
            name: format!("{}/cells.csv", showing.folder),
            what: format!("its sha256 is not the one in {name}").into(),
        }),
    }
}

/// Records again what an edition shows, in place of a record that cannot be read.
///
/// # Errors
///
/// [`StoreError`] when it cannot be written.
pub fn restore_showing(objects: &dyn Objects, showing: &Showing) -> Result<(), StoreError> {
    objects.replace(&showing_of(&showing.edition), &record::json(showing))
}

/// Reads the record of every edition, in the order of their names.
///
/// # Errors
///
/// [`StoreError`] when a record cannot be read or is not one.
pub fn showings(objects: &dyn Objects) -> Result<Vec<Showing>, StoreError> {
    let mut found = Vec::new();
    for name in objects
        .list("showings")?
        .iter()
        .filter(|name| std::path::Path::new(name).extension().is_some_and(|kind| kind == "json"))
    {
        found.extend(record::read(objects, name)?);
    }
    Ok(found)
}

/// Names the record of what `edition` showed.
#[must_use]
pub fn showing_of(edition: &str) -> String {
    format!("showings/{edition}.json")
}
