//! Counts that are those of another name over the last few periods together, whichever tables have the two: found in the data.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::identity::Identity;
use super::relation::Relation;

/// How many periods may be pooled.
const FEWEST: usize = 2;
const MOST: usize = 5;

/// In how many different figures a reader must see it hold.
const SEEN: usize = 3;

/// The counts of one name and the same other keys, by their periods.
type Series<'a> = BTreeMap<&'a str, usize>;

/// What is known of two names: the pooled one and the single one, the keys that both have, and how many periods are pooled.
type Kind<'a> = (&'a str, &'a str, Vec<&'a str>, usize);

/// The relations of a kind, and the figures that show it; `None` once it does not hold somewhere.
type State = Option<(BTreeSet<i128>, Vec<Relation>)>;

/// Finds the counts that are sums over the last periods wherever all of them are there.
pub(super) fn pooled(cells: &Cells) -> Vec<Relation> {
    let mut series: BTreeMap<(&str, BTreeMap<&str, &str>), BTreeMap<&str, Series<'_>>> = BTreeMap::new();
    for (name, at) in cells.named() {
        if let Some((key, code, others)) = by_period(name) {
            let of = series.entry((key, others)).or_default().entry(&name.measure).or_default();
            of.entry(code).or_insert(at);
        }
    }
    let mut kinds: BTreeMap<Kind<'_>, State> = BTreeMap::new();
    for ((key, others), names) in &series {
        let keys: Vec<&str> = others.keys().copied().chain([*key]).collect();
        for (pool, pooled) in names {
            for (single, parts) in names.iter().filter(|(single, _)| *single != pool) {
                for last in FEWEST..=MOST {
                    let kind = (*pool, *single, keys.clone(), last);
                    let state = kinds.entry(kind).or_insert_with(|| Some((BTreeSet::new(), Vec::new())));
                    *state = state.take().and_then(|state| extended(cells, pooled, parts, last, state));
                }
            }
        }
    }
    let believed = kinds.into_values().flatten().filter(|(seen, _)| seen.len() >= SEEN);
    believed.flat_map(|(_, relations)| relations).collect()
}

/// Adds what holds of two series; `None` where it does not hold once.
fn extended(
    cells: &Cells,
    pooled: &Series<'_>,
    parts: &Series<'_>,
    last: usize,
    (mut seen, mut relations): (BTreeSet<i128>, Vec<Relation>),
) -> State {
    let codes: Vec<(&str, usize)> = parts.iter().map(|(code, at)| (*code, *at)).collect();
    for window in codes.windows(last) {
        let (Some((first, _)), Some((end, _))) = (window.first(), window.last()) else { continue };
        let Some(&sum) = pooled.get(end).filter(|_| are_consecutive(first, end, last)) else { continue };
        let all = || window.iter().map(|&(_, at)| at).chain([sum]);
        if all().collect::<BTreeSet<usize>>().len() <= last {
            continue;
        }
        let total: i128 = window.iter().map(|&(_, at)| cells.value(at)).sum();
        if total != cells.value(sum) {
            return None;
        }
        let is_seen = |at: usize| cells.value(at) == 0 || cells.value(at) >= cells.threshold(at);
        if total != 0 && all().all(is_seen) {
            seen.insert(total);
        }
        let terms = window.iter().map(|&(_, at)| (at, 1)).chain([(sum, -1)]).collect();
        relations.push(Relation::equal(terms, |at| cells.value(at)));
    }
    Some((seen, relations))
}

/// Returns the key and code of the one period that a count has, with its other keys.
fn by_period(name: &Identity) -> Option<(&str, &str, BTreeMap<&str, &str>)> {
    let periods = name.periods();
    let (&key, &code) = periods.first_key_value().filter(|_| periods.len() == 1)?;
    let others = name.at.iter().map(|(key, code)| (key.as_str(), code.as_str()));
    Some((key, code, others.filter(|(other, _)| *other != key).collect()))
}

/// Returns whether so many periods lie between two with none missing, as far as their years tell.
fn are_consecutive(first: &str, end: &str, last: usize) -> bool {
    let year = |code: &str| code.get(..4)?.parse::<usize>().ok();
    let is_year = |code: &str| code.len() == 7 && code.get(4..5) == Some("-") && year(code).is_some();
    if !is_year(first) || !is_year(end) {
        return true;
    }
    year(end).zip(year(first)).is_some_and(|(end, first)| end - first + 1 == last)
}
