//! Figures that rest on children and add up, as money, weeks, full-time equivalents and places do: each once, whichever tables
//! show it, with what adds up to what.
//!
//! A figure is hidden with the count of children that it rests on. Here it is seen to that nobody works it out of the others:
//! of all that adds up, in one table or over several, never one alone is hidden, and those beside one that rests on few
//! come to a part of it that is worth hiding.

use std::collections::{BTreeMap, BTreeSet};

use super::decimal::Decimal;
use super::identity::Identity;
use super::projections::Sum;
use super::why::Why;

/// Decimals in which figures are compared: as many as [`Decimal`] has.
pub(super) const SCALE: u32 = 6;

/// Those hidden beside a figure that rests on few come to at least this part of it, in per cent, so that a reader does not know
/// it nearer.
const PART: i128 = 10;

/// From where on two equal figures are not taken for chance: a hundred, in units.
const TELLING: i128 = 100_000_000;

/// How many figures two names must share, all equal, before a reader takes them for one.
const ALIKE: usize = 3;

/// One figure, wherever it stands.
#[derive(Debug, Clone)]
struct Amount {
    /// In units of ten to the power minus [`SCALE`].
    value: i128,
    /// One of its own last digit.
    step: i128,
    why: Option<Why>,
}

/// Two names, and the figures that they give to the same keys; none where two of them differ.
type Pairs<'a> = BTreeMap<(&'a str, &'a str), Option<Vec<(usize, usize)>>>;

/// All figures that rest on children and add up.
#[derive(Debug, Default)]
pub(super) struct Amounts {
    all: Vec<Amount>,
    named: BTreeMap<Identity, Vec<usize>>,
    sums: Vec<Sum>,
    /// Those that stand in one of them.
    in_sums: BTreeSet<usize>,
    /// Figures of a row of which one is the sum or difference of the others and of what is shown anyway.
    rows: Vec<Vec<usize>>,
    /// Figures of two names that are one.
    same: Vec<(usize, usize)>,
    /// Figures of the same size and periods, by other names: whoever sees one may take it for the other.
    twins: BTreeMap<usize, Vec<usize>>,
    /// Those that stand elsewhere as figures that rest on nobody.
    open: BTreeSet<usize>,
}

impl Amounts {
    /// Returns the figure of that name and value: the one that is there, or a new one. What two tables state differently is two
    /// figures: one of all children and one of some.
    pub(super) fn number(&mut self, name: Identity, value: Decimal) -> usize {
        let step = Decimal::new(1, value.scale()).units_at(SCALE);
        let value = value.units_at(SCALE);
        let alike = self.named.get(&name).into_iter().flatten().copied();
        if let Some(same) =
            alike.into_iter().find(|&at| (self.value(at) - value).abs() < step.max(self.step(at)))
        {
            return same;
        }
        self.all.push(Amount { value, step, why: None });
        let at = self.all.len() - 1;
        self.named.entry(name).or_default().push(at);
        at
    }

    /// Returns every figure by its name.
    pub(super) fn named(&self) -> impl Iterator<Item = (&Identity, usize)> {
        self.named.iter().flat_map(|(name, alike)| alike.iter().map(move |&at| (name, at)))
    }

    /// Finds the figures that two names give to the same keys, equal wherever both are there.
    pub(super) fn find_same(&mut self) {
        let mut rows: BTreeMap<&BTreeMap<String, String>, Vec<(&str, usize)>> = BTreeMap::new();
        for (name, at) in self.named() {
            rows.entry(&name.at).or_default().push((&name.measure, at));
        }
        let mut pairs: Pairs<'_> = BTreeMap::new();
        for figures in rows.values() {
            for (index, &(one, at)) in figures.iter().enumerate() {
                for &(other, there) in figures.iter().skip(index + 1).filter(|other| other.0 != one) {
                    let pair = pairs.entry((one, other)).or_insert_with(|| Some(Vec::new()));
                    let slack = self.step(at).max(self.step(there));
                    if (self.value(at) - self.value(there)).abs() >= slack {
                        *pair = None;
                    } else if let Some(pair) = pair {
                        pair.push((at, there));
                    }
                }
            }
        }
        let enough =
            |pair: &Vec<(usize, usize)>| pair.iter().filter(|(at, _)| self.value(*at) != 0).count() >= ALIKE;
        self.same = pairs.into_values().flatten().filter(enough).flatten().collect();
    }

