//! The fewest cells to hide: exact for groups of cells that hang together, up to a size at which that is quick.
//!
//! Which cells to hide is asked of the solver as a whole-number problem: each that may be hidden is or is not, at the least
//! loss. What it must hold is learned step by step. For a choice, the reader's bounds of each small count are found by the
//! dual of the reader's own linear problem, which also says which cells the bounds rest on: one of those must be hidden. When no
//! bound tells too much any more, nothing less would do. What follows in whole numbers only is looked at afterwards, by
//! [`Attacker::protect`](super::attack::Attacker::protect).

use std::collections::{BTreeMap, BTreeSet};

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions, Variable};

use super::cells::Cells;
use super::relation::{Comparison, Relation};

/// Most cells of a group for which the fewest to hide are found; beyond it, one that helps is hidden after the other.
pub(super) const LARGEST: usize = 500;

/// How often what must be hidden is learned again, and what the solver may try, before a group counts as too hard: numbers, not
/// times, so that every machine decides alike.
const ROUNDS: usize = 60;
const NODES: u64 = 400;

/// How far from the true number a reader may have to look, in thresholds.
const REACH: i128 = 4;

/// What it costs a bound to rest on one more cell that is shown: so little that the bound stays what it is.
const REST: f64 = 1e-4;

/// What a key less, or all of a group's children, add to the loss of a cell: it decides between choices of equally many.
const TIE: f64 = 0.02;

/// How far the solver may be off.
const OFF: f64 = 1e-6;

/// How many groups of cells that hang together were protected, and how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Protected {
    /// With the fewest cells that do.
    pub exact: usize,
    /// With one cell after the other that helps.
    pub by_rings: usize,
}

/// A group of cells that hang together.
struct Group<'a> {
    cells: &'a Cells,
    relations: Vec<&'a Relation>,
    /// What is hidden by now.
    hidden: BTreeSet<usize>,
    /// What may be hidden, with what its loss is worth.
    losses: BTreeMap<usize, f64>,
    guarded: Vec<usize>,
    /// Parts with their total, of which never one alone may be hidden.
    families: Vec<Vec<usize>>,
}

/// Hides the fewest cells in every group of at most [`LARGEST`] in which some count must be protected.
pub(super) fn hide_fewest(cells: &mut Cells, relations: &[Relation], families: &[Vec<usize>]) -> Protected {
    let mut protected = Protected::default();
    for members in groups(cells, relations) {
        let guarded: Vec<usize> = members.iter().copied().filter(|&at| cells.is_guarded(at)).collect();
        if guarded.is_empty() {
            continue;
        }
        let chosen = (members.len() <= LARGEST)
            .then(|| Group::new(cells, relations, families, &members, guarded).fewest())
            .flatten();
        match chosen {
            Some(chosen) => {
                protected.exact += 1;
                for (at, beside) in chosen {
                    cells.hide_beside(at, beside);
                }
            }
            None => protected.by_rings += 1,
        }
    }
    protected
}

/// Returns the cells that may move, in groups that relations tie together.
fn groups(cells: &Cells, relations: &[Relation]) -> Vec<BTreeSet<usize>> {
    let may_move = |at: usize| cells.is_unknown(at) || cells.cost(at).is_some();
    let mut touching: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, relation) in relations.iter().enumerate() {
        for at in relation.members().filter(|&at| may_move(at)) {
            touching.entry(at).or_default().push(index);
        }
    }
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for &start in touching.keys() {
        if !seen.insert(start) {
            continue;
        }
        let mut group = BTreeSet::from([start]);
        let mut next = vec![start];
        while let Some(at) = next.pop() {
            let around = touching.get(&at).into_iter().flatten().filter_map(|&of| relations.get(of));
            for member in around.flat_map(Relation::members).filter(|&member| may_move(member)) {
                if seen.insert(member) {
                    group.insert(member);
                    next.push(member);
                }
            }
        }
        groups.push(group);
    }
    groups
}

