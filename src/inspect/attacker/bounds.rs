//! Between which numbers a reader must place each hidden cell.
//!
//! Hidden counts are at least one where zeros are shown. Relations are gone through one after the other first, then by
//! linear programming: a cell is wide once two solutions, each checked here, lie far enough from each other, since what
//! holds of two solutions holds of all between them.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::relations::Relation;

/// From where on a figure is taken for pounds though nothing says so: counts that are hidden beside small ones are smaller.
const LARGE: f64 = 500.0;

/// How often relations are gone through.
const ROUNDS: usize = 50;

/// How far a solution may miss a relation and still be one, from the solver's rounding.
const SLACK: f64 = 1e-6;

/// Most cells of one problem that are solved for whole numbers.
const WHOLE: usize = 40;

/// The range in which a cell lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Range {
    fn with(self, value: f64) -> Self {
        Self { low: self.low.min(value), high: self.high.max(value) }
    }
}

/// What is known of the hidden cells: the least of each, and what relates them.
pub(super) struct Problemset<'a> {
    pub(super) least: &'a BTreeMap<usize, f64>,
    pub(super) relations: &'a [Relation],
    /// Those that are not whole numbers.
    pub(super) broken: &'a BTreeSet<usize>,
    /// Those that count, as far as a reader can tell: known to be large, they say nothing of a few.
    pub(super) counts: &'a BTreeSet<usize>,
    pub(super) threshold: f64,
}

impl Problemset<'_> {
    /// Returns the range of every hidden cell that is not wide; contradictions in what a reader believes are left out, with
    /// all that hangs on them.
    pub(super) fn narrow(&self) -> BTreeMap<usize, Range> {
        let mut found = BTreeMap::new();
        for (cells, relations) in self.parts() {
            let outer = propagated(self.least, &cells, &relations);
            let Some(outer) = outer else { continue };
            let narrow: BTreeMap<usize, Range> = outer
                .iter()
                .filter(|(at, range)| !self.is_wide(**at, **range))
                .map(|(&at, &range)| (at, range))
                .collect();
            if relations.len() < 2 {
                found.extend(narrow);
                continue;
            }
            found.extend(self.solved(&cells, &relations, &outer));
        }
        found
    }

    /// Returns whether a range says too little of a cell: it holds all small counts, or is as wide as the threshold; a count that
    /// was hidden for the sake of others may be known to be large, or none. Of a figure that is not a whole number, the range is wider
    /// than a fiftieth of it.
    fn is_wide(&self, at: usize, range: Range) -> bool {
        let width = range.high - range.low;
        if self.broken.contains(&at) {
            return width > (range.high.abs().max(range.low.abs()) / 50.0).max(0.1);
        }
        let is_large = range.low >= self.threshold - SLACK && range.low < LARGE;
        let is_none = range.high < 1.0 - SLACK;
        if self.counts.contains(&at) && (is_large || is_none) {
            return true;
        }
        let least = self.least.get(&at).copied().unwrap_or_default().max(0.0);
        range.low <= least.max(1.0) + SLACK && range.high >= self.threshold - 1.0 - SLACK
            || width >= self.threshold - SLACK
    }

    /// Returns the parts of the problem that hang together.
    fn parts(&self) -> Vec<(BTreeSet<usize>, Vec<&Relation>)> {
        let mut touching: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, relation) in self.relations.iter().enumerate() {
            for &(cell, _) in &relation.terms {
                touching.entry(cell).or_default().push(at);
            }
        }
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        for &start in self.least.keys() {
            if !seen.insert(start) {
                continue;
            }
            let (mut cells, mut own) = (BTreeSet::from([start]), BTreeSet::new());
            let mut next = vec![start];
            while let Some(cell) = next.pop() {
                for &at in touching.get(&cell).into_iter().flatten() {
                    if !own.insert(at) {
                        continue;
                    }
                    for &(other, _) in
                        self.relations.get(at).map(|relation| relation.terms.as_slice()).unwrap_or_default()
                    {
                        if cells.insert(other) {
                            seen.insert(other);
                            next.push(other);
                        }
                    }
                }
            }
            let relations = own.into_iter().filter_map(|at| self.relations.get(at)).collect();
            parts.push((cells, relations));
        }
        parts
    }

    /// Returns the ranges of those cells of a part that no two solutions show wide.
    fn solved(
        &self,
        cells: &BTreeSet<usize>,
        relations: &[&Relation],
        outer: &BTreeMap<usize, Range>,
    ) -> BTreeMap<usize, Range> {
        let mut inner: BTreeMap<usize, Range> = BTreeMap::new();
        let mut add = |solution: Option<BTreeMap<usize, f64>>| {
            for (at, value) in solution.into_iter().flatten() {
                inner
                    .entry(at)
                    .and_modify(|range| *range = range.with(value))
                    .or_insert(Range { low: value, high: value });
            }
            inner.clone()
        };
        let whole = cells.len() <= WHOLE && self.broken.is_disjoint(cells);
        let solve =
            |weights: &dyn Fn(usize) -> f64, direction| solve(outer, relations, weights, direction, whole);
        let all = |_: usize| 1.0;
        add(solve(&all, OptimizationDirection::Maximize));
        let mut known = add(solve(&all, OptimizationDirection::Minimize));
        if known.is_empty() {
            // No solution: the reader believes something that is not so.
            return BTreeMap::new();
        }
        let mut narrow = BTreeMap::new();
        for &cell in cells {
            let is_wide = |known: &BTreeMap<usize, Range>| {
                known.get(&cell).is_some_and(|&range| self.is_wide(cell, range))
            };
            // What one relation after the other bounds needs no solution.
            if let Some(range) = outer.get(&cell).filter(|range| !self.is_wide(cell, **range)) {
                narrow.insert(cell, *range);
                continue;
            }
            let own = |other: usize| f64::from(u8::from(other == cell));
            for direction in [OptimizationDirection::Maximize, OptimizationDirection::Minimize] {
                if !is_wide(&known) {
                    known = add(solve(&own, direction));
                }
            }
            if let Some(range) = known.get(&cell).filter(|_| !is_wide(&known)) {
                narrow.insert(cell, *range);
            }
        }
        narrow
    }
}