    /// Finds the figures that stand elsewhere by another name, among them those that rest on nobody: hiding one of those hides
    /// nothing.
    pub(super) fn find_twins(&mut self, open: &BTreeSet<(BTreeMap<String, String>, i128)>) {
        let mut alike: BTreeMap<(BTreeMap<&str, &str>, i128), Vec<usize>> = BTreeMap::new();
        for (name, at) in self.named() {
            let size = self.value(at).abs();
            if size >= TELLING {
                alike.entry((name.periods(), size)).or_default().push(at);
            }
        }
        let (mut twins, mut known) = (BTreeMap::new(), BTreeSet::new());
        for ((periods, size), figures) in alike {
            let periods = periods.into_iter().map(|(key, code)| (key.to_owned(), code.to_owned())).collect();
            if open.contains(&(periods, size)) {
                known.extend(figures.iter().copied());
            }
            if figures.len() > 1 {
                twins.extend(figures.iter().map(|&at| (at, figures.clone())));
            }
        }
        (self.twins, self.open) = (twins, known);
    }

    /// Hides, with a figure that covers another, those of its size elsewhere by which it would be known.
    fn hide_twins(&mut self, at: usize) {
        for twin in self.twins.get(&at).cloned().unwrap_or_default() {
            if !self.open.contains(&at) && self.why(twin).is_none() {
                self.hide(twin, Why::Secondary);
            }
        }
    }

    /// Returns whether a figure stands elsewhere in the open.
    fn is_known_elsewhere(&self, at: usize) -> bool {
        let twins = self.twins.get(&at).into_iter().flatten();
        self.open.contains(&at) || twins.into_iter().any(|&twin| twin != at && self.why(twin).is_none())
    }

    /// Takes over sums among them.
    pub(super) fn add_sums(&mut self, sums: impl IntoIterator<Item = Sum>) {
        let known: BTreeSet<Sum> = std::mem::take(&mut self.sums).into_iter().chain(sums).collect();
        self.in_sums = known.iter().flat_map(Sum::members).collect();
        self.sums = known.into_iter().collect();
    }

    /// Takes over figures of a row that follow from each other.
    pub(super) fn add_rows(&mut self, rows: impl IntoIterator<Item = Vec<usize>>) {
        self.rows.extend(rows);
    }

    /// Returns whether parts add up to their total, but for rounding; `Some(true)` where that says something, and `None` where
    /// they do not.
    pub(super) fn adds_up(&self, sum: &Sum) -> Option<bool> {
        let parts: i128 = sum.parts.iter().map(|&at| self.value(at)).sum();
        let step = sum.members().map(|at| self.step(at)).max().unwrap_or_default();
        let slack = step.saturating_mul(i128::try_from(sum.parts.len()).unwrap_or(i128::MAX));
        let total = self.value(sum.total);
        ((parts - total).abs() <= slack).then_some(total != 0)
    }

    /// Returns whether a figure is part of something that adds up.
    pub(super) fn is_in_sum(&self, at: usize) -> bool {
        self.in_sums.contains(&at)
    }

    /// Returns why a figure is hidden, if it is.
    pub(super) fn why(&self, at: usize) -> Option<Why> {
        self.all.get(at)?.why
    }

    /// Hides a figure.
    pub(super) fn hide(&mut self, at: usize, why: Why) {
        if let Some(amount) = self.all.get_mut(at) {
            amount.why = Some(amount.why.map_or(why, |earlier| earlier.min(why)));
        }
    }

    /// Hides further figures until none can be worked out. Whether anything was hidden. Whole figures, such as places, are as
    /// telling as counts: those that are hidden together leave room for all small ones below `threshold`.
    pub(super) fn protect(&mut self, threshold: u32) -> bool {
        let mut any = false;
        loop {
            let mut moved = self.hide_alike();
            for row in self.rows.clone() {
                let hidden = row.iter().filter(|&&at| self.why(at).is_some()).count();
                let next = row.iter().copied().find(|&at| self.why(at).is_none() && self.value(at) != 0);
                if let (1, Some(next)) = (hidden, next) {
                    self.hide(next, Why::Secondary);
                    moved = true;
                }
            }
            for sum in self.sums.clone() {
                if let Some(next) = self.beside(&sum, threshold) {
                    self.hide(next, Why::Secondary);
                    self.hide_twins(next);
                    moved = true;
                }
            }
            if !moved {
                return any;
            }
            any = true;
        }
    }

