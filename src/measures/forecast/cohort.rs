//! Children move up a year: those who stay, and those who join.

use super::chance::Chance;
use super::rates::{Fit, Rates, WEIGHTS, float};

/// A year to come: its residents by group, and what the rate of joining is multiplied by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ahead {
    pub(super) year: i64,
    pub(super) residents: Vec<u64>,
    pub(super) factor: f64,
}

/// Returns the children to be expected in each year, by group.
pub(super) fn expected(rates: &Rates, counted: &[u64], years: &[Ahead]) -> Vec<Vec<f64>> {
    let mut now: Vec<f64> = counted.iter().map(|count| float((*count).into())).collect();
    let mut found = Vec::new();
    for ahead in years {
        let mut next = Vec::with_capacity(now.len());
        for (group, residents) in ahead.residents.iter().enumerate() {
            let below = group.checked_sub(1).and_then(|below| now.get(below)).copied().unwrap_or_default();
            let stayed = below * at(&rates.stay, group);
            let others = (float((*residents).into()) - stayed).max(0.0);
            next.push(stayed + others * (at(&rates.join, group) * ahead.factor));
        }
        found.push(next.clone());
        now = next;
    }
    found
}

/// Draws what may become of the children counted, `draws` times: by draw, year and group.
///
/// For each year one number picks the pair of years whose rates hold in it; then for each group, youngest first, one
/// number says how many of the group below stay, where there is one, and one how many join.
pub(super) fn drawn(
    chance: &mut Chance,
    fit: &Fit,
    counted: &[u64],
    years: &[Ahead],
    draws: u64,
) -> Vec<Vec<Vec<u64>>> {
    let weights: Vec<u64> = WEIGHTS.into_iter().take(fit.alone.len()).collect();
    let mut all = Vec::new();
    for _ in 0..draws {
        let mut now = counted.to_vec();
        let mut path = Vec::with_capacity(years.len());
        for ahead in years {
            let picked = chance.weighted(&weights);
            let Some(rates) = fit.alone.get(picked) else { continue };
            let mut next = Vec::with_capacity(now.len());
            for (group, residents) in ahead.residents.iter().enumerate() {
                let stayed = match group.checked_sub(1).and_then(|below| now.get(below)) {
                    Some(below) => chance.binomial(*below, at(&rates.stay, group)),
                    None => 0,
                };
                let others = float(residents.saturating_sub(stayed).into());
                next.push(stayed + chance.poisson(others * (at(&rates.join, group) * ahead.factor)));
            }
            path.push(next.clone());
            now = next;
        }
        all.push(path);
    }
    all
}

fn at(rates: &[f64], group: usize) -> f64 {
    rates.get(group).copied().unwrap_or_default()
}
