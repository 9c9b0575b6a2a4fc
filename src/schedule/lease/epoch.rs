use serde::{Deserialize, Serialize};

use crate::schedule::claim::read;
use crate::schedule::holder::Holder;
use crate::store::{Objects, StoreError};

/// Who may publish within an epoch. Made once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::schedule) enum Permission {
    /// The holder's: it may publish.
    Permitted(String),
    /// A successor's: the holder may not.
    Taken(String),
}

/// What the object of a [`Permission`] is called: the name by which stores have known it from the first form on.
pub(super) const PERMISSION: &str = "turn";

/// How an epoch ended. Made once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::schedule) enum Over {
    Released(String),
    Taken(String),
}

pub(super) fn object(name: &str, epoch: u64, what: &str) -> String {
    format!("leases/{name}/{epoch:010}.{what}")
}

/// Returns whether the holder of an epoch that has ended may have published. Unknown counts as yes.
pub(in crate::schedule) fn may_have_published(
    objects: &dyn Objects,
    name: &str,
    epoch: u64,
) -> Result<bool, StoreError> {
    match read::<Permission>(objects, &object(name, epoch, PERMISSION))? {
        Some(Permission::Permitted(_)) => Ok(true),
        Some(Permission::Taken(_)) => Ok(false),
        // Without its first object the epoch has been swept, and its permission with it.
        None => Ok(read::<Holder>(objects, &object(name, epoch, "json"))?.is_none()),
    }
}

/// Returns the newest epoch that anyone has entered.
pub(super) fn newest_epoch(objects: &dyn Objects, name: &str) -> Result<Option<u64>, StoreError> {
    Ok(objects.list(&format!("leases/{name}"))?.iter().filter_map(|object| epoch_of(object)).max())
}

pub(super) fn epoch_of(object: &str) -> Option<u64> {
    object.rsplit_once('/')?.1.strip_suffix(".json")?.parse().ok()
}
