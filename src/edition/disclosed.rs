//! What editions showed of each count: `cells.csv` beside an edition, which the gate reads before it clears another.
//!
//! Two editions can be held against each other as two tables can. What one hid, a later one must not show, and what
//! one showed, a later one cannot hide anything behind.

use std::collections::BTreeSet;

use super::purpose::Purpose;
use super::record::{Edition, every};
use crate::diagnostic::Cause;
use crate::disclosure::Earlier;
use crate::job::{Context, Failure};
use crate::ledger::{self, Showing};
use crate::store::{StoreError, given_up};

/// The file, within an edition.
pub(super) const FILE: &str = "cells.csv";

/// How a hidden cell is written.
const HIDDEN: &str = "[c]";

/// Reads what all editions in the store showed, of whatever report and period, the oldest first.
///
/// # Errors
///
/// Damage when an edition is gone that the ledger knows, or its account of what it showed is gone or another than the one
/// that was written: without it the next edition could give away what this one hid.
pub(super) fn earlier(context: &Context, purpose: Purpose) -> Result<Earlier, Failure> {
    // An edition is there before its record is: what is recorded by now must be found below.
    let recorded = ledger::showings(context.store().objects().as_ref())?;
    let mut editions = every(context)?;
    editions.sort_by(|one, other| (one.made, &one.id).cmp(&(other.made, &other.id)));
    let there: BTreeSet<&str> = editions.iter().map(|edition| edition.id.as_str()).collect();
    // Somebody decided to go on without the account of what these showed.
    let given_up = given_up(context.store().objects().as_ref())?;
    let is_known = |showing: &Showing| {
        there.contains(showing.edition.as_str())
            || given_up.contains(&format!("{}/edition.json", showing.folder))
    };
    let lost = |showing: &Showing| !is_known(showing);
    if let Some(lost) = recorded.into_iter().find(lost) {
        let what = "it is not there, and the ledger knows the edition".into();
        return Err(StoreError::Corrupt { name: format!("{}/edition.json", lost.folder), what }.into());
    }
    let mut earlier = Earlier::default();
    for edition in &editions {
        if purpose == Purpose::Edition {
            record(context, edition)?;
        }
        // An edition of before this file was written has nothing that can be read here.
        if !edition.files.contains_key(FILE) {
            continue;
        }
        let bytes = edition.read(context, FILE)?;
        let file = format!("{}/{FILE}", edition.folder());
        let damaged = |what: Cause| StoreError::Corrupt { name: file.clone(), what };
        let mut cells = Vec::new();
        for row in csv::Reader::from_reader(bytes.as_slice()).into_records() {
            let row = row.map_err(|error| damaged(Cause::of(&error)))?;
            let (Some(cell), Some(shown)) = (row.get(0), row.get(1)) else {
                return Err(damaged("a row has fewer than two columns".into()).into());
            };
            cells.push((cell.to_owned(), (shown != HIDDEN).then(|| shown.to_owned())));
        }
        earlier.release(&edition.period, cells);
    }
    Ok(earlier)
}

/// Records in the ledger what an edition tells. An edition whose run died before this is recorded at the next look.
pub(super) fn record(context: &Context, edition: &Edition) -> Result<(), Failure> {
    Ok(ledger::record_showing(context.store().objects().as_ref(), &showing(edition))?)
}

/// Returns what the ledger keeps of what an edition shows.
pub(super) fn showing(edition: &Edition) -> Showing {
    Showing {
        edition: edition.id.clone(),
        folder: edition.folder(),
        run: edition.run.clone(),
        cells: edition.files.get(FILE).cloned(),
    }
}

/// Returns the greatest revision that was ever made under a name that begins so: one whose edition was given up is not
/// made a second time under its name, which readers may have.
pub(super) fn greatest_revision(context: &Context, stem: &str) -> Result<u32, Failure> {
    let objects = context.store().objects().as_ref();
    let mut names = objects.list("showings")?;
    names.extend(given_up(objects)?);
    let of = |name: &String| {
        let id = name.strip_prefix("showings/")?.strip_suffix(".json")?;
        id.strip_prefix(stem)?.strip_prefix('r')?.split('.').next()?.parse::<u32>().ok()
    };
    Ok(names.iter().filter_map(of).max().unwrap_or(0))
}

/// Writes the file of what an edition shows.
pub(super) fn written(shown: &Earlier) -> Result<Vec<u8>, Failure> {
    let mut to = csv::Writer::from_writer(Vec::new());
    to.write_record(["cell", "shown"]).map_err(Failure::bug)?;
    for (cell, value) in shown.iter() {
        to.write_record([cell, value.unwrap_or(HIDDEN)]).map_err(Failure::bug)?;
    }
    to.into_inner().map_err(Failure::bug)
}
