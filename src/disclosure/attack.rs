//! What a reader could work out of the hidden counts.
//!
//! The reader knows every shown number, that a hidden one is at least one, and every [`Relation`]. A hidden count is
//! safe when it may be anything from one to one less than the threshold, or lies in a range as wide as the threshold.
//! It counts as safe only once that is shown by two whole-number solutions of all relations, each checked here in
//! integers: where the solver finds none, errs or gives up, the count counts as exposed and more is hidden.

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::cells::{Cells, Cost};
use super::relation::{Comparison, Relation};

/// Steps after which the solver gives up on one question: a number, not a time, so that every machine decides alike.
const NODES: u64 = 200;

/// How far, in thresholds, a solution is looked for from the true number: far enough to show a count safe.
const REACH: i128 = 4;

/// Numbers among which a solution is looked for at most; a count that is not safe among so many counts as exposed.
const FARTHEST: usize = 500;

/// The same while a number to hide is only tried: one that helps mostly helps nearby.
const NEARBY: usize = 60;

/// How often relations are gone through for a range that they leave; stopping early leaves it wider.
const ROUNDS: usize = 8;

/// How far from an exposed count something to hide is looked for, in relations.
const RINGS: usize = 2;

/// How many numbers are tried, the cheapest first, for one that makes an exposed count safe by itself.
const TRIALS: usize = 8;

/// The reader, with every relation at hand, and what was found possible. Hiding more takes no possibility away, so that
/// a count once safe stays safe.
#[derive(Debug)]
pub(super) struct Attacker {
    relations: Vec<Relation>,
    /// The relations of each number.
    touching: Vec<Vec<usize>>,
    safe: BTreeSet<usize>,
    ranges: Found,
}

/// A relation among unknown numbers: the known ones are taken into the constant.
struct Open {
    terms: Vec<(usize, i128)>,
    comparison: Comparison,
    constant: i128,
}

/// The least and the greatest value found possible.
#[derive(Debug, Clone, Copy)]
struct Range {
    low: i128,
    high: i128,
}

impl Range {
    fn with(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }
}

/// What solutions have shown of each number.
type Found = BTreeMap<usize, Range>;

impl Attacker {
    pub(super) fn new(relations: Vec<Relation>, cells: &Cells) -> Self {
        let mut touching = vec![Vec::new(); cells.numbers.len()];
        for (at, relation) in relations.iter().enumerate() {
            for member in relation.members() {
                if let Some(of) = touching.get_mut(member) {
                    of.push(at);
                }
            }
        }
        Self { relations, touching, safe: BTreeSet::new(), ranges: Found::new() }
    }

    /// Hides one number after the other, the cheapest that helps, until no guarded count is exposed. Whether it hid any; a
    /// count that nothing can protect is an error.
    pub(super) fn protect(&mut self, cells: &mut Cells) -> Result<bool, usize> {
        let mut moved = false;
        loop {
            let doubtful: Vec<usize> = (0..cells.numbers.len())
                .filter(|&at| cells.is_guarded(at) && !self.safe.contains(&at))
                .collect();
            if doubtful.is_empty() {
                return Ok(moved);
            }
            for at in doubtful {
                while !self.is_known_safe(cells, at) && !self.prove(cells, at) {
                    match self.cover(cells, at) {
                        Some(next) => {
                            cells.hide_beside(next, at);
                            moved = true;
                        }
                        None if cells.is_secret(at) => return Err(at),
                        // It is not small now, and what it was cannot be hidden better than this.
                        None => break,
                    }
                }
                self.safe.insert(at);
            }
        }
    }

    /// Returns the least and the greatest value of a number that were found possible, in units.
    pub(super) fn range(&self, at: usize) -> Option<(i128, i128)> {
        self.ranges.get(&at).map(|range| (range.low, range.high))
    }

    /// Shows `at` safe with what is hidden now, and keeps the solutions that were found on the way.
    fn prove(&mut self, cells: &Cells, at: usize) -> bool {
        let mut found = Found::default();
        let is_safe = self.look(cells, at, FARTHEST, &mut found);
        for (member, range) in found {
            self.ranges.entry(member).and_modify(|known| *known = known.with(range)).or_insert(range);
        }
        is_safe
    }

