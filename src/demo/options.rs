use super::levels::DEFAULT_PUPILS;

/// The largest demo, near the number of pupils in England: more districts would need more pupil numbers than their
/// authorities can give.
pub const MOST_PUPILS: u32 = 199 * DEFAULT_PUPILS;

/// The smallest demo: with fewer pupils no school has a phase of its own.
pub const LEAST_PUPILS: u32 = 200;

/// The longest demo, in academic years.
pub const MOST_YEARS: u32 = 12;

/// How large a council to make, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Pupils on roll, [`LEAST_PUPILS`] to [`MOST_PUPILS`]. Beyond the default the city grows by districts like it.
    pub pupils: u32,
    /// Academic years of placements, attendance and spend up to 2025-26, 1 to [`MOST_YEARS`]. Exclusions, home
    /// education and rolls always begin in 2013-14.
    pub years: u32,
    /// What the chances are drawn from: the same seed, the same bytes.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { pupils: DEFAULT_PUPILS, years: 6, seed: 2026 }
    }
}
