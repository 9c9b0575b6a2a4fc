//! How many stay from one census day to the next, and how many join.

use super::history::History;

/// Weights of the years learnt from, latest first.
pub(super) const WEIGHTS: [u64; 3] = [3, 2, 1];

/// What happened between two census days, by group of the later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// The year of the earlier census.
    pub(super) year: i64,
    /// Children counted at the earlier census who could stay, in the group below.
    pub(super) before: Vec<u64>,
    /// Of them, those who stayed.
    pub(super) stayed: Vec<u64>,
    /// Children counted at the later census who had not been at the earlier one.
    pub(super) joined: Vec<u64>,
    /// Residents at the later census who had not stayed.
    pub(super) at_risk: Vec<u64>,
    /// Of those who joined, those who came by a permanent exclusion.
    pub(super) joined_excluded: u64,
}

/// The chance of staying from the group below, and the chance of joining, by group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rates {
    pub(super) stay: Vec<f64>,
    pub(super) join: Vec<f64>,
}

/// What was learnt of a population.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    /// The pairs of years, latest first.
    pub(super) pairs: Vec<Pair>,
    /// Their rates together, the latest weighing most.
    pub(super) weighted: Rates,
    /// The rates of each pair alone.
    pub(super) alone: Vec<Rates>,
}

impl Pair {
    /// Reads the pair that begins with `year`; nothing where a count of it is not known or a year is abnormal.
    fn of(history: &History, year: i64) -> Option<Self> {
        let next = year.checked_add(1)?;
        if !history.is_normal(year) || !history.is_normal(next) {
            return None;
        }
        let (counted, later) = (history.headcounts(year)?, history.headcounts(next)?);
        let residents = history.residents(next)?;
        let can_stay = history.can_stay();
        let stayed_on = history.each(year, |cell| Some(cell.stayed.unwrap_or_default()))?;
        let excluded = history.each(next, |cell| Some(cell.joined_excluded.unwrap_or_default()))?;
        let below = |counts: &[u64]| -> Vec<u64> {
            let up = counts.iter().zip(&can_stay).map(|(count, can)| if *can { *count } else { 0 });
            std::iter::once(0).chain(up).take(later.len()).collect()
        };
        let stayed = below(&stayed_on);
        let less = |whole: &[u64]| -> Vec<u64> {
            whole.iter().zip(&stayed).map(|(whole, stayed)| whole.saturating_sub(*stayed)).collect()
        };
        Some(Self {
            year,
            before: below(&counted),
            joined: less(&later),
            at_risk: less(&residents),
            joined_excluded: excluded.iter().sum(),
            stayed,
        })
    }
}

impl Fit {
    /// Learns from the last three pairs of normal years whose later census is of `known_to` or before; nothing where
    /// there are fewer than `least`.
    pub(super) fn of(history: &History, known_to: i64, prior: u64, least: usize) -> Option<Self> {
        let years = history.years.keys().rev().copied().filter(|year| *year < known_to);
        let pairs: Vec<Pair> = years.filter_map(|year| Pair::of(history, year)).take(WEIGHTS.len()).collect();
        if pairs.len() < least.max(1) {
            return None;
        }
        let over = |of: fn(&Pair) -> &Vec<u64>| pairs.iter().flat_map(of).sum::<u64>();
        let can_stay = std::iter::once(false).chain(history.can_stay()).collect();
        let prior = Prior {
            can_stay,
            children: prior,
            stay: (over(|pair| &pair.stayed), over(|pair| &pair.before)),
            join: (over(|pair| &pair.joined), over(|pair| &pair.at_risk)),
        };
        let weighted: Vec<(u64, &Pair)> = WEIGHTS.into_iter().zip(&pairs).collect();
        let alone = pairs.iter().map(|pair| prior.rates(&[(1, pair)])).collect();
        Some(Self { weighted: prior.rates(&weighted), alone, pairs })
    }

    /// Returns by how much the rate of joining of all groups grew a year over the pairs, within the `cap` either way.
    pub(super) fn trend(&self, cap: f64) -> f64 {
        let (Some(latest), Some(earliest)) = (self.pairs.first(), self.pairs.last()) else { return 0.0 };
        let rate = |pair: &Pair| {
            let at_risk: u64 = pair.at_risk.iter().sum();
            (at_risk > 0).then(|| float(u128::from(pair.joined.iter().sum::<u64>())) / float(at_risk.into()))
        };
        let (Some(last), Some(first)) = (rate(latest), rate(earliest)) else { return 0.0 };
        growth(first, last, latest.year - earliest.year, cap)
    }

    /// Returns the part of those who joined that came by a permanent exclusion.
    pub(super) fn share_excluded(&self) -> f64 {
        let joined: u64 = self.pairs.iter().flat_map(|pair| &pair.joined).sum();
        let excluded: u64 = self.pairs.iter().map(|pair| pair.joined_excluded).sum();
        if joined == 0 { 0.0 } else { float(excluded.into()) / float(joined.into()) }
    }
}

/// Children added to every group at the rate of all groups, so that no rate is 0.
struct Prior {
    /// For each group, whether a child of the group below can be counted in it a year later.
    can_stay: Vec<bool>,
    children: u64,
    stay: (u64, u64),
    join: (u64, u64),
}

impl Prior {
    fn rates(&self, pairs: &[(u64, &Pair)]) -> Rates {
        let groups = pairs.first().map_or(0, |(_, pair)| pair.joined.len());
        let weighted = |of: fn(&Pair) -> &Vec<u64>, group: usize| -> u128 {
            let each = pairs.iter().map(|(weight, pair)| {
                u128::from(*weight) * u128::from(of(pair).get(group).copied().unwrap_or_default())
            });
            each.sum()
        };
        let stay = (0..groups).map(|group| {
            if self.can_stay.get(group) != Some(&true) {
                return 0.0;
            }
            self.rate(weighted(|pair| &pair.stayed, group), weighted(|pair| &pair.before, group), self.stay)
        });
        let join = (0..groups).map(|group| {
            self.rate(weighted(|pair| &pair.joined, group), weighted(|pair| &pair.at_risk, group), self.join)
        });
        Rates { stay: stay.collect(), join: join.collect() }
    }

    /// Returns (events + m · all) / (at risk + m), as one division of whole numbers, so that it is the nearest number
    /// that there is to the fraction.
    fn rate(&self, events: u128, at_risk: u128, (all_events, all_at_risk): (u64, u64)) -> f64 {
        let (children, all) = (u128::from(self.children), u128::from(all_at_risk.max(1)));
        let below = all * (at_risk + children);
        if below == 0 {
            return 0.0;
        }
        float(events * all + children * u128::from(all_events)) / float(below)
    }
}

/// Returns the growth a year from `first` to `last` over `years`, within `cap` either way: found by halving, since a root
/// of a library differs between machines in its last digit.
pub(super) fn growth(first: f64, last: f64, years: i64, cap: f64) -> f64 {
    if first <= 0.0 || years < 1 {
        return 0.0;
    }
    let wanted = last / first;
    let (mut low, mut high) = (1.0 - cap, 1.0 + cap);
    for _ in 0..60 {
        let middle = low + (high - low) / 2.0;
        let reached = (0..years).fold(1.0, |product, _| product * middle);
        if reached < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0 - 1.0
}

/// Returns a whole number as the nearest that has a fraction.
#[expect(clippy::cast_precision_loss, reason = "children and residents times a prior are below 2^53")]
pub(super) fn float(whole: u128) -> f64 {
    whole as f64
}
