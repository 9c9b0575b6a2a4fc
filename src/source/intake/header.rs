//! Compares the header of a file with the columns of the contract.

use std::collections::BTreeMap;

use super::totals::begins_as_a_total;
use crate::diagnostic::did_you_mean;
use crate::project::Drift;
use crate::source::column_name::normalise;
use crate::source::contract::Contract;
use crate::source::contract::column::ColumnWriter;
use crate::source::error::SourceError;
use crate::source::row::{Row, is_blank};
use crate::text::counted;

/// Most names of a header that a message lists.
const LISTED: usize = 30;

/// The places of the contract's columns in a file.
pub(super) struct Header {
    /// Normalised names in the order of the file.
    pub(super) names: Vec<String>,
    /// For each column of the contract, its place in the file.
    pub(super) places: Vec<Option<usize>>,
    /// Places of columns that have a name which the contract does not know.
    pub(super) strange: Vec<usize>,
    /// Columns of the contract that have another of their names than the first, with that name.
    pub(super) renamed: Vec<(String, String)>,
    /// The names, sorted, to look one up.
    sorted: Vec<String>,
    /// For each column of the file, all names that it is known by: here, in other files, and in the store.
    own: Vec<Vec<String>>,
}

/// What a row above the header looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    /// A title, or anything else that is not data.
    Title,
    /// A header, whose names are not all of those that are wanted.
    Header,
    /// A row as wide as a table of two columns, whose cells fit neither.
    Wide,
    /// Data, unless it stands alone.
    Likely,
    /// Data.
    Data,
}

/// How a row does not fit below its header.
pub(super) enum Misfit {
    /// It ends before the last column.
    Short,
    /// For any other reason, in words.
    Other(String),
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
pub(super) fn nth(wanted: &str) -> Option<(&str, usize)> {
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
        let (mut faults, mut help) = (Vec::new(), Vec::new());
        let mut places = Vec::new();
        let mut known = Vec::new();
        let mut renamed = Vec::new();
        let mut missing = Vec::new();
        for column in &contract.columns {
            let wanted: Vec<String> = column.source_names().iter().map(|name| normalise(name)).collect();
            let found: Vec<usize> = wanted.iter().flat_map(|wanted| picked(&at, wanted)).collect();
            let other = wanted.iter().skip(1).find(|name| !picked(&at, name).is_empty());
            if let Some(other) = other.filter(|_| found.len() == 1) {
                renamed.push((column.name().to_owned(), other.clone()));
            }
            for name in &wanted {
                known.push(nth(name).map_or(name.clone(), |(name, _)| name.to_owned()));
                known.push(name.clone());
            }
            let wanted = wanted.into_iter().next().unwrap_or_default();
            match found.as_slice() {
                [] if column.definition.optional => places.push(None),
                [] => {
                    missing.push(column.source_name());
                    let near = did_you_mean(&wanted, at.keys());
                    help.extend(near.map(|near| format!("for `{}`, {near}", column.source_name())));
                    faults.push(format!("no column `{}`", column.source_name()));
                    places.push(None);
                }
                [place] => places.push(Some(*place)),
                several => {
                    let (count, name) = (several.len(), column.source_name());
                    faults.push(format!("{count} columns are called `{name}`"));
                    help.push(format!("pick one of them by `{name} [1]`"));
                    places.push(None);
                }
            }
        }
        let strange: Vec<usize> = at
            .iter()
            .filter(|(name, _)| !known.iter().any(|known| known == *name))
            .flat_map(|(_, at)| at.clone())
            .collect();
        if contract.drift() == Drift::Freeze {
            let unknown = strange.iter().filter_map(|&place| names.get(place));
            // A name of a column may be that of a child.
            let unknown: Vec<String> = if contract.is_personal() {
                strange.iter().map(|place| format!("column {}", place + 1)).collect()
            } else {
                unknown.map(|name| format!("the column `{name}`")).collect()
            };
            faults.extend(unknown.iter().map(|column| format!("the contract does not know {column}")));
        }
        if !faults.is_empty() {
            let there = if missing.is_empty() {
                String::new()
            } else {
                let names = names.iter().filter(|name| !name.is_empty());
                format!("; the columns are {}", nearest_first(&missing, names, contract))
            };
            let faults = format!("{}{there}", faults.join("; "));
            return Err(SourceError::Columns { file: file.to_owned(), row, faults, help });
        }
        let mut sorted: Vec<String> = names.iter().filter(|name| !name.is_empty()).cloned().collect();
        sorted.sort_unstable();
        let own = own_names(&names, &places, contract);
        Ok(Self { names, places, strange, renamed, sorted, own })
    }

