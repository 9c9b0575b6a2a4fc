//! What editions said of each count: `cells.csv` beside an edition, which the gate reads before it clears another.
//!
//! Two editions can be held against each other as two tables can. What one hid, a later one must not show, and what
//! one showed, a later one cannot hide anything behind.

use crate::disclosure::Earlier;
use crate::job::{Context, Failure};
use crate::store::StoreError;

/// The file, within an edition.
pub(super) const FILE: &str = "cells.csv";

/// How a hidden cell is written.
const HIDDEN: &str = "[c]";

/// What all editions in the store said, of whatever report and period.
pub(super) fn earlier(context: &Context) -> Result<Earlier, Failure> {
    let objects = context.store().objects();
    let mut earlier = Earlier::default();
    for name in objects.list("editions")? {
        let Some(folder) = name.strip_suffix("edition.json") else {
            continue;
        };
        // An edition of before this file was there says nothing that can be read here.
        let file = format!("{folder}{FILE}");
        let Some(bytes) = objects.read(&file)? else {
            continue;
        };
        let damaged = |what: String| StoreError::Corrupt { name: file.clone(), what };
        for record in csv::Reader::from_reader(bytes.as_slice()).into_records() {
            let record = record.map_err(|error| damaged(error.to_string()))?;
            let (Some(cell), Some(shown)) = (record.get(0), record.get(1)) else {
                return Err(damaged("a row has fewer than two columns".to_owned()).into());
            };
            earlier.add(cell.to_owned(), (shown != HIDDEN).then(|| shown.to_owned()));
        }
    }
    Ok(earlier)
}

/// The file of what an edition tells.
pub(super) fn written(said: &Earlier) -> Result<Vec<u8>, Failure> {
    let bug = |error: &dyn std::error::Error| Failure::Bug(error.to_string());
    let mut to = csv::Writer::from_writer(Vec::new());
    to.write_record(["cell", "shown"]).map_err(|error| bug(&error))?;
    for (cell, shown) in said.iter() {
        to.write_record([cell, shown.unwrap_or(HIDDEN)]).map_err(|error| bug(&error))?;
    }
    to.into_inner().map_err(|error| bug(&error))
}
