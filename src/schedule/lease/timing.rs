use std::time::Duration;

/// How long a silent holder is waited for, and how often a living one is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// A holder not heard for so long is succeeded.
    pub ttl: Duration,
    /// A holder is heard this often; a third of the former.
    pub beat: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { ttl: Duration::from_mins(1), beat: Duration::from_secs(20) }
    }
}