/// Returns the range that one relation after the other leaves each cell; `None` where they contradict each other.
fn propagated(
    least: &BTreeMap<usize, f64>,
    cells: &BTreeSet<usize>,
    relations: &[&Relation],
) -> Option<BTreeMap<usize, Range>> {
    // What nothing bounds is taken for anything up to well above all that is known.
    let known = relations.iter().flat_map(|relation| [relation.low.abs(), relation.high.abs()]);
    let most = 1000.0 + 4.0 * known.fold(0.0, f64::max);
    let start =
        |at: &usize| (*at, Range { low: least.get(at).copied().unwrap_or(-most).max(-most), high: most });
    let mut ranges: BTreeMap<usize, Range> = cells.iter().map(start).collect();
    for _ in 0..ROUNDS {
        let mut moved = false;
        for relation in relations {
            for &(at, factor) in &relation.terms {
                let (mut low, mut high) = (0.0, 0.0);
                for &(other, times) in relation.terms.iter().filter(|term| term.0 != at) {
                    let range = ranges.get(&other)?;
                    let (one, two) = (range.low * times, range.high * times);
                    low += one.min(two);
                    high += one.max(two);
                }
                let (one, two) = ((relation.low - high) / factor, (relation.high - low) / factor);
                let range = ranges.get_mut(&at)?;
                let (least, most) = (one.min(two), one.max(two));
                if least > range.low + SLACK {
                    range.low = least;
                    moved = true;
                }
                if most < range.high - SLACK {
                    range.high = most;
                    moved = true;
                }
                if range.low > range.high + SLACK * 10.0 {
                    return None;
                }
            }
        }
        if !moved {
            break;
        }
    }
    Some(ranges)
}

/// Finds a solution in which a sum of cells is as large or as small as can be, and checks it.
fn solve(
    outer: &BTreeMap<usize, Range>,
    relations: &[&Relation],
    weights: &dyn Fn(usize) -> f64,
    direction: OptimizationDirection,
    whole: bool,
) -> Option<BTreeMap<usize, f64>> {
    let mut problem = Problem::new(direction);
    let mut variables: BTreeMap<usize, Variable> = BTreeMap::new();
    for (&at, range) in outer {
        let bounds = (range.low.ceil_if(whole), range.high.floor_if(whole));
        let variable = if whole {
            problem.add_integer_var(weights(at), (to_i32(bounds.0)?, to_i32(bounds.1)?))
        } else {
            problem.add_var(weights(at), bounds)
        };
        variables.insert(at, variable);
    }
    for relation in relations {
        let terms: Option<Vec<(Variable, f64)>> =
            relation.terms.iter().map(|(at, factor)| Some((*variables.get(at)?, *factor))).collect();
        let terms = terms?;
        if relation.low.to_bits() == relation.high.to_bits() {
            problem.add_constraint(terms, ComparisonOp::Eq, relation.low);
        } else {
            problem.add_constraint(terms.clone(), ComparisonOp::Ge, relation.low);
            problem.add_constraint(terms, ComparisonOp::Le, relation.high);
        }
    }
    let mut options = microlp::SolveOptions::default();
    options.node_limit = Some(500);
    let outcome = problem.solve_with(options).ok()?;
    let solution = outcome.solution()?;
    let values: BTreeMap<usize, f64> =
        variables.iter().map(|(&at, &variable)| (at, solution.var_value(variable))).collect();
    let holds = relations.iter().all(|relation| {
        let sum: f64 = relation
            .terms
            .iter()
            .map(|(at, factor)| factor * values.get(at).copied().unwrap_or_default())
            .sum();
        sum >= relation.low - SLACK * 10.0 && sum <= relation.high + SLACK * 10.0
    });
    holds.then_some(values)
}

/// Rounds a bound inwards where only whole numbers count.
trait Inwards {
    fn ceil_if(self, whole: bool) -> f64;
    fn floor_if(self, whole: bool) -> f64;
}

impl Inwards for f64 {
    fn ceil_if(self, whole: bool) -> f64 {
        if whole { (self - SLACK).ceil() } else { self }
    }

    fn floor_if(self, whole: bool) -> f64 {
        if whole { (self + SLACK).floor() } else { self }
    }
}

/// Returns a whole bound that the solver can take.
#[expect(clippy::cast_possible_truncation, reason = "bounds lie within a hundred thousand")]
fn to_i32(value: f64) -> Option<i32> {
    (value.is_finite() && value.abs() <= f64::from(i32::MAX)).then_some(value as i32)
}
