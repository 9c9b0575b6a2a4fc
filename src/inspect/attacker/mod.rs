//! Attacks an edition as a reader would who has all that was ever sent, and wants to know of whom a hidden count is.
//!
//! It has the rendered files and the threshold, and nothing else: no policy, no model, no memory of the disclosure gate and none
//! of its code. What adds up it finds itself.
//!
//! ```text
//! grid       a table as a reader sees it           files      the tables of CSV, workbooks, pages and plain text
//! world      cells that say the same, joined       relations  totals, sums of columns, stock and flow, ratios
//! bounds     between which numbers each lies       releases   what moved since the last one
//! drawing    the bars of a chart, measured                names      what names say of figures
//! ```
//!
//! What it does not do: sentences are not read, and what a reader knows of children from elsewhere is not known.

mod bounds;
mod drawing;
mod files;
mod grid;
mod names;
mod relations;
mod releases;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bounds::Problemset;
use grid::{Cell, Grid};
use relations::Relation;
use world::World;

/// Returns whether a file of that name is read.
#[must_use]
pub fn reads(name: &str) -> bool {
    files::reads(name)
}

/// The files of one release, as they were sent.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// The report.
    pub report: String,
    /// The period, as it is written.
    pub period: String,
    /// The files, by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What a reader found out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Where the cell stands: file, table, row and column by their names, never a value.
    pub place: String,
    /// How.
    pub how: How,
}

/// How a reader found something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// One table hides what another shows.
    Elsewhere,
    /// It can be worked out, or nearly.
    Bounded,
    /// It moved by a small count since an earlier release.
    Moved,
    /// An earlier release hid it.
    HiddenBefore,
    /// A chart draws a small count.
    Drawn,
}

impl How {
    fn says(self) -> &'static str {
        match self {
            Self::Elsewhere => "is hidden in one table and shown in another",
            Self::Bounded => "is hidden and can be worked out, or nearly",
            Self::Moved => "differs from an earlier edition by a small count",
            Self::HiddenBefore => "was hidden in an earlier edition",
            Self::Drawn => "draws a small count",
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.place, self.how.says())
    }
}

/// Attacks the last release of a report with all those before it, the oldest first, and with the newest of other reports
/// beside it; returns what was found out, each place once. Counts from 1 to one less than the threshold are small.
#[must_use]
pub fn attack(earlier: &[Sent], beside: &[Sent], last: &Sent, threshold: u32) -> Vec<Found> {
    let threshold = f64::from(threshold);
    let mut found = BTreeSet::new();
    let read = |sent: &Sent| -> Vec<Grid> {
        sent.files.iter().flat_map(|(name, bytes)| files::grids(name, bytes)).collect()
    };
    let own = read(last);
    // What others of its reports say of the same things, by their newest editions.
    let others = beside.iter().flat_map(|sent| {
        read(sent).into_iter().map(|grid| Grid { place: format!("{}, {}", sent.report, grid.place), ..grid })
    });
    let grids: Vec<Grid> = own.iter().cloned().chain(others).collect();
    found.extend(within(&World::new(&grids), threshold));
    for (name, bytes) in last
        .files
        .iter()
        .filter(|(name, _)| std::path::Path::new(name).extension().is_some_and(|kind| kind == "svg"))
    {
        let bars = drawing::bars(&String::from_utf8_lossy(bytes));
        let is_count = bars.iter().all(|bar| (bar - bar.round()).abs() < 0.1);
        if is_count && bars.iter().any(|bar| *bar > 0.9 && *bar < threshold - 0.9) {
            found.insert(Found { place: name.clone(), how: How::Drawn });
        }
    }
    let same_cut = |sent: &&Sent| {
        sent.report == last.report && releases::cut(&sent.period) == releases::cut(&last.period)
    };
    let before: Vec<(Vec<Grid>, bool)> =
        earlier.iter().filter(same_cut).map(|sent| (read(sent), sent.period == last.period)).collect();
    let series = releases::Series { before: &before, after: &own, threshold };
    found.extend(series.found());
    found.into_iter().collect()
}

/// Returns what one release says of its own hidden cells.
fn within(world: &World<'_>, threshold: f64) -> Vec<Found> {
    let mut found = Vec::new();
    // Where each hidden cell stands, and the least that it can be.
    let mut places: BTreeMap<usize, String> = BTreeMap::new();
    let mut least: BTreeMap<usize, f64> = BTreeMap::new();
    let mut broken = BTreeSet::new();
    let mut counts = BTreeSet::new();
    for (at, grid) in world.grids.iter().enumerate() {
        let shows_zero = grid
            .rows
            .iter()
            .any(|row| row.cells.iter().any(|cell| matches!(cell, Cell::Number { units: 0, .. })));
        for column in 0..grid.heads.len() {
            let is_whole = grid.is_whole(column);
            let is_count = grid.heads.get(column).is_some_and(|head| names::is_named_as_count(head));
            let below_zero = grid
                .rows
                .iter()
                .any(|row| matches!(row.cells.get(column), Some(Cell::Number { units: ..0, .. })));
            for (row, line) in grid.rows.iter().enumerate() {
                let cell = line.cells.get(column);
                if cell != Some(&Cell::Hidden) {
                    continue;
                }
                let root = world.root((at, row, column));
                let place = || name(grid, row, column);
                if world.is_shown_elsewhere(root) {
                    found.push(Found { place: place(), how: How::Elsewhere });
                    continue;
                }
                places.entry(root).or_insert_with(place);
                if !is_whole {
                    broken.insert(root);
                } else if is_count {
                    counts.insert(root);
                }
                let own = if below_zero {
                    f64::NEG_INFINITY
                } else if is_whole && shows_zero {
                    1.0
                } else {
                    0.0
                };
                least.entry(root).and_modify(|least| *least = least.min(own)).or_insert(own);
            }
        }
    }
    let relations: Vec<Relation> =
        relations::relations(world).into_iter().filter_map(|relation| open(world, &relation)).collect();
    // A figure that is related to ones that are not whole need not be whole either: it may be rounded.
    let problem =
        Problemset { least: &least, relations: &relations, broken: &broken, counts: &counts, threshold };
    for at in problem.narrow().keys() {
        if let Some(place) = places.get(at) {
            found.push(Found { place: place.clone(), how: How::Bounded });
        }
    }
    found
}

/// Returns what a relation says of the hidden cells alone; `None` where all of it is known.
fn open(world: &World<'_>, relation: &Relation) -> Option<Relation> {
    let mut terms: BTreeMap<usize, f64> = BTreeMap::new();
    let mut known = 0.0;
    for &(at, factor) in &relation.terms {
        match world.known(at) {
            Some((number, _)) => known += number * factor,
            None => *terms.entry(at).or_default() += factor,
        }
    }
    terms.retain(|_, factor| *factor != 0.0);
    (!terms.is_empty()).then(|| Relation {
        terms: terms.into_iter().collect(),
        low: relation.low - known,
        high: relation.high - known,
    })
}

/// Names a cell by where it stands and what its row and column are called.
fn name(grid: &Grid, row: usize, column: usize) -> String {
    let names = grid.rows.get(row).map(|row| row.names.join(", ")).unwrap_or_default();
    let head = grid.heads.get(column).cloned().unwrap_or_default();
    format!("{}: {names}: {head}", grid.place)
}

#[cfg(test)]
mod tests;
