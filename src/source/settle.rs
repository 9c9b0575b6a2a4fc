//! Files that somebody may still be writing. One that changed just now is watched until it has been left
//! alone for a while; half a file that reads well is the worst of bad files.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};

use super::discover::{self, Found};
use super::{Place, SourceError};
use crate::project::{Connection, SourceDefinition};

/// How long files are watched.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// A file that has not changed for so long is not watched at all.
    pub recent: TimeDelta,
    /// Between two looks at the files.
    pub look: Duration,
    /// Looks in a row at which nothing may have changed.
    pub quiet: u32,
    /// Looks after which a file that still changes is given up.
    pub looks: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { recent: TimeDelta::seconds(10), look: Duration::from_millis(500), quiet: 4, looks: 30 }
    }
}

/// What a look at a file shows.
type Look = (u64, Option<SystemTime>);

/// The files of `found` once nobody writes them any more, as they are then. What last changed long before
/// `now` is as it was found; a query is. `go_on` is asked at each look, for whoever is told to stop meanwhile.
///
/// # Errors
///
/// [`SourceError::Changed`] for a file that does not come to rest, and what reading it may lead to.
pub fn settle(
    source: &SourceDefinition,
    place: Place<'_>,
    found: Vec<Found>,
    now: DateTime<Utc>,
    patience: Patience,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Vec<Found>, SourceError> {
    if matches!(place.connection, Connection::Sqlite(_)) {
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
                .map(|(found, watched)| if watched { again(source, found) } else { Ok(found) })
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

/// The file as it is now.
fn again(source: &SourceDefinition, found: Found) -> Result<Found, SourceError> {
    discover::file(source, found.name, found.path)
}

#[cfg(test)]
mod tests;