    fn is_known_safe(&self, cells: &Cells, at: usize) -> bool {
        self.ranges.get(&at).is_some_and(|&range| is_wide(cells, at, range))
    }

    /// Chooses what to hide beside an exposed count: of the numbers nearby the cheapest that makes it safe, or, where
    /// no single one does, the one that a reader would miss least.
    fn cover(&self, cells: &mut Cells, at: usize) -> Option<usize> {
        let mut near = BTreeSet::from([at]);
        let mut candidates: BTreeMap<usize, usize> = BTreeMap::new();
        for ring in 0.. {
            let before = near.len();
            let relations = self.relations_of(&near);
            let members =
                relations.iter().filter_map(|&at| self.relations.get(at)).flat_map(Relation::members);
            for member in members.filter(|&member| cells.cost(member).is_some()) {
                candidates.entry(member).or_insert(ring);
            }
            near = self.around(cells, &near);
            if near.len() == before || ring >= RINGS && !candidates.is_empty() {
                break;
            }
        }
        let mut by_cost: Vec<(Cost, usize, usize)> = candidates
            .into_iter()
            .filter_map(|(member, ring)| Some((cells.cost(member)?, ring, member)))
            .collect();
        by_cost.sort_unstable_by_key(|&(cost, ring, member)| (cost.detail, ring, cost.size, member));
        for &(_, _, member) in by_cost.iter().take(TRIALS) {
            let tried =
                cells.hidden_for_now(member, |cells| self.look(cells, at, NEARBY, &mut Found::default()));
            if tried {
                return Some(member);
            }
        }
        let own = cells.detail(at);
        let least_missed = by_cost.into_iter().min_by_key(|&(cost, ring, member)| {
            let is_wider = cost.detail.0 < own;
            (is_wider, ring, cost.detail, cost.size, member)
        });
        least_missed.map(|(_, _, member)| member)
    }

    /// Looks for two solutions that show `at` safe, first among the numbers nearest to it, the others left as they are,
    /// then among more of them.
    fn look(&self, cells: &Cells, at: usize, farthest: usize, found: &mut Found) -> bool {
        let mut near = BTreeSet::from([at]);
        loop {
            let before = near.len();
            near = self.around(cells, &near);
            let around = self.relations_of(&near);
            let open: Vec<Open> =
                around.iter().filter_map(|&at| open(self.relations.get(at)?, cells, &near)).collect();
            match open.as_slice() {
                [] => return true,
                [only] if near.len() == only.terms.len() => {
                    return is_wide(cells, at, alone(cells, only, at));
                }
                _ => {}
            }
            if !is_wide(cells, at, self.outermost(cells, &around, at)) {
                return false;
            }
            for direction in directions(cells, at) {
                for (member, value) in solve(cells, &near, &open, at, *direction).unwrap_or_default() {
                    let own = cells.value(member);
                    let range = Range { low: own.min(value), high: own.max(value) };
                    found.entry(member).and_modify(|known| *known = known.with(range)).or_insert(range);
                }
                let known = [self.ranges.get(&at), found.get(&at)].into_iter().flatten().copied();
                if known.reduce(Range::with).is_some_and(|range| is_wide(cells, at, range)) {
                    return true;
                }
            }
            if near.len() == before || self.around(cells, &near).len() > farthest {
                return false;
            }
        }
    }

