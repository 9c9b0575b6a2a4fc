//! Counts that are those of another name over the last few periods together, whichever tables have the two: found in the data.
//!
//! Whoever has such a pooled count and all of its periods but one has that one too. So a pooled count leaves only with all of its
//! periods: where the tables add up alike in each period and in all of them together, what is pooled then says nothing that the
//! periods do not.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::identity::Identity;
use super::projections::Sum;
use super::relation::Relation;

/// How many periods may be pooled.
const FEWEST: usize = 2;
const MOST: usize = 5;

/// In how many different figures a reader must see it hold.
const SEEN: usize = 3;

/// The counts of one name and the same other keys, by their periods.
type Series<'a> = BTreeMap<&'a str, usize>;

/// The key of the period, and the codes of the other keys.
type Others<'a> = (&'a str, BTreeMap<&'a str, &'a str>);

/// What is known of two names: the pooled one and the single one, the keys that both have, and how many periods are pooled.
type Kind<'a> = (&'a str, &'a str, Vec<&'a str>, usize);

/// The sums of a kind, and the figures that show it; `None` once it does not hold somewhere.
type State = Option<(BTreeSet<i128>, Vec<Sum>)>;

/// Finds those that are not among the relations that the gate holds hidden counts against anyway.
pub(super) fn unstated(cells: &Cells, stated: &[Relation]) -> Vec<Sum> {
    let stated: BTreeSet<&[(usize, i128)]> =
        stated.iter().map(|relation| relation.terms.as_slice()).collect();
    let is_stated = |sum: &Sum| {
        let terms = sum.parts.iter().map(|&part| (part, 1)).chain([(sum.total, -1)]).collect();
        stated.contains(Relation::equal(terms, |at| cells.value(at)).terms.as_slice())
    };
    pooled(cells).into_iter().filter(|sum| !is_stated(sum)).collect()
}

/// Finds the counts that are sums over the last periods wherever all of them are there.
fn pooled(cells: &Cells) -> Vec<Sum> {
    let mut series: BTreeMap<Others<'_>, BTreeMap<&str, Series<'_>>> = BTreeMap::new();
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
    let found: BTreeSet<Sum> = believed.flat_map(|(_, sums)| sums).collect();
    found.into_iter().collect()
}

/// Hides pooled counts so that no period of theirs follows: one that has a hidden period, and, where a pooled count is hidden so
/// that another cannot be worked out, a period of its own, since it would follow from them. Whether anything was hidden.
pub(super) fn hide(pools: &[Sum], cells: &mut Cells) -> bool {
    let mut moved = false;
    for pool in pools {
        let unknown: Vec<usize> = pool.parts.iter().copied().filter(|&part| cells.is_unknown(part)).collect();
        match (unknown.as_slice(), cells.why(pool.total)) {
            ([], Some(_)) if cells.is_unknown(pool.total) => {
                if let Some(part) = cells.cheapest(pool.parts.iter().copied()) {
                    cells.hide_beside(part, pool.total);
                    moved = true;
                }
            }
            ([alone], None) if cells.was_shown(pool.total) => cells.note_lost(*alone),
            ([first, ..], None) if !cells.was_shown(pool.total) && cells.value(pool.total) != 0 => {
                cells.hide_beside(pool.total, *first);
                moved = true;
            }
            _ => {}
        }
    }
    moved
}

/// Adds what holds of two series; `None` where it does not hold once. A year of which there is no row is one of nothing where
/// the others come to the pooled figure.
fn extended(
    cells: &Cells,
    pooled: &Series<'_>,
    parts: &Series<'_>,
    last: usize,
    (mut seen, mut sums): (BTreeSet<i128>, Vec<Sum>),
) -> State {
    for (end, &sum) in pooled {
        let Some(window) = window(parts, end, last) else { continue };
        if window.is_empty() || window.contains(&sum) {
            continue;
        }
        let total: i128 = window.iter().map(|&at| cells.value(at)).sum();
        if total != cells.value(sum) {
            if window.len() < last {
                continue;
            }
            return None;
        }
        let is_seen = |at: usize| cells.value(at) == 0 || cells.value(at) >= cells.threshold(at);
        if window.len() == last && total != 0 && window.iter().copied().chain([sum]).all(is_seen) {
            seen.insert(total);
        }
        sums.push(Sum { total: sum, parts: window });
    }
    Some((seen, sums))
}

/// Returns the counts of the last periods up to `end`; of years those that have a row, of other periods none where there are not
/// so many.
fn window(parts: &Series<'_>, end: &str, last: usize) -> Option<Vec<usize>> {
    let codes = parts.range(..=end).rev().take(last);
    let Some(of_end) = year(end) else {
        let own: Vec<usize> = codes.map(|(_, &at)| at).collect();
        return (parts.contains_key(end) && own.len() == last).then_some(own);
    };
    let is_within = |code: &str| year(code).is_some_and(|of| of + last > of_end);
    Some(codes.filter(|(code, _)| is_within(code)).map(|(_, &at)| at).collect())
}

/// Returns the key and code of the one period that a count has, with its other keys.
fn by_period(name: &Identity) -> Option<(&str, &str, BTreeMap<&str, &str>)> {
    let periods = name.periods();
    let (&key, &code) = periods.first_key_value().filter(|_| periods.len() == 1)?;
    let others = name.at.iter().map(|(key, code)| (key.as_str(), code.as_str()));
    Some((key, code, others.filter(|(other, _)| *other != key).collect()))
}

/// Returns the year in which one begins that is written `2018-19`.
fn year(code: &str) -> Option<usize> {
    let (first, second) = code.split_once('-')?;
    (first.len() == 4 && second.len() == 2).then(|| first.parse().ok()).flatten()
}