    /// Counts the cells of `row` that are a name of the column that they are in.
    pub(super) fn own_names(&self, row: &Row) -> usize {
        let is_own = |(names, cell): &(&Vec<String>, &str)| {
            let first = cell.trim_start().bytes().next().map(|byte| byte.to_ascii_lowercase());
            // Hardly a cell begins as its column's name does.
            let mut alike = names.iter().filter(|name| name.bytes().next() == first).peekable();
            alike.peek().is_some() && alike.any(|name| *name == normalise(cell))
        };
        self.own.iter().zip(row.cells()).filter(is_own).count()
    }

    /// Returns whether `row` is a header, though not this one repeated: at least two of its cells, and half of them,
    /// are names of the columns that they are in, or of this header's in another order.
    pub(super) fn is_rivalled_by(&self, row: &Row) -> bool {
        let own = self.own_names(row);
        if own > 1 && own * 2 >= row.filled(usize::MAX) {
            return true;
        }
        let is_name = |cell: &str| self.sorted.binary_search(&normalise(cell)).is_ok();
        // Hardly a row passes the first cell; most of those that do are no header either.
        let mut filled = row.cells().filter(|cell| !is_blank(cell));
        let is_like_one = filled.by_ref().take(2).any(|cell| {
            let first =
                |text: &str| text.trim_start().chars().next().map(|letter| letter.to_ascii_lowercase());
            self.sorted.iter().any(|name| first(name) == first(cell)) && is_name(cell)
        });
        if !is_like_one {
            return false;
        }
        let all = row.cells().filter(|cell| !is_blank(cell)).count();
        let names = row.cells().filter(|cell| !is_blank(cell) && is_name(cell)).count();
        names > 1 && names * 2 >= all && names * 2 >= self.sorted.len().min(self.places.len())
    }

    /// Returns what `row`, which is above the header, looks like.
    pub(super) fn above(&self, row: &[String], contract: &Contract<'_>) -> Above {
        if numbers_columns(row) {
            return Above::Title;
        }
        let filled = |place: usize| row.get(place).is_some_and(|cell| !is_blank(cell));
        let columns: Vec<usize> =
            self.names.iter().enumerate().filter(|(_, name)| !name.is_empty()).map(|(at, _)| at).collect();
        let is_wanted = |cell: &String| self.sorted.binary_search(&normalise(cell)).is_ok();
        let names = row.iter().filter(|cell| !is_blank(cell) && is_wanted(cell)).count();
        let fills_all = columns.len() > 1 && columns.iter().all(|place| filled(*place));
        if names > 0 && fills_all || names > 1 && names * 2 >= columns.len() {
            return Above::Header;
        }
        let fits = self.would_hold(row, contract);
        // The label of a total and its amount, and nothing else.
        let is_total = || {
            let cells = || row.iter().filter(|cell| !is_blank(cell));
            cells().count() == 2 && cells().next().is_some_and(|cell| begins_as_a_total(cell))
        };
        let has_number = || {
            let mut columns = contract.columns.iter().zip(&self.places);
            columns.any(|(column, place)| column.is_of_numbers() && place.is_some_and(filled))
        };
        match (fills_all, fits) {
            (true, _) if fits || columns.len() > 2 => Above::Data,
            (true, _) => Above::Wide,
            (false, true) if has_number() && !is_total() => Above::Data,
            (false, true) => Above::Likely,
            (false, false) => Above::Title,
        }
    }

    /// Returns whether `row` has cells that fit below the header, of more than one column.
    fn would_hold(&self, row: &[String], contract: &Contract<'_>) -> bool {
        let cell = |place: usize| row.get(place).map(String::as_str).filter(|cell| !is_blank(cell));
        let (mut filled, mut typed) = (0, 0);
        for (column, place) in contract.columns.iter().zip(&self.places) {
            let Some(cell) = place.and_then(cell) else { continue };
            filled += 1;
            match column.fits(cell) {
                Some(true) => typed += 1,
                Some(false) => return false,
                None => {}
            }
        }
        let of_text = contract.columns.iter().all(|column| column.fits("").is_none());
        filled > 1 && (typed > 0 || of_text && filled == self.places.iter().flatten().count() && filled > 2)
    }