impl<'a> Group<'a> {
    fn new(
        cells: &'a Cells,
        relations: &'a [Relation],
        families: &[Vec<usize>],
        members: &BTreeSet<usize>,
        guarded: Vec<usize>,
    ) -> Self {
        let is_within = |of: Vec<usize>| of.iter().any(|at| members.contains(at));
        let most = members.iter().map(|&at| cells.detail(at)).max().unwrap_or_default();
        let all: f64 = members.iter().map(|&at| number(cells.value(at).abs())).sum();
        // Of equally many, a part rather than a total, and the smaller of two alike.
        let loss = |at: usize| {
            let share = number(cells.value(at).abs()) / (1.0 + all);
            1.0 + TIE * (number_of(most - cells.detail(at)) + share)
        };
        Self {
            cells,
            relations: relations.iter().filter(|relation| is_within(relation.members().collect())).collect(),
            hidden: members.iter().copied().filter(|&at| cells.is_unknown(at)).collect(),
            losses: members
                .iter()
                .filter(|&&at| cells.cost(at).is_some())
                .map(|&at| (at, loss(at)))
                .collect(),
            guarded,
            families: families.iter().filter(|family| is_within((*family).clone())).cloned().collect(),
        }
    }

    /// Returns the fewest cells to hide, each with one that it protects; `None` where they were not found.
    fn fewest(&self) -> Option<Vec<(usize, usize)>> {
        let mut wanted: BTreeMap<BTreeSet<usize>, usize> = BTreeMap::new();
        let mut chosen = BTreeSet::new();
        // What is safe with nothing more hidden is safe whatever is.
        let mut doubtful = self.guarded.clone();
        for round in 0..ROUNDS {
            let hidden: BTreeSet<usize> = self.hidden.union(&chosen).copied().collect();
            let exposed = self.exposed(&hidden, &doubtful)?;
            if round == 0 {
                doubtful.retain(|at| exposed.iter().any(|(_, protected)| protected == at));
            }
            let missing: Vec<(BTreeSet<usize>, usize)> =
                exposed.into_iter().filter(|(cut, _)| !wanted.contains_key(cut)).collect();
            if missing.is_empty() {
                let beside = |at: usize| {
                    let cut = wanted.iter().find(|(cut, _)| cut.contains(&at));
                    cut.map(|(_, &protected)| (at, protected))
                };
                return chosen.into_iter().map(beside).collect();
            }
            wanted.extend(missing);
            chosen = self.cheapest(&wanted)?;
        }
        None
    }

    /// Returns, for each count that a reader bounds too closely and each total or part that stands hidden alone, the cells of
    /// which one more must be hidden; `None` where nothing would help.
    fn exposed(&self, hidden: &BTreeSet<usize>, doubtful: &[usize]) -> Option<Vec<(BTreeSet<usize>, usize)>> {
        let mut found = Vec::new();
        for family in &self.families {
            let unknown: Vec<usize> = family
                .iter()
                .copied()
                .filter(|&at| hidden.contains(&at) || self.cells.is_unknown(at))
                .collect();
            if let [alone] = unknown.as_slice()
                && self.cells.is_published(*alone)
            {
                let others: BTreeSet<usize> =
                    family.iter().copied().filter(|at| self.losses.contains_key(at)).collect();
                if !others.is_empty() {
                    found.push((others, *alone));
                }
            }
        }
        for &at in doubtful {
            let one = number(self.cells.one);
            let (own, least) = (number(self.cells.value(at)), number(self.cells.least(at)));
            let threshold = number(self.cells.threshold(at));
            let (up, mut rests_on) = self.bound(hidden, at, 1.0)?;
            let (down, below) = self.bound(hidden, at, -1.0)?;
            let (low, high) = ((own - down).max(least), own + up);
            let covers = low <= one + OFF && high >= threshold - one - OFF;
            if covers || high - low >= threshold - OFF {
                continue;
            }
            // One that is as low as it can be must be able to be more.
            if own > least + OFF {
                rests_on.extend(below);
            }
            if rests_on.is_empty() {
                return None;
            }
            found.push((rests_on, at));
        }
        Some(found)
    }

