use std::time::Duration;

/// What an engine may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Partitions that a plan is spread over: the count of cores.
    pub partitions: usize,
    /// Bytes that queries may hold before they spill or fail.
    pub memory: usize,
    /// How long one query may take.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let partitions = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { partitions, memory: 2 << 30, time: Duration::from_hours(1) }
    }
}
