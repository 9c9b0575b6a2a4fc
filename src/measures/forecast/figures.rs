//! The rows of the forecast of one population.

use super::back_test::{self, Errors};
use super::chance::Chance;
use super::cohort::{self, Ahead};
use super::history::History;
use super::rates::{Fit, WEIGHTS, float};
use super::scenario::{Scenario, Settings};

/// The name of all groups together.
const ALL: &str = "all";

/// Pairs of normal years without which there is no model.
const LEAST_PAIRS: usize = 3;

/// A row of the forecast.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub(super) method: &'static str,
    pub(super) scenario: &'static str,
    pub(super) ahead: u32,
    pub(super) group: String,
    /// Children counted at the last census.
    pub(super) last_count: u64,
    /// Children to be expected; nothing where too few years are known.
    pub(super) headcount: Option<f64>,
    /// The band that is shown.
    pub(super) band: Option<(f64, f64)>,
    /// First decile, median and ninth decile of what was drawn.
    pub(super) drawn: Option<[u64; 3]>,
    pub(super) mape: Option<f64>,
    pub(super) naive_mape: Option<f64>,
    /// Whether this row is the one that is spoken of.
    pub(super) is_headline: bool,
    pub(super) planning_factor: Option<f64>,
}

/// Works out all rows of a population for as many years ahead as are wanted. `key` makes the key of a scenario's stream.
pub(super) fn figures(
    history: &History,
    settings: &Settings,
    horizon: u32,
    key: impl Fn(Scenario) -> [u8; 32],
) -> Vec<Figure> {
    let Some(last) = history.last_counted() else { return Vec::new() };
    let Some(counted) = history.headcounts(last) else { return Vec::new() };
    let trials = back_test::trials(history, last, settings.prior);
    let fit = Fit::of(history, last, settings.prior, LEAST_PAIRS);
    let mut table = Table {
        groups: wider(history)
            .into_iter()
            .map(|(name, members)| Group { errors: back_test::errors(&trials, &members), name, members })
            .collect(),
        planning_factor: planning_factor(history, last),
        counted,
        rows: Vec::new(),
    };
    let of_all = table.groups.last().map(|group| group.errors).unwrap_or_default();
    // A model that missed by more than the count of the year before is not the one to plan by.
    let model_leads = fit.is_some()
        && matches!((of_all.cohort, of_all.naive), (Some(model), Some(naive)) if model <= naive);
    let rates = back_test::rates(history, last);
    if let Some(fit) = &fit {
        for scenario in Scenario::ALL {
            let ahead = years(history, last, horizon, |year, nth| scenario.factor(fit, settings, year, nth));
            let expected = cohort::expected(&fit.weighted, &table.counted, &ahead);
            let chance = &mut Chance::new(key(scenario));
            let drawn = cohort::drawn(chance, fit, &table.counted, &ahead, settings.draws);
            for (nth, expected) in (1..).zip(&expected) {
                table.add("COHORT", scenario, nth, |group| Shown {
                    headcount: Some(sum(expected, &group.members)),
                    mape: group.errors.cohort,
                    drawn: deciles(&drawn, nth, &group.members),
                    is_headline: scenario == Scenario::Hold && model_leads,
                });
            }
        }
    } else {
        // Too few years are known, and each row says so.
        (1..=horizon).for_each(|nth| table.add("COHORT", Scenario::Hold, nth, |_| Shown::default()));
    }
    if let (Some(_), Some(rates)) = (&fit, &rates) {
        for (nth, ahead) in (1..).zip(&years(history, last, horizon, |_, _| 1.0)) {
            let expected = back_test::by_rates(rates, &ahead.residents);
            table.add("RATE", Scenario::Hold, nth, |group| Shown {
                headcount: Some(sum(&expected, &group.members)),
                mape: group.errors.rate,
                ..Shown::default()
            });
        }
    }
    let counted: Vec<f64> = table.counted.iter().map(|count| float((*count).into())).collect();
    for nth in 1..=horizon {
        table.add("NAIVE", Scenario::Hold, nth, |group| Shown {
            headcount: Some(sum(&counted, &group.members)),
            mape: group.errors.naive,
            is_headline: !model_leads,
            ..Shown::default()
        });
    }
    table.rows
}

/// A group, or several together.
struct Group {
    name: String,
    /// The places of its members.
    members: Vec<usize>,
    errors: Errors,
}

