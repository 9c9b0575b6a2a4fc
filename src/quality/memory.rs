use chrono::NaiveDate;

use super::news::Memory;
use crate::diagnostic::Cause;
use crate::job::{Context, Failure};
use crate::store::StoreError;

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

fn folder(owner: &str) -> String {
    format!("quality/digests/{owner}")
}

fn day_of(owner: &str, name: &str) -> Option<NaiveDate> {
    name.strip_prefix(&folder(owner))?.strip_prefix('/')?.strip_suffix(".json")?.parse().ok()
}