    /// Returns a range that `at` cannot leave, by what one relation after another lets through: where it tells too
    /// much, no solution need be looked for.
    fn outermost(&self, cells: &Cells, relations: &BTreeSet<usize>, at: usize) -> Range {
        const BOUNDLESS: i128 = i128::MAX / 1_000_000;
        let mut ranges: Found = BTreeMap::new();
        let start = |member: usize| {
            if cells.is_unknown(member) {
                Range { low: cells.least(member), high: BOUNDLESS }
            } else {
                Range { low: cells.value(member), high: cells.value(member) }
            }
        };
        for _ in 0..ROUNDS {
            let mut moved = false;
            for relation in relations.iter().filter_map(|&at| self.relations.get(at)) {
                let range = |member: usize| ranges.get(&member).copied().unwrap_or_else(|| start(member));
                // The least and the greatest of each term, and of all together.
                let terms: Vec<(usize, i128, Range)> = relation
                    .terms
                    .iter()
                    .map(|&(member, sign)| {
                        let own = range(member);
                        let signed = if sign > 0 { own } else { Range { low: -own.high, high: -own.low } };
                        (member, sign, signed)
                    })
                    .collect();
                let low: i128 = terms.iter().map(|term| term.2.low).sum();
                let high: i128 = terms.iter().map(|term| term.2.high).sum();
                for &(member, sign, own) in terms.iter().filter(|term| cells.is_unknown(term.0)) {
                    // What the others leave of the constant.
                    let least = relation.constant - (high - own.high);
                    let most = match relation.comparison {
                        Comparison::Equal => relation.constant - (low - own.low),
                        Comparison::AtLeast => own.high,
                    };
                    let narrowed = Range { low: own.low.max(least), high: own.high.min(most) };
                    if (narrowed.low, narrowed.high) != (own.low, own.high) {
                        let unsigned = if sign > 0 {
                            narrowed
                        } else {
                            Range { low: -narrowed.high, high: -narrowed.low }
                        };
                        ranges.insert(member, unsigned);
                        moved = true;
                    }
                }
            }
            if !moved {
                break;
            }
        }
        ranges.get(&at).copied().unwrap_or_else(|| start(at))
    }

    fn relations_of(&self, near: &BTreeSet<usize>) -> BTreeSet<usize> {
        near.iter().filter_map(|&at| self.touching.get(at)).flatten().copied().collect()
    }

    /// Returns the numbers of a neighbourhood, and the unknown ones that stand in a relation with one of them.
    fn around(&self, cells: &Cells, near: &BTreeSet<usize>) -> BTreeSet<usize> {
        let relations = self.relations_of(near);
        let members = relations.iter().filter_map(|&at| self.relations.get(at)).flat_map(Relation::members);
        members.filter(|&member| cells.is_unknown(member)).chain(near.iter().copied()).collect()
    }
}

/// Returns which ways a count must be shown to move. Going as low as a reader could think is enough for one that is as
/// high as small counts are, and the other way round: the second way is for those that are neither.
fn directions(cells: &Cells, at: usize) -> &'static [OptimizationDirection] {
    const UP: OptimizationDirection = OptimizationDirection::Maximize;
    const DOWN: OptimizationDirection = OptimizationDirection::Minimize;
    let value = cells.value(at);
    let threshold = cells.numbers.get(at).map_or(0, |number| number.threshold);
    if value <= cells.least(at) {
        &[UP]
    } else if value >= threshold - cells.one {
        &[DOWN, UP]
    } else {
        &[UP, DOWN]
    }
}

/// Returns what a relation says of the numbers `near`, the others left as they are; `None` when it says nothing.
fn open(relation: &Relation, cells: &Cells, near: &BTreeSet<usize>) -> Option<Open> {
    let mut constant = relation.constant;
    let mut terms = Vec::new();
    for &(at, sign) in &relation.terms {
        if near.contains(&at) {
            terms.push((at, sign));
        } else {
            constant -= sign.saturating_mul(cells.value(at));
        }
    }
    (!terms.is_empty()).then_some(Open { terms, comparison: relation.comparison, constant })
}