    /// Returns how `row` does not fit below the header, if it does not: cells are missing, or there are more cells
    /// than columns. Blank cells at the end may be left out or added; columns without a name may hold anything.
    pub(super) fn misfit(&self, row: &Row) -> Option<Misfit> {
        if row.is_misquoted {
            let reason = "has text after a closing quote: a quote within a cell is not doubled";
            return Some(Misfit::Other(reason.to_owned()));
        }
        if row.len() < self.width() {
            return Some(Misfit::Short);
        }
        let beyond = row.cells().skip(self.names.len()).any(|cell| !is_blank(cell));
        let reason = || format!("has {} cells below a header of {} names", row.len(), self.width());
        beyond.then(|| Misfit::Other(reason()))
    }

    /// Returns the count of columns up to the last with a name.
    pub(super) fn width(&self) -> usize {
        self.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1)
    }

    /// Returns the reason of a row that ends before the last column.
    pub(super) fn ends_early(&self) -> String {
        format!("ends before the last of {} columns, and may be the half of a row", self.width())
    }

    /// Returns whether `row` repeats the header, as at the top of each printed page.
    pub(super) fn is_repeated_by(&self, row: &Row) -> bool {
        row.len() >= self.names.len()
            && self.names.iter().zip(row.cells()).all(|(name, cell)| *name == normalise(cell))
    }
}

/// Returns all names that each column of a file is known by.
fn own_names(names: &[String], places: &[Option<usize>], contract: &Contract<'_>) -> Vec<Vec<String>> {
    let mut own: Vec<Vec<String>> = names.iter().map(|name| vec![name.clone()]).collect();
    for (column, place) in contract.columns.iter().zip(places) {
        let Some(known) = place.and_then(|place| own.get_mut(place)) else { continue };
        known.extend(column.source_names().iter().map(|name| normalise(name)));
        known.push(normalise(&column.name().replace('_', " ")));
    }
    for known in &mut own {
        known.sort_unstable();
        known.dedup();
        known.retain(|name| !name.is_empty());
    }
    own
}

/// Returns the names of a header in words, those first that are nearest to one that is missing. Of persons, only those
/// are named that are the contract's or resemble one: a column, or a key of JSON, may be called by a child's name.
pub(super) fn nearest_first<'n>(
    missing: &[&str],
    names: impl Iterator<Item = &'n String>,
    contract: &Contract<'_>,
) -> String {
    let is_known = |name: &str| {
        let mut columns = contract.columns.iter().flat_map(ColumnWriter::source_names);
        columns.any(|known| normalise(known) == name)
    };
    let wanted: Vec<String> = missing.iter().map(|name| normalise(name)).collect();
    let distance =
        |name: &str| wanted.iter().map(|wanted| strsim::damerau_levenshtein(wanted, name)).min().unwrap_or(0);
    // Those that are far from every missing one stay in the order of the file.
    let mut ranked: Vec<(usize, usize, &String)> = names
        .enumerate()
        .map(|(place, name)| {
            let distance = distance(name);
            (if distance * 2 <= name.chars().count() { distance } else { usize::MAX }, place, name)
        })
        .collect();
    ranked.sort_unstable();
    let all = ranked.len();
    if contract.is_personal() {
        ranked.retain(|(distance, _, name)| *distance < usize::MAX || is_known(name));
    }
    let count = ranked.len();
    let mut listed: Vec<String> = ranked.iter().take(LISTED).map(|(.., name)| format!("`{name}`")).collect();
    if count > LISTED {
        listed.push(counted(count - LISTED, "more", "more"));
    }
    if count < all {
        listed.push(format!("{} that the contract does not know", counted(all - count, "other", "others")));
    }
    listed.join(", ")
}

/// Returns whether a row counts its columns, as lookups in a sheet need it: each number is one more than that before, and
/// any other cell is the letter of its column.
fn numbers_columns(row: &[String]) -> bool {
    let filled = || row.iter().enumerate().filter(|(_, cell)| !is_blank(cell));
    let others = filled().filter(|(place, cell)| !is_letter_of(*place, cell.trim()));
    let numbers: Option<Vec<i64>> = others.map(|(_, cell)| cell.trim().parse().ok()).collect();
    let rises = |pair: &[i64]| matches!(pair, [one, next] if one.checked_add(1) == Some(*next));
    filled().count() > 2 && numbers.is_some_and(|numbers| numbers.windows(2).all(rises))
}

/// Returns whether a cell is the letter of its column, of the first 26.
fn is_letter_of(place: usize, cell: &str) -> bool {
    let letter = u8::try_from(place).ok().filter(|place| *place < 26).map(|place| char::from(b'A' + place));
    letter.is_some_and(|letter| cell.len() == 1 && cell.starts_with(letter))
}
