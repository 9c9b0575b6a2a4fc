use chrono::{DateTime, Utc};

/// Something that will be due, for an owner's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The pipeline.
    pub pipeline: String,
    /// When.
    pub at: DateTime<Utc>,
}