    /// Returns how far a cell can move one way at most while those `hidden` move, and the shown cells on which that rests: as
    /// long as none of them is hidden, it holds.
    fn bound(&self, hidden: &BTreeSet<usize>, of: usize, way: f64) -> Option<(f64, BTreeSet<usize>)> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let mut balance: BTreeMap<usize, Vec<(Variable, f64)>> = BTreeMap::new();
        for relation in &self.relations {
            let (factor, price) = match relation.comparison {
                Comparison::Equal => (1.0, problem.add_var(0.0, (f64::NEG_INFINITY, f64::INFINITY))),
                Comparison::AtLeast => {
                    let sum: i128 =
                        relation.terms.iter().map(|&(at, sign)| sign * self.cells.value(at)).sum();
                    (-1.0, problem.add_var(number(sum - relation.constant), (0.0, f64::INFINITY)))
                }
            };
            for &(at, sign) in &relation.terms {
                if hidden.contains(&at) || self.losses.contains_key(&at) {
                    balance.entry(at).or_default().push((price, factor * number(sign)));
                }
            }
        }
        let mut rests: Vec<(usize, Variable, Variable)> = Vec::new();
        let mut bounds: Vec<(Variable, f64)> = Vec::new();
        for (&at, terms) in &mut balance {
            let reach = REACH.saturating_mul(self.cells.threshold(at).max(self.cells.one));
            let room = (self.cells.value(at) - self.cells.least(at)).clamp(0, reach);
            let is_hidden = hidden.contains(&at);
            let (up, down) = if is_hidden { (number(reach), number(room)) } else { (REST, REST) };
            let (above, below) =
                (problem.add_var(up, (0.0, f64::INFINITY)), problem.add_var(down, (0.0, f64::INFINITY)));
            terms.extend([(above, 1.0), (below, -1.0)]);
            let own = if at == of { way } else { 0.0 };
            problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, own);
            if is_hidden {
                bounds.extend([(above, up), (below, down)]);
            } else {
                rests.push((at, above, below));
            }
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(NODES);
        let outcome = problem.solve_with(options).ok()?;
        let solution = outcome.solution()?;
        let value = |variable: Variable| solution.var_value(variable);
        let slack: f64 = solution.objective()
            - rests.iter().map(|&(_, above, below)| REST * (value(above) + value(below))).sum::<f64>();
        let rests_on = rests
            .into_iter()
            .filter(|&(_, above, below)| value(above) + value(below) > OFF)
            .map(|(at, ..)| at);
        Some((slack, rests_on.collect()))
    }

    /// Returns the cells of least loss of which each set has one.
    fn cheapest(&self, wanted: &BTreeMap<BTreeSet<usize>, usize>) -> Option<BTreeSet<usize>> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let mut variables: BTreeMap<usize, Variable> = BTreeMap::new();
        for cut in wanted.keys() {
            for &at in cut {
                if let (None, Some(&loss)) = (variables.get(&at), self.losses.get(&at)) {
                    variables.insert(at, problem.add_binary_var(loss));
                }
            }
        }
        for cut in wanted.keys() {
            let terms: Vec<(Variable, f64)> =
                cut.iter().filter_map(|at| Some((*variables.get(at)?, 1.0))).collect();
            problem.add_constraint(terms.as_slice(), ComparisonOp::Ge, 1.0);
        }
        let mut options = SolveOptions::default();
        options.node_limit = Some(NODES);
        let outcome = problem.solve_with(options).ok()?;
        let solution = outcome.solution().filter(|solution| solution.status() == SolutionStatus::Optimal)?;
        Some(
            variables
                .into_iter()
                .filter(|&(_, variable)| solution.var_value(variable) > 0.5)
                .map(|(at, _)| at)
                .collect(),
        )
    }
}

/// Returns a whole number as the solver takes it.
#[expect(clippy::cast_precision_loss, reason = "counts have fewer digits than a double")]
fn number(value: i128) -> f64 {
    value as f64
}

fn number_of(value: usize) -> f64 {
    number(i128::try_from(value).unwrap_or(i128::MAX))
}
