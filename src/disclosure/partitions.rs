//! Two ways in which one total falls into parts, and which parts of the one are which of the other: found in the data.
//!
//! Spending by rule and spending by status add up to the same ledger. Nobody says which rules make which status, and nobody
//! needs to: a subset of the one that is, to the penny, a subset of the other is found by whoever looks.

use std::collections::BTreeMap;

use super::amounts::Amounts;
use super::projections::Sum;

/// Most parts, other than zero, of the smaller and of the larger of the two.
const FEWER: usize = 6;
const MORE: usize = 14;

/// How many times more values than pairs of subsets there must be before equal ones are believed not to be chance.
const SURE: i128 = 16;

/// What follows from two ways in which totals fall into parts.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Parts of the one that add up to one of the other.
    pub(super) sums: Vec<Sum>,
    /// Parts of both of which each follows from the rest.
    pub(super) rows: Vec<Vec<usize>>,
}

/// Finds what follows from totals that fall into parts in more than one way.
pub(super) fn shared(sums: &[Sum], amounts: &Amounts) -> Shared {
    let mut by_total: BTreeMap<usize, Vec<Vec<usize>>> = BTreeMap::new();
    for sum in sums {
        let mut parts: Vec<usize> =
            sum.parts.iter().copied().filter(|&part| amounts.value(part) != 0).collect();
        parts.sort_unstable();
        let ways = by_total.entry(sum.total).or_default();
        if parts.len() > 1 && !ways.contains(&parts) {
            ways.push(parts);
        }
    }
    let mut found = Shared::default();
    for ways in by_total.values() {
        for (index, one) in ways.iter().enumerate() {
            for other in ways.iter().skip(index + 1) {
                let (fewer, more) = if one.len() <= other.len() { (one, other) } else { (other, one) };
                found.between(fewer, more, amounts);
            }
        }
    }
    found
}

impl Shared {
    fn between(&mut self, fewer: &[usize], more: &[usize], amounts: &Amounts) {
        // Parts that are one figure in both say nothing.
        let own = |of: &[usize], others: &[usize]| -> Vec<usize> {
            of.iter().copied().filter(|at| !others.contains(at)).collect()
        };
        let (fewer, more) = (own(fewer, more), own(more, fewer));
        if fewer.is_empty() || fewer.len() > FEWER || more.len() > MORE {
            return;
        }
        let step = fewer.iter().chain(&more).map(|&at| amounts.step(at)).max().unwrap_or(1);
        let sure = (SURE << (fewer.len() + more.len())).saturating_mul(step);
        if fewer.iter().map(|&at| amounts.value(at).abs()).sum::<i128>() < sure {
            return;
        }
        let own = totals(&fewer, amounts);
        let mut by_sum: BTreeMap<i128, u32> = BTreeMap::new();
        for (mask, sum) in (0..).zip(totals(&more, amounts)).skip(1) {
            by_sum.entry(sum).or_insert(mask);
        }
        let mut masks: Vec<u32> = (1..1_u32 << fewer.len()).collect();
        masks.sort_by_key(|mask| mask.count_ones());
        let mut known: Vec<(u32, u32)> = Vec::new();
        for mask in masks {
            let sum = own.get(mask as usize).copied().unwrap_or_default();
            let Some(&there) = by_sum.get(&sum).filter(|_| sum.abs() >= sure) else { continue };
            // What is put together of others that were found says nothing more.
            if known.iter().any(|(one, other)| one & mask == *one && other & there == *other) {
                continue;
            }
            known.push((mask, there));
            let (left, right) = (members(&fewer, mask), members(&more, there));
            match (left.as_slice(), right.as_slice()) {
                ([total], _) => self.sums.push(Sum { total: *total, parts: right }),
                (_, [total]) => self.sums.push(Sum { total: *total, parts: left }),
                _ => self.rows.push(left.into_iter().chain(right).collect()),
            }
        }
    }
}

fn members(of: &[usize], mask: u32) -> Vec<usize> {
    of.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, &member)| member).collect()
}

/// Returns what each subset adds up to, in the order of its bits.
fn totals(of: &[usize], amounts: &Amounts) -> Vec<i128> {
    of.iter().fold(vec![0], |mut sums, &at| {
        let with: Vec<i128> = sums.iter().map(|sum| sum + amounts.value(at)).collect();
        sums.extend(with);
        sums
    })
}
