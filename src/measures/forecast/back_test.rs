//! How far each way of forecasting would have missed the last two counts.

use super::cohort::{self, Ahead};
use super::history::History;
use super::rates::{Fit, WEIGHTS, float};

/// Years whose counts are forecast again, at most.
const YEARS: usize = 2;

/// Pairs of years that the model must have had to learn from, in a test: it may have had fewer then than it has now.
const LEAST_PAIRS: usize = 1;

/// What was forecast of a year from what was known a year before, by group, and what came.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trial {
    actual: Vec<f64>,
    naive: Vec<f64>,
    cohort: Vec<f64>,
    rate: Option<Vec<f64>>,
}

/// Mean absolute errors of a group, in per cent of what came; nothing where nobody came.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Errors {
    pub(super) naive: Option<f64>,
    pub(super) cohort: Option<f64>,
    pub(super) rate: Option<f64>,
}

/// Forecasts the last two normal years again, each from what was known a year before. All ways are tried on the same
/// years: those in which the model could have been made.
pub(super) fn trials(history: &History, last: i64, prior: u64) -> Vec<Trial> {
    let years = history.years.keys().rev().copied().filter(|year| *year <= last && history.is_normal(*year));
    years.take(YEARS).filter_map(|year| trial(history, year, prior)).collect()
}

fn trial(history: &History, year: i64, prior: u64) -> Option<Trial> {
    let before = year.checked_sub(1)?;
    let (actual, naive) = (history.headcounts(year)?, history.headcounts(before)?);
    let residents = history.residents(year)?;
    let fit = Fit::of(history, before, prior, LEAST_PAIRS)?;
    let ahead = [Ahead { year, residents: residents.clone(), factor: 1.0 }];
    let floats = |counts: &[u64]| counts.iter().map(|count| float((*count).into())).collect();
    Some(Trial {
        cohort: cohort::expected(&fit.weighted, &naive, &ahead).pop()?,
        rate: rates(history, before).map(|rates| by_rates(&rates, &residents)),
        actual: floats(&actual),
        naive: floats(&naive),
    })
}

/// Returns the mean errors of some groups together.
pub(super) fn errors(trials: &[Trial], groups: &[usize]) -> Errors {
    let sum = |values: &[f64]| groups.iter().filter_map(|group| values.get(*group)).sum::<f64>();
    let mean = |of: fn(&Trial) -> Option<&Vec<f64>>| {
        let each: Option<Vec<(f64, f64)>> =
            trials.iter().map(|trial| Some((sum(of(trial)?), sum(&trial.actual)))).collect();
        error(&each?)
    };
    Errors {
        naive: mean(|trial| Some(&trial.naive)),
        cohort: mean(|trial| Some(&trial.cohort)),
        rate: mean(|trial| trial.rate.as_ref()),
    }
}

/// Returns the mean absolute error of forecasts beside what came, in per cent; nothing without a forecast, or where
/// nobody came.
pub(super) fn error(each: &[(f64, f64)]) -> Option<f64> {
    let errors: Option<Vec<f64>> = each
        .iter()
        .map(|(forecast, actual)| (*actual > 0.0).then(|| 100.0 * (forecast - actual).abs() / actual))
        .collect();
    let errors = errors.filter(|errors| !errors.is_empty())?;
    Some(errors.iter().sum::<f64>() / float(errors.len() as u128))
}

/// Returns the children counted for each resident, by group, of the last three normal years up to `last`, the latest
/// weighing most; nothing where there are fewer.
pub(super) fn rates(history: &History, last: i64) -> Option<Vec<f64>> {
    let years = history.years.keys().rev().copied().filter(|year| *year <= last && history.is_normal(*year));
    let known = years.filter_map(|year| Some((history.headcounts(year)?, history.residents(year)?)));
    let known: Vec<(Vec<u64>, Vec<u64>)> = known.take(WEIGHTS.len()).collect();
    if known.len() < WEIGHTS.len() {
        return None;
    }
    let all = float(WEIGHTS.iter().sum::<u64>().into());
    let of = |group: usize| {
        let each = WEIGHTS.iter().zip(&known).map(|(weight, (counted, residents))| {
            let residents = float((*residents.get(group)?).into());
            let counted = float(u128::from(*weight) * u128::from(*counted.get(group)?));
            (residents > 0.0).then(|| counted / residents)
        });
        let each: Option<Vec<f64>> = each.collect();
        Some(each?.iter().sum::<f64>() / all)
    };
    (0..history.groups.len()).map(of).collect()
}

/// Returns the children to be expected at the rates, by group.
pub(super) fn by_rates(rates: &[f64], residents: &[u64]) -> Vec<f64> {
    rates.iter().zip(residents).map(|(rate, residents)| rate * float((*residents).into())).collect()
}
