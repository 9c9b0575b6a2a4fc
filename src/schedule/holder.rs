use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Who holds a lease, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// Names the holding: no other one, of this process or any, has the same.
    pub token: String,
    /// The machine.
    #[serde(default)]
    pub host: String,
    /// The number of the process there.
    #[serde(default)]
    pub process: u32,
    /// The occurrence that it runs; none for a run by hand.
    pub occurrence: Option<String>,
    /// Since when, by its own clock: for people to read, compared with nothing.
    pub since: DateTime<Utc>,
}

/// The holder as a person looks for it: `process 4711 on ap-reports, since 2026-10-05 05:00:00 UTC`.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "process {} on {}, since {}",
            self.process,
            self.host,
            self.since.format("%Y-%m-%d %H:%M:%S UTC")
        )?;
        match &self.occurrence {
            Some(occurrence) => write!(f, ", for `{occurrence}`"),
            None => f.write_str(", by hand"),
        }
    }
}
