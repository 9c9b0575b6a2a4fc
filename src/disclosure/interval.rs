//! What a reader could work out of a hidden count: the interval in which it must lie.

use std::collections::BTreeMap;

use super::sets::Set;

/// Rounds of propagation after which the bounds are taken as they stand; they are then wider than
/// they could be, and only for tables with very long chains of sets.
const ROUNDS: usize = 400;

/// The least and the greatest value that a cell can have, in units of the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) low: i128,
    pub(super) high: i128,
}

/// One measure of a table: its true values in whole units, and which of them are hidden.
pub(super) struct Masked<'a> {
    pub(super) values: &'a [i128],
    pub(super) hidden: &'a [bool],
    /// One of the measure, in units.
    pub(super) one: i128,
}

/// How the parts of a set relate to its total, as a reader knows it from the definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equal,
    /// Distinct children, who may stand in more than one part.
    AtLeast,
    /// Parts that leave something out.
    AtMost,
}

/// The interval of every hidden cell, by its row.
///
/// A reader knows every shown cell, that a hidden one is at least one, and how each set adds up.
pub(super) fn intervals(measure: &Masked, sets: &[Set]) -> BTreeMap<usize, Interval> {
    let mut bounds: Vec<Interval> = measure
        .values
        .iter()
        .zip(measure.hidden)
        .map(|(&value, &hidden)| {
            if hidden {
                Interval { low: measure.one, high: i128::MAX / 4 }
            } else {
                Interval { low: value, high: value }
            }
        })
        .collect();
    let relations: Vec<(&Set, Relation)> =
        sets.iter().map(|set| (set, relation(set, measure.values))).collect();
    for _ in 0..ROUNDS {
        let mut moved = false;
        for (set, relation) in &relations {
            moved |= narrow(&mut bounds, set, *relation);
        }
        if !moved {
            break;
        }
    }
    let hidden = measure.hidden.iter().enumerate().filter(|&(_, &hidden)| hidden);
    hidden.filter_map(|(row, _)| Some((row, *bounds.get(row)?))).collect()
}

fn relation(set: &Set, values: &[i128]) -> Relation {
    let sum: i128 = set.parts.iter().filter_map(|&part| values.get(part)).sum();
    let total = values.get(set.total).copied().unwrap_or_default();
    match sum.cmp(&total) {
        std::cmp::Ordering::Equal => Relation::Equal,
        std::cmp::Ordering::Greater => Relation::AtLeast,
        std::cmp::Ordering::Less => Relation::AtMost,
    }
}

/// Narrows the bounds of one set's members by those of the others; whether any moved.
fn narrow(bounds: &mut [Interval], set: &Set, relation: Relation) -> bool {
    let at =
        |bounds: &[Interval], row: usize| bounds.get(row).copied().unwrap_or(Interval { low: 0, high: 0 });
    let low: i128 = set.parts.iter().map(|&part| at(bounds, part).low).sum();
    let high = set.parts.iter().fold(0_i128, |sum, &part| sum.saturating_add(at(bounds, part).high));
    let greatest = set.parts.iter().map(|&part| at(bounds, part).low).max().unwrap_or_default();
    let total = at(bounds, set.total);

    let mut moved = match relation {
        Relation::Equal => tighten(bounds, set.total, low, high),
        Relation::AtLeast => tighten(bounds, set.total, greatest, high),
        Relation::AtMost => tighten(bounds, set.total, low, i128::MAX),
    };
    for &part in &set.parts {
        let own = at(bounds, part);
        let least = if relation == Relation::AtMost {
            0
        } else {
            total.low.saturating_sub(high.saturating_sub(own.high))
        };
        let most =
            if relation == Relation::AtLeast { total.high } else { total.high.saturating_sub(low - own.low) };
        moved |= tighten(bounds, part, least, most);
    }
    moved
}

/// Moves the bounds of `row` inwards; whether they moved.
fn tighten(bounds: &mut [Interval], row: usize, low: i128, high: i128) -> bool {
    let Some(own) = bounds.get_mut(row) else { return false };
    let narrowed = Interval { low: own.low.max(low), high: own.high.min(high) };
    let moved = narrowed != *own;
    *own = narrowed;
    moved
}
