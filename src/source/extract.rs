use super::error::SourceError;
use super::extraction::Extraction;
use super::format;
use super::found::Found;
use super::inputs::Inputs;
use super::place::Place;
use crate::project::SourceDefinition;

/// Returns what `source` has to read now, sorted by name: the files that fit its pattern, or its one query.
///
/// # Errors
///
/// The place cannot be reached or read, a file is too large, or no file fits.
pub fn discover(source: &SourceDefinition, place: Place<'_>) -> Result<Vec<Found>, SourceError> {
    place.connector()?.discover(source, place.root)
}

/// Returns the lock files that fit what `source` reads, by name: the file beside each is open in an office program.
///
/// # Errors
///
/// The place cannot be read.
pub fn locks(source: &SourceDefinition, place: Place<'_>) -> Result<Vec<String>, SourceError> {
    place.connector()?.locks(source, place.root)
}

/// Returns the folders that have the name of a file that `source` reads.
///
/// # Errors
///
/// The place cannot be read.
pub fn folders(source: &SourceDefinition, place: Place<'_>) -> Result<Vec<String>, SourceError> {
    place.connector()?.folders(source, place.root)
}

/// Reads one file or query under the contract of `source`.
///
/// `inputs`: the pseudonyms and the lists that the contract names.
///
/// # Errors
///
/// Any [`SourceError`]: the whole file is then refused and none of its rows returned. Rows that break the contract
/// are not an error; they are in [`Extraction::quarantine`].
pub fn extract(
    source: &SourceDefinition,
    place: Place<'_>,
    found: &Found,
    inputs: &Inputs,
) -> Result<Extraction, SourceError> {
    let faults = format::list::check(source);
    if faults.has_errors() {
        return Err(SourceError::of_faults(&faults));
    }
    place.connector()?.extract(source, place.root, found, inputs)
}
