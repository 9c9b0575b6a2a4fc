use super::holder::Holder;
use super::lease::{Over, Permission};
use super::record::{Attempt, End};
use crate::ledger::unreadable;
use crate::store::{Damage, Objects, StoreError};

/// Reads every lease and every record of an occurrence, and returns those that cannot be read. Changes nothing.
///
/// # Errors
///
/// [`StoreError`] only when the place refuses.
pub fn verify(objects: &dyn Objects) -> Result<Vec<Damage>, StoreError> {
    let mut damage = Vec::new();
    for name in objects.list("leases")? {
        damage.extend(match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("json") => unreadable::<Holder>(objects, &name)?,
            Some("turn") => unreadable::<Permission>(objects, &name)?,
            Some("over") => unreadable::<Over>(objects, &name)?,
            _ => None,
        });
    }
    for name in objects.list("runs/occurrences")? {
        let file = name.rsplit('/').next().unwrap_or_default();
        damage.extend(if file.starts_with("attempt-") {
            unreadable::<Attempt>(objects, &name)?
        } else if file == "end.json" {
            unreadable::<End>(objects, &name)?
        } else {
            unreadable::<serde_json::Value>(objects, &name)?
        });
    }
    Ok(damage)
}
