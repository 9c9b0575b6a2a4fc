use super::accepted::{self, Acceptance};
use super::memory;
use super::news::Memory;
use crate::ledger::unreadable;
use crate::store::{Damage, Objects, StoreError};

/// Reads what was accepted and what was sent, and returns the records that cannot be read. Changes nothing.
///
/// # Errors
///
/// [`StoreError`] only when the place refuses.
pub(crate) fn verify(objects: &dyn Objects) -> Result<Vec<Damage>, StoreError> {
    let mut damage = Vec::new();
    for name in objects.list(accepted::FOLDER)? {
        damage.extend(unreadable::<Acceptance>(objects, &name)?);
    }
    for name in objects.list(memory::DIGESTS)? {
        damage.extend(unreadable::<Memory>(objects, &name)?);
    }
    Ok(damage)
}
