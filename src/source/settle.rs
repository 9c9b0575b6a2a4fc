//! Waits for files that another program may still be writing. A file that changed just now is watched until it
//! has been at rest for a while: half a file may read without a fault.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};

use super::error::SourceError;
use super::found::Found;
use super::place::Place;
use crate::project::SourceDefinition;

/// How long files are watched.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// A file that has not changed for so long is not watched.
    pub recent: TimeDelta,
    /// Time between two looks at the files.
    pub look: Duration,
    /// Looks in a row that must show no change.
    pub quiet: u32,
    /// Most looks; a file that still changes is then refused.
    pub looks: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { recent: TimeDelta::seconds(10), look: Duration::from_millis(500), quiet: 4, looks: 30 }
    }
}

/// The size of a file and when it last changed.
type Look = (u64, Option<SystemTime>);

/// Waits until no file of `found` changes any more, and returns them as they are then. A file that last changed
/// long before `now` is returned as it was found, and so is a query. `go_on` is called at each look: `false` ends
/// the wait.
///
/// # Errors
///
/// [`SourceError::Changed`] for a file that still changes at the last look, and whatever reading a file may lead
/// to.
pub fn settle(
    source: &SourceDefinition,
    place: Place<'_>,
    found: Vec<Found>,
    now: DateTime<Utc>,
    patience: Patience,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Vec<Found>, SourceError> {
    if place.connector()?.reads_snapshot() {
        return Ok(found);
    }
    let mut seen = found.iter().map(look).collect::<Result<Vec<_>, _>>()?;
    let fresh = |(_, modified): &Look| {
        let modified = modified.map(DateTime::<Utc>::from);
        modified.is_some_and(|modified| (now - modified).abs() < patience.recent)
    };
    let watched: Vec<bool> = seen.iter().map(fresh).collect();
    if !watched.contains(&true) {
        return Ok(found);
    }
    let mut quiet = 0;
    for _ in 0..patience.looks {
        std::thread::sleep(patience.look);
        if !go_on() {
            break;
        }
        let now = found.iter().map(look).collect::<Result<Vec<_>, _>>()?;
        quiet = if now == seen { quiet + 1 } else { 0 };
        if quiet == patience.quiet {
            let found = found.into_iter().zip(watched);
            return found
                .map(|(found, watched)| if watched { found.again(source) } else { Ok(found) })
                .collect();
        }
        seen = now;
    }
    let file = found.iter().zip(&watched).find(|(_, watched)| **watched).map(|(found, _)| found.name.clone());
    Err(SourceError::Changed { file: file.unwrap_or_default() })
}

fn look(found: &Found) -> Result<Look, SourceError> {
    let there = std::fs::metadata(&found.path).map_err(|error| SourceError::from_io(&found.name, &error))?;
    Ok((there.len(), there.modified().ok()))
}

#[cfg(test)]
mod tests;
