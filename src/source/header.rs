//! The header of a table that somebody else wrote: found by its names wherever it stands, compared with
//! the contract's.

use std::collections::BTreeMap;

use super::SourceError;
use super::contract::Contract;
use super::row::{Row, is_blank};
use crate::diagnostic::did_you_mean;
use crate::project::Drift;

/// A name as it is compared: byte order marks away, every run of white space one space, in small letters.
pub(super) fn normalise(name: &str) -> String {
    let name = name.replace('\u{feff}', " ");
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Where the contract's columns stand in a file.
pub(super) struct Header {
    /// Normalised names in the order of the file.
    pub(super) names: Vec<String>,
    /// For each column of the contract, its place in the file.
    pub(super) places: Vec<Option<usize>>,
    /// Places of columns that have a name which the contract does not know.
    pub(super) strange: Vec<usize>,
}

impl Header {
    /// Compares the names of a header with the contract's.
    pub(super) fn new(
        file: &str,
        row: i64,
        names: Vec<String>,
        contract: &Contract<'_>,
    ) -> Result<Self, SourceError> {
        let mut at: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            at.entry(name).or_default().push(place);
        }
        let mut faults = Vec::new();
        let mut places = Vec::new();
        let mut known = Vec::new();
        for column in &contract.columns {
            let wanted = normalise(column.source_name());
            let found = at.get(wanted.as_str()).map_or(&[][..], Vec::as_slice);
            match found {
                [] if column.definition.optional => places.push(None),
                [] => {
                    let help = did_you_mean(&wanted, at.keys()).map(|help| format!(" ({help})"));
                    faults.push(format!("no column `{}`{}", column.source_name(), help.unwrap_or_default()));
                    places.push(None);
                }
                [place] => places.push(Some(*place)),
                [..] => {
                    faults.push(format!("{} columns are called `{}`", found.len(), column.source_name()));
                    places.push(None);
                }
            }
            known.push(wanted);
        }
        let strange: Vec<usize> = at
            .iter()
            .filter(|(name, _)| !known.iter().any(|known| known == *name))
            .flat_map(|(_, at)| at.clone())
            .collect();
        if contract.drift() == Drift::Freeze {
            let unknown = strange.iter().filter_map(|&place| names.get(place));
            faults.extend(unknown.map(|name| format!("the contract does not know the column `{name}`")));
        }
        if !faults.is_empty() {
            return Err(SourceError::Columns { file: file.to_owned(), row, faults: faults.join("; ") });
        }
        Ok(Self { names, places, strange })
    }

    /// How `row` does not fit beneath the header, if it does not: cells are missing, or there are more than
    /// columns. Blank cells at the end may be left out or added; columns without a name may hold anything.
    pub(super) fn misfit(&self, row: &Row) -> Option<String> {
        let named = self.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let beyond = row.cells().skip(self.names.len()).any(|cell| !is_blank(cell));
        (row.len() < named || beyond)
            .then(|| format!("has {} cells beneath a header of {named} names", row.len()))
    }

    /// Whether `row` is the header once more, as at the top of each printed page.
    pub(super) fn is_repeated_by(&self, row: &Row) -> bool {
        row.len() >= self.names.len()
            && self.names.iter().zip(row.cells()).all(|(name, cell)| *name == normalise(cell))
    }
}
