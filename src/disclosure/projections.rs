//! Rows that add up to a figure of another table, found in the data: nobody has to state them.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::Identity;

/// A row that is not a total, as a part of what it may add up to: its cell, and the codes of its keys and of what it says
/// besides.
#[derive(Debug, Clone)]
pub(super) struct Detail {
    pub(super) cell: usize,
    pub(super) at: BTreeMap<String, String>,
    /// Columns that are no keys, such as the type of a provider.
    pub(super) besides: BTreeMap<String, String>,
}

/// A figure and the figures that add up to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sum {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

impl Sum {
    /// Returns the parts, then the total.
    pub(super) fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().copied().chain([self.total])
    }
}

/// The cells of some keys.
type At<'a> = (&'a BTreeMap<String, String>, &'a Vec<usize>);

/// Figures of one name by their keys; several where tables state them differently.
pub(super) type Figures<'a> = BTreeMap<&'a BTreeMap<String, String>, Vec<usize>>;

/// Finds the sums to which the rows of one table add up, among figures of the same name that are not its `own`. A reader
/// believes what holds wherever both are there, in at least one place with something in it; `adds_up` says whether it does
/// in one.
pub(super) fn sums(
    details: &[Detail],
    own: &BTreeSet<usize>,
    figures: &Figures<'_>,
    adds_up: impl Fn(&Sum) -> Option<bool>,
) -> Vec<Sum> {
    // Rows of a long table have keys of their own.
    let mut alike: BTreeMap<Vec<&String>, Vec<&Detail>> = BTreeMap::new();
    for detail in details {
        alike.entry(detail.at.keys().collect()).or_default().push(detail);
    }
    let of =
        |(keys, details): (Vec<&String>, Vec<&Detail>)| of_alike(&keys, &details, own, figures, &adds_up);
    alike.into_iter().flat_map(of).collect()
}

fn of_alike(
    narrow: &[&String],
    details: &[&Detail],
    own: &BTreeSet<usize>,
    figures: &Figures<'_>,
    adds_up: &impl Fn(&Sum) -> Option<bool>,
) -> Vec<Sum> {
    let besides = details.first().map(|detail| &detail.besides);
    let is_known =
        |key: &String| narrow.contains(&key) || besides.is_some_and(|besides| besides.contains_key(key));
    let mut by_keys: BTreeMap<Vec<&String>, Vec<At<'_>>> = BTreeMap::new();
    for (at, cells) in figures {
        let keys: Vec<&String> = at.keys().collect();
        let is_wider = keys.iter().all(|key| is_known(key)) && !narrow.iter().all(|key| keys.contains(key));
        // What the table adds up itself is known by its hierarchies.
        if is_wider && !cells.iter().any(|cell| own.contains(cell)) {
            by_keys.entry(keys).or_default().push((at, cells));
        }
    }
    let mut found = Vec::new();
    for (keys, totals) in by_keys {
        let mut groups: BTreeMap<Vec<&String>, Vec<usize>> = BTreeMap::new();
        for detail in details {
            let codes: Option<Vec<&String>> =
                keys.iter().map(|key| detail.at.get(*key).or_else(|| detail.besides.get(*key))).collect();
            if let Some(codes) = codes {
                groups.entry(codes).or_default().push(detail.cell);
            }
        }
        let mut holds = Some(false);
        let mut sums = Vec::new();
        for (at, cells) in totals {
            let Some(parts) = groups.get(&at.values().collect::<Vec<_>>()) else { continue };
            let mut parts = parts.clone();
            parts.sort_unstable();
            parts.dedup();
            let candidates = cells.iter().filter(|total| !parts.contains(total));
            let mut candidates = candidates.map(|&total| Sum { total, parts: parts.clone() }).peekable();
            if candidates.peek().is_none() {
                continue;
            }
            let sum = candidates.find_map(|sum| Some((adds_up(&sum)?, sum)));
            holds = holds.and_then(|before| Some(before || sum.as_ref()?.0));
            sums.extend(sum.map(|(_, sum)| sum));
        }
        if holds == Some(true) {
            found.extend(sums);
        }
    }
    found
}

/// Returns the figures of each name by their keys.
pub(super) fn by_name<'a>(
    named: impl Iterator<Item = (&'a Identity, usize)>,
) -> BTreeMap<&'a str, Figures<'a>> {
    let mut found: BTreeMap<&str, Figures<'_>> = BTreeMap::new();
    for (name, cell) in named {
        found.entry(name.measure.as_str()).or_default().entry(&name.at).or_default().push(cell);
    }
    found
}
