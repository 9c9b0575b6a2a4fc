use chrono::NaiveDate;

use super::news::Memory;
use crate::diagnostic::Cause;
use crate::job::{Context, Failure};
use crate::ledger;
use crate::store::StoreError;

/// The day and the newest run at which the findings were last looked at: a look each minute must not read every source.
const SEEN: &str = "quality/seen";

/// Where the memories of all owners are.
pub(super) const DIGESTS: &str = "quality/digests";

/// Returns what the newest digest of an owner knew, and its day; of none, nothing.
pub(crate) fn last(context: &Context, owner: &str) -> Result<(Memory, Option<NaiveDate>), Failure> {
    let objects = context.store().objects();
    let names = objects.list(&folder(owner))?;
    // Days sort as their names do.
    let newest = names.iter().rev().find_map(|name| Some((name, day_of(owner, name)?)));
    let Some((name, day)) = newest else { return Ok((Memory::default(), None)) };
    let bytes = objects.read(name)?.unwrap_or_default();
    let memory = serde_json::from_slice(&bytes)
        .map_err(|error| StoreError::Corrupt { name: name.clone(), what: Cause::of(&error) })?;
    Ok((memory, Some(day)))
}

/// Records what the digest of `day` knows. One that is there stays: a day has one digest.
pub(crate) fn remember(
    context: &Context,
    owner: &str,
    day: NaiveDate,
    memory: &Memory,
) -> Result<(), Failure> {
    let mut json = serde_json::to_vec_pretty(memory).map_err(Failure::bug)?;
    json.push(b'\n');
    context.store().objects().create(&format!("{}/{day}.json", folder(owner)), &json)?;
    Ok(())
}

/// Returns whether anything can have changed since the findings were last looked at: another day has come, or a run begun.
pub(crate) fn may_have_changed(context: &Context) -> Result<bool, Failure> {
    let seen = context.store().objects().read(SEEN)?;
    Ok(seen.as_deref() != Some(state(context)?.as_bytes()))
}

/// Records that the findings of today and of all runs so far have been looked at.
pub(crate) fn looked(context: &Context) -> Result<(), Failure> {
    context.store().objects().replace(SEEN, state(context)?.as_bytes())?;
    Ok(())
}

fn state(context: &Context) -> Result<String, Failure> {
    let newest = ledger::newest(context.store().objects().as_ref())?.unwrap_or_default();
    Ok(format!("{} {newest}\n", context.clock().today()))
}

fn folder(owner: &str) -> String {
    format!("{DIGESTS}/{owner}")
}

fn day_of(owner: &str, name: &str) -> Option<NaiveDate> {
    name.strip_prefix(&folder(owner))?.strip_prefix('/')?.strip_suffix(".json")?.parse().ok()
}
