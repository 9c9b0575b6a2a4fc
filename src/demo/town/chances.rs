use crate::demo::random::Stream;

/// The streams of chance that the years of a town draw from.
#[derive(Debug)]
pub(super) struct Chances {
    pub(super) roll: Stream,
    pub(super) exclusions: Stream,
    pub(super) placements: Stream,
    pub(super) moves: Stream,
}

impl Chances {
    /// Begins the streams of a district.
    pub(super) fn new(seed: u64, district: u32) -> Self {
        let stream = |dataset| Stream::new(seed, dataset, district);
        Self {
            roll: stream("roll"),
            exclusions: stream("exclusions"),
            placements: stream("placements"),
            moves: stream("managed_moves"),
        }
    }
}