/// Finds a whole-number solution in which `at` is as large or as small as can be while only the numbers `near` it move;
/// `None` where none was found.
fn solve(
    cells: &Cells,
    near: &BTreeSet<usize>,
    relations: &[Open],
    at: usize,
    direction: OptimizationDirection,
) -> Option<BTreeMap<usize, i128>> {
    let mut problem = Problem::new(direction);
    let mut variables: BTreeMap<usize, Variable> = BTreeMap::new();
    for &member in near {
        let value = cells.value(member);
        let threshold = cells.numbers.get(member).map_or(0, |number| number.threshold).max(cells.one);
        let reach = REACH.saturating_mul(threshold);
        let low = i32::try_from(cells.least(member).max(value - reach)).ok()?;
        let high = i32::try_from(value + reach).ok()?;
        let weight = if member == at { 1.0 } else { 0.0 };
        variables.insert(member, problem.add_integer_var(weight, (low, high)));
    }
    for relation in relations {
        let terms: Option<Vec<(Variable, f64)>> = relation
            .terms
            .iter()
            .map(|&(member, sign)| Some((*variables.get(&member)?, f64::from(i32::try_from(sign).ok()?))))
            .collect();
        let operator = match relation.comparison {
            Comparison::Equal => ComparisonOp::Eq,
            Comparison::AtLeast => ComparisonOp::Ge,
        };
        problem.add_constraint(terms?, operator, f64::from(i32::try_from(relation.constant).ok()?));
    }
    let mut options = SolveOptions::default();
    options.node_limit = Some(NODES);
    let outcome = problem.solve_with(options).ok()?;
    let solution = outcome.solution()?;
    let found: Option<BTreeMap<usize, i128>> = variables
        .iter()
        .map(|(&member, &variable)| Some((member, whole(solution.var_value(variable))?)))
        .collect();
    found.filter(|values| is_solution(cells, relations, values))
}

/// Returns whether a range tells too little of a count to do harm.
fn is_wide(cells: &Cells, at: usize, range: Range) -> bool {
    let threshold = cells.numbers.get(at).map_or(0, |number| number.threshold);
    let covers = range.low <= cells.one && range.high >= threshold - cells.one;
    covers || range.high.saturating_sub(range.low) >= threshold
}

/// Returns the exact range of a number that stands in one relation only.
fn alone(cells: &Cells, relation: &Open, at: usize) -> Range {
    let boundless = i128::MAX / 4;
    let own = relation.terms.iter().find(|term| term.0 == at).map_or(1, |term| term.1);
    let others = || relation.terms.iter().filter(|term| term.0 != at);
    // own * x = constant - others, with each other one anything from its least upwards.
    let greatest_rest = others()
        .try_fold(relation.constant, |rest, &(other, sign)| (sign > 0).then(|| rest - cells.least(other)));
    let least_rest = others()
        .try_fold(relation.constant, |rest, &(other, sign)| (sign < 0).then(|| rest + cells.least(other)));
    let (low, high) = match (relation.comparison, own > 0) {
        (Comparison::Equal, true) => (least_rest, greatest_rest),
        (Comparison::Equal, false) => (greatest_rest.map(|rest| -rest), least_rest.map(|rest| -rest)),
        // own * x is at least constant - others: with a sign of its own, from below or from above.
        (Comparison::AtLeast, true) => (least_rest, None),
        (Comparison::AtLeast, false) => (None, least_rest.map(|rest| -rest)),
    };
    let low = low.unwrap_or(-boundless).max(cells.least(at));
    Range { low, high: high.unwrap_or(boundless) }
}

/// Returns the whole number nearest to a solver's.
#[expect(clippy::cast_possible_truncation, reason = "a solution lies within bounds of 32 bits")]
fn whole(value: f64) -> Option<i128> {
    (value.is_finite() && value.abs() < f64::from(i32::MAX)).then(|| i128::from(value.round() as i64))
}

/// Returns whether the values satisfy every relation and bound, in whole numbers; what has none is as it is.
fn is_solution(cells: &Cells, relations: &[Open], values: &BTreeMap<usize, i128>) -> bool {
    let value = |at: usize| values.get(&at).copied().unwrap_or_else(|| cells.value(at));
    values.iter().all(|(&at, &value)| value >= cells.least(at))
        && relations.iter().all(|relation| {
            let sum: i128 = relation.terms.iter().map(|&(at, sign)| sign * value(at)).sum();
            match relation.comparison {
                Comparison::Equal => sum == relation.constant,
                Comparison::AtLeast => sum >= relation.constant,
            }
        })
}
