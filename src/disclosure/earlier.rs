//! What earlier editions showed of each cell, and what a reader who has them sees to have moved since.

use std::collections::{BTreeMap, BTreeSet};

use super::decimal::Decimal;
use super::identity::{Identity, is_period};

/// What earlier editions showed of each cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    cells: BTreeMap<String, Seen>,
    releases: usize,
}

/// What was shown of one cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen {
    shown: BTreeSet<String>,
    is_hidden: bool,
    /// What the last release that has it showed; `None` where it hid it.
    last: BTreeSet<Option<String>>,
    /// Which release that was.
    release: usize,
}

/// What a reader sees to have moved of a count between two releases: the difference is a count too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Movement {
    /// Nothing, or nothing that was not shown before.
    #[default]
    Nothing,
    /// By less than the threshold.
    Little,
    /// By the threshold or more.
    Much,
}

impl Earlier {
    /// Adds what an edition showed of a cell: its digits, or `None` where it was hidden.
    pub fn add(&mut self, cell: String, shown: Option<String>) {
        let release = self.releases;
        let seen = self.cells.entry(cell).or_default();
        if seen.release != release {
            seen.last.clear();
            seen.release = release;
        }
        seen.last.insert(shown.clone());
        match shown {
            Some(digits) => {
                seen.shown.insert(digits);
            }
            None => seen.is_hidden = true,
        }
    }

    /// Adds what the next edition, of `period`, showed of each cell. Editions come in the order in which they were made.
    ///
    /// A count without a period of its own is one of the edition's period, and a count of a period so far is one up to that
    /// day: neither is the same count in an edition of another.
    pub fn release(&mut self, period: &str, cells: impl IntoIterator<Item = (String, Option<String>)>) {
        self.releases += 1;
        for (cell, shown) in cells {
            let has_period = codes(&cell).any(|code| is_period(&code));
            self.add(of_period(cell, has_period, period), shown);
        }
    }

    /// Returns every cell with what was shown of it; `None` where it was hidden.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.cells.iter().flat_map(|(cell, seen)| {
            let hidden = seen.is_hidden.then_some(None);
            let shown = seen.shown.iter().map(|digits| Some(digits.as_str()));
            shown.chain(hidden).map(move |digits| (cell.as_str(), digits))
        })
    }

    /// Returns what was shown of a cell of an edition of `period`.
    pub(super) fn seen(&self, name: &Identity, period: &str) -> Option<&Seen> {
        self.cells.get(&of_period(name.to_string(), !name.periods().is_empty(), period))
    }
}

impl Seen {
    /// Returns whether a release showed this value.
    pub(super) fn has_shown(&self, digits: &str) -> bool {
        self.shown.contains(digits)
    }

    /// Returns whether a release hid it.
    pub(super) fn has_hidden(&self) -> bool {
        self.is_hidden
    }

    /// Returns whether the last release that has it hid it.
    pub(super) fn hid_last(&self) -> bool {
        self.last.contains(&None)
    }

    /// Returns what a reader sees to have moved, hidden now or not: a cell that is hidden where it was shown has moved as
    /// well. A value that an earlier release showed differs from the last one only.
    pub(super) fn movement(&self, value: i128, scale: u32, threshold: i128) -> Movement {
        let own = digits(value, scale);
        let last = self.last.iter().flatten();
        let before: Vec<&String> =
            if self.shown.contains(&own) { last.collect() } else { self.shown.iter().collect() };
        let moved_by = before.into_iter().filter_map(|shown| {
            let difference = Decimal::parse(shown)?.units_at(scale).saturating_sub(value).abs();
            (difference != 0).then_some(difference)
        });
        match moved_by.min() {
            None => Movement::Nothing,
            Some(fewest) if fewest < threshold => Movement::Little,
            Some(_) => Movement::Much,
        }
    }
}

/// Returns the codes of the keys of a cell as it is written.
fn codes(cell: &str) -> impl Iterator<Item = String> {
    let mut parts = vec![String::new()];
    let mut letters = cell.chars();
    while let Some(letter) = letters.next() {
        match (letter, parts.last_mut()) {
            ('|', _) => parts.push(String::new()),
            ('\\', Some(part)) => part.extend(letters.next()),
            (other, Some(part)) => part.push(other),
            _ => {}
        }
    }
    parts.into_iter().skip(1).filter_map(|part| Some(part.split_once('=')?.1.to_owned()))
}

/// Returns what a cell is called among those of all editions.
fn of_period(cell: String, has_period: bool, period: &str) -> String {
    match (period.split_once("-to-"), has_period) {
        (Some((_, last)), true) => format!("{cell}|@{last}"),
        (None, true) => cell,
        _ if period.is_empty() => cell,
        (_, false) => format!("{cell}|@{period}"),
    }
}

/// Returns the digits of a value without the zeros that only its scale brings: as another edition would write it.
pub(super) fn digits(value: i128, scale: u32) -> String {
    let written = Decimal::new(value, scale).to_string();
    if written.contains('.') {
        written.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        written
    }
}