    /// Hides figures that are one where one of them is hidden.
    fn hide_alike(&mut self) -> bool {
        let mut moved = false;
        for (one, other) in self.same.clone() {
            for (hidden, shown) in [(one, other), (other, one)] {
                if let (Some(why), None) = (self.why(hidden), self.why(shown))
                    && self.value(shown) != 0
                {
                    self.hide(shown, why);
                    moved = true;
                }
            }
        }
        moved
    }

    /// Returns what is to be hidden next of a sum; `None` where no hidden figure of it can be worked out.
    fn beside(&self, sum: &Sum, threshold: u32) -> Option<usize> {
        let hidden: Vec<usize> = sum.members().filter(|&at| self.why(at).is_some()).collect();
        let one = 10_i128.pow(SCALE);
        let is_whole = sum.members().all(|at| self.value(at) % one == 0);
        let together: i128 = hidden.iter().map(|&at| self.value(at).abs()).sum();
        // Each of the others is one at least: what is left for this one must come to all small ones.
        let room = i128::from(threshold) + i128::try_from(hidden.len()).unwrap_or(i128::MAX) - 2;
        let is_tight = is_whole && self.why(sum.total).is_none() && together < room.saturating_mul(one);
        let exposed = hidden.iter().copied().filter(|&at| self.value(at) != 0).find(|&at| {
            let others: i128 =
                hidden.iter().filter(|other| **other != at).map(|&other| self.value(other).abs()).sum();
            let rests_on_few = self.why(at) == Some(Why::Primary);
            hidden.len() == 1
                || is_tight
                || rests_on_few && others.saturating_mul(100) < self.value(at).abs().saturating_mul(PART)
        })?;
        let least = self.value(exposed).abs().saturating_mul(PART) / 100;
        let can_cover = |at: &usize| self.why(*at).is_none() && self.value(*at) != 0 && !self.follows(*at);
        // What stands elsewhere can be hidden there too, where it rests on somebody.
        let is_unknown = |at: usize| !self.is_known_elsewhere(at);
        let can_go = |at: usize| !self.open.contains(&at);
        let any = |_: usize| true;
        let smallest = |least: i128, wanted: &dyn Fn(usize) -> bool| {
            let parts = sum.parts.iter().copied().filter(can_cover).filter(|&at| wanted(at));
            let parts = parts.filter(|&at| self.value(at).abs() >= least);
            parts.min_by_key(|&at| (self.value(at).abs(), at))
        };
        let total =
            |wanted: &dyn Fn(usize) -> bool| Some(sum.total).filter(can_cover).filter(|&total| wanted(total));
        let good = smallest(least, &is_unknown).or_else(|| smallest(least, &can_go));
        let good = good.or_else(|| total(&is_unknown)).or_else(|| smallest(least, &any));
        good.or_else(|| total(&any)).or_else(|| smallest(0, &any))
    }

    /// Returns whether a figure follows from others of its row, none of which can be hidden with it.
    fn follows(&self, at: usize) -> bool {
        let others = |row: &Vec<usize>| {
            row.iter()
                .filter(|other| **other != at)
                .all(|&other| self.why(other).is_none() && self.value(other) == 0)
        };
        self.rows.iter().any(|row| row.contains(&at) && others(row))
    }

    /// Returns a figure in units.
    pub(super) fn value(&self, at: usize) -> i128 {
        self.all.get(at).map_or(0, |amount| amount.value)
    }

    /// Returns one of the last digit of a figure.
    pub(super) fn step(&self, at: usize) -> i128 {
        self.all.get(at).map_or(1, |amount| amount.step)
    }
}

/// Returns whether an amount is the product of two figures, all in units of [`SCALE`]: as they are, per cent or per thousand.
pub(super) fn is_product(amount: i128, one: i128, other: i128) -> bool {
    let product = one.saturating_mul(other);
    [1, 100, 1000].into_iter().any(|factor| {
        let wanted = amount.saturating_mul(10_i128.pow(SCALE)).saturating_mul(factor);
        // As near as rounding leaves it.
        (product - wanted).abs() <= wanted.abs() / 50
    })
}