/// What a way of forecasting says of a group in a year.
#[derive(Default)]
struct Shown {
    headcount: Option<f64>,
    mape: Option<f64>,
    drawn: Option<[u64; 3]>,
    is_headline: bool,
}

/// The rows, as they are written.
struct Table {
    groups: Vec<Group>,
    counted: Vec<u64>,
    planning_factor: Option<f64>,
    rows: Vec<Figure>,
}

impl Table {
    /// Adds a row for each group.
    fn add(&mut self, method: &'static str, scenario: Scenario, ahead: u32, of: impl Fn(&Group) -> Shown) {
        for group in &self.groups {
            let shown = of(group);
            self.rows.push(Figure {
                method,
                scenario: scenario.code(),
                ahead,
                group: group.name.clone(),
                last_count: group.members.iter().filter_map(|member| self.counted.get(*member)).sum(),
                headcount: shown.headcount,
                band: shown.headcount.and_then(|headcount| band(headcount, shown.mape, shown.drawn)),
                drawn: shown.drawn,
                mape: shown.mape,
                naive_mape: group.errors.naive,
                is_headline: shown.is_headline,
                planning_factor: self.planning_factor,
            });
        }
    }
}

/// Returns the wider of what was drawn and what the error of the past allows; nothing where neither is known.
pub(super) fn band(headcount: f64, mape: Option<f64>, drawn: Option<[u64; 3]>) -> Option<(f64, f64)> {
    let missed = mape.map(|mape| {
        let part = mape / 100.0;
        ((headcount * (1.0 - part)).max(0.0), headcount * (1.0 + part))
    });
    let drawn = drawn.map(|[low, _, high]| (float(low.into()), float(high.into())));
    match (missed, drawn) {
        (Some((low, high)), Some((first, ninth))) => Some((low.min(first), high.max(ninth))),
        (one, other) => one.or(other),
    }
}

/// Returns the years ahead whose residents are projected, each with what the rate of joining is multiplied by.
fn years(history: &History, last: i64, horizon: u32, factor: impl Fn(i64, u32) -> f64) -> Vec<Ahead> {
    let ahead = (1..=horizon).map_while(|nth| {
        let year = last.checked_add(nth.into())?;
        Some(Ahead { year, residents: history.residents(year)?, factor: factor(year, nth) })
    });
    ahead.collect()
}

/// Returns each group, each wider group and all of them, with the places of their members.
fn wider(history: &History) -> Vec<(String, Vec<usize>)> {
    let mut single = Vec::new();
    let mut stages: Vec<(String, Vec<usize>)> = Vec::new();
    for (place, (group, stage)) in history.groups.iter().enumerate() {
        single.push((format!("Y{group:02}"), vec![place]));
        match stages.iter_mut().find(|(name, _)| name == stage) {
            Some((_, members)) => members.push(place),
            None => stages.push((stage.clone(), vec![place])),
        }
    }
    single.extend(stages);
    single.push((ALL.to_owned(), (0..history.groups.len()).collect()));
    single
}

/// Returns the first decile, the median and the ninth decile of what was drawn, each by nearest rank.
fn deciles(draws: &[Vec<Vec<u64>>], nth: u32, members: &[usize]) -> Option<[u64; 3]> {
    let year = usize::try_from(nth).ok()?.checked_sub(1)?;
    let of = |path: &Vec<Vec<u64>>| {
        let groups = path.get(year)?;
        Some(members.iter().filter_map(|member| groups.get(*member)).sum())
    };
    let mut totals: Vec<u64> = draws.iter().filter_map(of).collect();
    totals.sort_unstable();
    let rank = |tenths: usize| totals.get((tenths * totals.len()).div_ceil(10).checked_sub(1)?).copied();
    Some([rank(1)?, rank(5)?, rank(9)?])
}

/// Returns the full-time equivalents to plan for each child counted in January, by the last three normal years.
pub(super) fn planning_factor(history: &History, last: i64) -> Option<f64> {
    let years = history.years.iter().rev().filter(|(year, whole)| **year <= last && !whole.is_abnormal);
    let factors = years.filter_map(|(_, whole)| whole.planning_factor);
    let (mut sum, mut weights) = (0.0, 0.0);
    for (weight, factor) in WEIGHTS.into_iter().zip(factors) {
        let weight = float(weight.into());
        sum += weight * factor;
        weights += weight;
    }
    (weights > 0.0).then(|| sum / weights)
}

fn sum(values: &[f64], members: &[usize]) -> f64 {
    members.iter().filter_map(|member| values.get(*member)).sum()
}
