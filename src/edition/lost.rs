//! Deliveries that the records of runs know of and the outbox no longer does. Without this the second message would leave
//! as if it were the first.

use super::record::Edition;
use crate::deliver::{DeliveryKey, History};
use crate::job::Failure;
use crate::ledger::{self, Step};
use crate::store::{Objects, StoreError};

/// Refuses to go on with `edition`, to send it or to make one in its place, while a run left a delivery of it of which
/// `known`, the outbox, has no record.
///
/// # Errors
///
/// [`StoreError::Corrupt`] for the first of them; other errors of the store as they are. The record of a run that
/// cannot be read is left to `verify`.
pub(crate) fn refuse(objects: &dyn Objects, edition: &Edition, known: &[History]) -> Result<(), Failure> {
    let has = |key: &DeliveryKey| known.iter().any(|history| history.is_of(key));
    for record in ledger::newest_first(objects)? {
        let record = match record {
            Ok(record) => record,
            Err(StoreError::Corrupt { .. }) => continue,
            Err(other) => return Err(other.into()),
        };
        for step in record.finished.iter().flat_map(|end| &end.steps) {
            let Step::Delivery { edition: of, recipient, state } = step else { continue };
            let key = DeliveryKey::of_written(of, recipient);
            if *of == edition.id && !has(&key) {
                let name = format!("outbox/{}/{of}/{}", edition.report, key.as_str());
                let state = state.split(':').next().unwrap_or_default();
                let what = format!(
                    "it is not there, and run {} left this delivery to {recipient} {state}",
                    record.started.run
                );
                return Err(StoreError::Corrupt { name, what: what.into() }.into());
            }
        }
        // No delivery is older than its edition.
        if record.started.run <= edition.run {
            break;
        }
    }
    Ok(())
}
