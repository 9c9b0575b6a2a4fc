//! Draws that are the same on every machine: one number of `ChaCha8` each, inverted by adding up the chances.
//!
//! Only + − × ÷ are used: what a library calls `exp` or `pow` differs between machines in its last digit, and a forecast
//! that is published must come out again to the byte.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// 2³².
const WHOLE: f64 = 4_294_967_296.0;

/// Beyond this many nothing is counted up any more: no group of a council comes near it.
const MOST: u64 = 1_000_000;

/// The stream of one scenario of one population.
pub(super) struct Chance(ChaCha8Rng);

impl Chance {
    /// Begins the stream of a key of 32 bytes.
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Draws 32 bits.
    pub(super) fn next(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// Draws a place in a list of weights, each as likely as its weight says.
    pub(super) fn weighted(&mut self, weights: &[u64]) -> usize {
        let all: u64 = weights.iter().sum();
        let drawn = (u128::from(self.next()) * u128::from(all)) >> 32;
        let mut below = 0;
        for (place, weight) in weights.iter().enumerate() {
            below += u128::from(*weight);
            if drawn < below {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Draws how many of `among` have a chance of `each`.
    pub(super) fn binomial(&mut self, among: u64, each: f64) -> u64 {
        binomial(among, each, f64::from(self.next()) / WHOLE)
    }

    /// Draws a count whose mean is `mean`.
    pub(super) fn poisson(&mut self, mean: f64) -> u64 {
        poisson(mean, f64::from(self.next()) / WHOLE)
    }
}

/// Returns the smallest number whose chance of not being exceeded is above `at`, of `among` with a chance of `each`.
pub(super) fn binomial(among: u64, each: f64, at: f64) -> u64 {
    if each <= 0.0 {
        return 0;
    }
    if each >= 1.0 {
        return among;
    }
    let mut chance = (0..among).fold(1.0, |product, _| product * (1.0 - each));
    let (mut sum, mut count) = (chance, 0);
    while at >= sum && count < among {
        count += 1;
        chance = chance * whole(among - count + 1) / whole(count) * each / (1.0 - each);
        sum += chance;
    }
    count
}

/// Returns the smallest number whose chance of not being exceeded is above `at`, of a count whose mean is `mean`.
pub(super) fn poisson(mean: f64, at: f64) -> u64 {
    if mean <= 0.0 {
        return 0;
    }
    let mut chance = less_e(mean);
    let (mut sum, mut count) = (chance, 0);
    // Above the mean a chance that has come to nothing never grows again.
    while at >= sum && count < MOST && (chance > 0.0 || whole(count) < mean) {
        count += 1;
        chance = chance * mean / whole(count);
        sum += chance;
    }
    count
}

/// Returns e to the power of less `mean`: the series of a 1024th of it to the twentieth term, squared ten times.
fn less_e(mean: f64) -> f64 {
    let part = mean / 1024.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for nth in 1..=20_u32 {
        term = term * -part / f64::from(nth);
        sum += term;
    }
    (0..10).fold(sum, |power, _| power * power)
}

#[expect(clippy::cast_precision_loss, reason = "children are below 2^53")]
fn whole(count: u64) -> f64 {
    count as f64
}
