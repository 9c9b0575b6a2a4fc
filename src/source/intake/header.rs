//! Compares the header of a file with the columns of the contract.

use std::collections::BTreeMap;

use crate::diagnostic::did_you_mean;
use crate::project::Drift;
use crate::source::column_name::normalise;
use crate::source::contract::Contract;
use crate::source::error::SourceError;
use crate::source::row::{Row, is_blank};

/// The places of the contract's columns in a file.
pub(super) struct Header {
    /// Normalised names in the order of the file.
    pub(super) names: Vec<String>,
    /// For each column of the contract, its place in the file.
    pub(super) places: Vec<Option<usize>>,
    /// Places of columns that have a name which the contract does not know.
    pub(super) strange: Vec<usize>,
}

/// Returns the places of the columns called `wanted`, or of the one that its `[n]` picks.
fn picked(at: &BTreeMap<&str, Vec<usize>>, wanted: &str) -> Vec<usize> {
    if let Some(places) = at.get(wanted) {
        return places.clone();
    }
    let picked = nth(wanted).and_then(|(name, nth)| at.get(name)?.get(nth).copied());
    picked.into_iter().collect()
}

/// Splits `name [2]` into the name and the place among the columns of that name, from 0.
fn nth(wanted: &str) -> Option<(&str, usize)> {
    let (name, number) = wanted.strip_suffix(']')?.rsplit_once(" [")?;
    Some((name, number.parse::<usize>().ok()?.checked_sub(1)?))
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
            match picked(&at, &wanted).as_slice() {
                [] if column.definition.optional => places.push(None),
                [] => {
                    let help = did_you_mean(&wanted, at.keys()).map(|help| format!(" ({help})"));
                    faults.push(format!("no column `{}`{}", column.source_name(), help.unwrap_or_default()));
                    places.push(None);
                }
                [place] => places.push(Some(*place)),
                several => {
                    let (count, name) = (several.len(), column.source_name());
                    faults.push(format!("{count} columns are called `{name}`: pick one by `{name} [1]`"));
                    places.push(None);
                }
            }
            known.push(nth(&wanted).map_or(wanted.clone(), |(name, _)| name.to_owned()));
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

    /// Returns how `row` does not fit below the header, if it does not: cells are missing, or there are more cells
    /// than columns. Blank cells at the end may be left out or added; columns without a name may hold anything.
    pub(super) fn misfit(&self, row: &Row) -> Option<String> {
        let named = self.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let beyond = row.cells().skip(self.names.len()).any(|cell| !is_blank(cell));
        (row.len() < named || beyond)
            .then(|| format!("has {} cells below a header of {named} names", row.len()))
    }

    /// Returns whether `row` repeats the header, as at the top of each printed page.
    pub(super) fn is_repeated_by(&self, row: &Row) -> bool {
        row.len() >= self.names.len()
            && self.names.iter().zip(row.cells()).all(|(name, cell)| *name == normalise(cell))
    }
}
