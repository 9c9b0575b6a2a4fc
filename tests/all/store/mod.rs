//! The store's promises, kept against crashes, full disks, worn disks and other processes.
//!
//! The samples here take about two minutes on two cores. `SUFFICIENCY_SOAK=1` does as much
//! as the goals ask for, which takes hours.

mod cost;
mod damage;
mod faults;
mod order;
mod places;
mod program;
mod query;
mod races;
mod readers;
mod trace;

use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use sufficiency::store::{Commit, Place, Store};

/// Returns how often a test repeats: `sample` times, or, where `SUFFICIENCY_SOAK` asks for it, as often as its `goal`
/// says, so many times over.
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the product")]
pub(crate) fn repeats(sample: usize, goal: usize) -> usize {
    let times = std::env::var("SUFFICIENCY_SOAK").ok().and_then(|times| times.parse::<usize>().ok());
    times.map_or(sample, |times| times * goal)
}

fn open(folder: &Path) -> Store {
    Store::open(Place::Folder(folder.to_owned())).unwrap()
}

/// Returns the one generation that every row of `table` belongs to.
fn generation(store: &Store, commit: &Commit, pipeline: &str, table: &str) -> i64 {
    let batches = store.read_table(commit, pipeline, table).unwrap();
    let mut generations = batches.iter().flat_map(|batch| {
        batch.column_by_name("generation").unwrap().as_primitive::<Int64Type>().values().to_vec()
    });
    let first = generations.next().unwrap();
    assert!(generations.all(|generation| generation == first), "rows of two generations in one table");
    first
}

/// Opens a store after something happened to whoever wrote it, and checks what must hold whatever it was:
/// everything is as some publication wrote it, all tables are of one generation, and nothing is left over.
/// Gives that generation; 0 where nothing was published.
fn settled_generation(folder: &Path) -> i64 {
    let store = open(folder);
    assert!(store.opened().alone, "another process has the store open");
    let report = store.verify().unwrap();
    assert!(report.is_whole(), "{:?}", report.damage);
    assert!(report.orphans.is_empty(), "{:?}", report.orphans);
    let staged = store.objects().list(".staging").unwrap();
    let left: Vec<&String> = staged.iter().filter(|name| !ours(name)).collect();
    assert!(left.is_empty(), "left in staging: {left:?}");
    let Some(head) = store.head().unwrap() else { return 0 };
    let generations: Vec<i64> =
        head.tables().map(|(pipeline, table, _)| generation(&store, &head, pipeline, table)).collect();
    assert!(generations.windows(2).all(|pair| pair[0] == pair[1]), "tables of several generations");
    generations[0]
}

/// Returns whether a name in staging belongs to a store that is open.
fn ours(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "lock" || extension == "session")
}
