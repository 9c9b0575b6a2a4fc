use chrono::NaiveDate;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use super::terms::plus;

/// A stream of chance of its own for one dataset of one district.
///
/// Two datasets never share a stream, so that a change to how one is made moves no other. `ChaCha`
/// is fixed by its specification, and all that is drawn from it is whole numbers: the same seed
/// gives the same bytes on every machine and with every version of every crate.
#[derive(Debug)]
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    pub(super) fn new(seed: u64, dataset: &str, district: u32) -> Self {
        let key = Sha256::new()
            .chain_update(seed.to_le_bytes())
            .chain_update(district.to_le_bytes())
            .chain_update(dataset.as_bytes())
            .finalize();
        Self(ChaCha8Rng::from_seed(key.into()))
    }

    /// Draws a whole number below `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(end);
        u32::try_from(wide >> 32).unwrap_or_default()
    }

    /// Draws a whole number from `first` to `last`, both possible.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        let width = u32::try_from(last - first + 1).unwrap_or(1);
        first + i64::from(self.below(width))
    }

    /// Decides whether something happens that happens `per_mille` times in a thousand.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// Draws a place in a list of `length`, which is not empty.
    pub(super) fn index(&mut self, length: usize) -> usize {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        usize::try_from(self.below(length)).unwrap_or_default()
    }

    /// Draws one of a list, which is not empty.
    pub(super) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let index = self.index(list.len());
        &list[index]
    }

    /// Draws one of a list that is not empty, each as likely as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, list: &[(T, u32)]) -> T {
        let mut left = self.below(list.iter().map(|(_, weight)| weight).sum());
        let mut chosen = list[0].0;
        for (value, weight) in list {
            chosen = *value;
            if left < *weight {
                break;
            }
            left -= weight;
        }
        chosen
    }

    /// Returns `count` times `numerator / denominator`, rounded up or down by chance so that the mean is right.
    pub(super) fn share(&mut self, count: u32, numerator: u32, denominator: u32) -> u32 {
        let wide = u64::from(count) * u64::from(numerator);
        let denominator = u64::from(denominator.max(1));
        let rest = u32::try_from(wide % denominator * 1000 / denominator).unwrap_or_default();
        u32::try_from(wide / denominator).unwrap_or_default() + u32::from(self.chance(rest))
    }

    /// Draws a day from `first` to `last`, both possible; `first` when they are the wrong way round.
    pub(super) fn day(&mut self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        plus(first, self.between(0, (last - first).num_days().max(0)))
    }
}
