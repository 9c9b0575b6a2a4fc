use super::place::failure;
use crate::job::{Context, Failure};
use crate::project::{Pipeline, SourceDefinition};
use crate::source::KeysThere;
use crate::store::LandingRecord;

/// Returns the keys of the rows that those of `in_force` which `takes` picks have in the table.
pub(super) fn of(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    in_force: &[&LandingRecord],
    takes: impl Fn(&LandingRecord) -> bool,
) -> Result<KeysThere, Failure> {
    let mut there = KeysThere::default();
    if definition.file.unique.is_empty() {
        return Ok(there);
    }
    for landing in in_force.iter().filter(|landing| takes(landing)) {
        let rows = context.store().read_landing(landing)?;
        let file = landing.file.as_ref().map_or(definition.name.as_str(), |file| file.name.as_str());
        there.add(definition, file, &rows).map_err(|error| failure(pipeline, definition, error))?;
    }
    Ok(there)
}
