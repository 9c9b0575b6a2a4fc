//! Whether every record can be read, and what those that cannot are.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::record::{Finished, Started, read};
use super::showing::Showing;
use super::waiting::{Release, Waiting};
use crate::store::{Damage, Objects, StoreError, given_up};

/// Reads every record of the ledger, and returns those that cannot be read or are missing. Changes nothing.
///
/// # Errors
///
/// [`StoreError`] only when the place refuses.
pub fn verify(objects: &dyn Objects) -> Result<Vec<Damage>, StoreError> {
    let mut damage = Vec::new();
    let runs: BTreeSet<String> = objects.list("runs")?.into_iter().collect();
    let given_up = given_up(objects)?;
    for name in &runs {
        if name.ends_with("/started.json") {
            damage.extend(unreadable::<Started>(objects, name)?);
        } else if let Some(run) = name.strip_suffix("/finished.json") {
            damage.extend(unreadable::<Finished>(objects, name)?);
            let start = format!("{run}/started.json");
            if !runs.contains(&start) && !given_up.contains(&start) {
                damage.push(Damage { name: start, what: "it is missing".to_owned() });
            }
        }
    }
    for name in objects.list("showings")? {
        damage.extend(unreadable::<Showing>(objects, &name)?);
    }
    for name in objects.list("waiting")? {
        // What is held is a file of its report, and who let it go a file of that.
        damage.extend(match name.split('/').count() {
            3 => unreadable::<Waiting>(objects, &name)?,
            _ => unreadable::<Release>(objects, &name)?,
        });
    }
    Ok(damage)
}

/// Returns how the record at `name` is damaged, if it is there and not a `T`.
///
/// # Errors
///
/// [`StoreError`] when the place refuses.
pub fn unreadable<T: DeserializeOwned>(
    objects: &dyn Objects,
    name: &str,
) -> Result<Option<Damage>, StoreError> {
    match read::<T>(objects, name) {
        Ok(_) => Ok(None),
        Err(StoreError::Corrupt { name, what }) => Ok(Some(Damage { name, what: what.to_string() })),
        Err(other) => Err(other),
    }
}
