//! C7: lives of a store on a file system that forgets, drawn from seeds.
//!
//! Each life opens the store, works, and ends: well, killed, or by a power cut. The next one must find
//! what was acknowledged, whole, and nothing else. `SUFFICIENCY_SEED=<n>` runs the one seed that failed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Duration, Utc};

use super::Disk;
use super::simulated::Simulated;
use crate::store::{NewLanding, NewTable, Publication, Retain, Store, StoreError};

const PIPELINES: [&str; 2] = ["finance", "pupils"];

/// What the store answered its callers, who rely on it.
#[derive(Debug, Default)]
struct Answers {
    generation: i64,
    /// For each pipeline the generation that was acknowledged last.
    acknowledged: BTreeMap<String, i64>,
    /// For each pipeline those tried since, which may be there or not.
    tried: BTreeMap<String, Vec<i64>>,
    /// Landings that were acknowledged.
    landings: Vec<String>,
}

fn moment(generation: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(generation)
}

fn rows(generation: i64) -> RecordBatch {
    let column = Arc::new(Int64Array::from(vec![generation; 3])) as ArrayRef;
    RecordBatch::try_from_iter([("generation", column)]).unwrap()
}

fn generation(store: &Store, pipeline: &str) -> Option<i64> {
    let head = store.head().unwrap()?;
    let mut found = Vec::new();
    for (published, name, _) in head.tables().filter(|(published, _, _)| *published == pipeline) {
        let batches = store.read_table(&head, published, name).unwrap();
        found.extend(batches[0].column(0).as_primitive::<Int64Type>().values().iter().copied());
    }
    assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "tables of several generations: {found:?}");
    found.first().copied()
}

fn open(files: &Simulated) -> Result<Store, StoreError> {
    Store::on_disk(&Arc::new(Disk::open(Arc::new(files.clone()), Path::new("/srv/store"))?))
}

/// Does one thing that a caller does.
fn act(store: &Store, files: &Simulated, answers: &mut Answers) {
    answers.generation += 1;
    let generation = answers.generation;
    let pipeline = PIPELINES[files.draw(2) as usize].to_owned();
    match files.draw(8) {
        0 => drop(store.collect(Retain { age: Duration::hours(2), versions: 1 }, moment(generation))),
        1 => drop(store.repair()),
        2 => {
            let landing = NewLanding {
                pipeline,
                source: "rows".to_owned(),
                received: moment(generation),
                batches: vec![rows(generation)],
                quarantine: (files.draw(2) == 0).then(|| rows(generation)),
                ..NewLanding::default()
            };
            if let Ok(record) = store.land(&landing) {
                answers.landings.push(record.id);
            }
        }
        _ => {
            let table = |name: &str| NewTable {
                name: name.to_owned(),
                batches: vec![rows(generation)],
                ..NewTable::default()
            };
            let publication = Publication {
                pipeline: pipeline.clone(),
                run: format!("run-{generation}"),
                at: moment(generation),
                tables: vec![table("one"), table("two")],
                ..Publication::default()
            };
            answers.tried.entry(pipeline.clone()).or_default().push(generation);
            if store.publish(&publication).is_ok() {
                answers.acknowledged.insert(pipeline.clone(), generation);
                answers.tried.remove(&pipeline);
            }
        }
    }
}

/// Checks what must hold when a store is opened on a file system that works, whatever came before.
fn look(files: &Simulated, answers: &mut Answers) {
    let store = open(files).unwrap();
    let report = store.verify().unwrap();
    assert!(report.is_whole(), "{:?}", report.damage);
    assert!(report.orphans.is_empty(), "{:?}", report.orphans);
    for pipeline in PIPELINES {
        let there = generation(&store, pipeline);
        let said = answers.acknowledged.get(pipeline).copied();
        let tried = answers.tried.remove(pipeline).unwrap_or_default();
        let known = there == said || there.is_some_and(|there| tried.contains(&there));
        assert!(known, "{pipeline}: {there:?} is there, {said:?} was said, {tried:?} tried since");
        if let Some(there) = there {
            answers.acknowledged.insert(pipeline.to_owned(), there);
        }
    }
    let mut landed = Vec::new();
    for pipeline in PIPELINES {
        for record in store.landings(pipeline, "rows", None).unwrap() {
            store.read_landing(&record).unwrap();
            store.read_quarantine(&record).unwrap();
            landed.push(record.id);
        }
    }
    for said in &answers.landings {
        assert!(landed.contains(said), "landing {said} was acknowledged and is lost");
    }
}

fn simulate(seed: u64) -> [u32; 3] {
    let files = Simulated::new(seed);
    let mut answers = Answers::default();
    let mut ends = [0; 3];
    for _ in 0..2 + files.draw(3) {
        let calls = (files.draw(4) > 0).then(|| 1 + files.draw(400));
        let fails = if files.draw(2) == 0 { 0 } else { 20 + files.draw(100) };
        files.live(calls, fails);
        if let Ok(store) = open(&files) {
            for _ in 0..=files.draw(5) {
                act(&store, &files, &mut answers);
            }
        }
        let end = if files.draw(2) == 0 { 2 } else { usize::from(files.is_dead()) };
        ends[end] += 1;
        if end == 2 {
            files.cut_power();
        }
        files.live(None, 0);
        look(&files, &mut answers);
        // What was looked at must itself survive: whoever saw it may have acted on it.
        files.cut_power();
        look(&files, &mut answers);
    }
    ends
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the product")]
fn c7_a_thousand_seeds_of_kills_power_cuts_and_failing_calls_break_no_promise() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    if let Some(seed) = number("SUFFICIENCY_SEED") {
        simulate(seed);
        return;
    }
    let mut ends = [0; 3];
    for seed in 0..number("SUFFICIENCY_SOAK").map_or(1_000, |times| times * 10_000) {
        let outcome = std::panic::catch_unwind(|| simulate(seed));
        let Ok(lives) = outcome else { panic!("SUFFICIENCY_SEED={seed} shows it again") };
        ends.iter_mut().zip(lives).for_each(|(sum, life)| *sum += life);
    }
    assert!(ends.iter().all(|lives| *lives > 100), "lives that ended well, killed, by a power cut: {ends:?}");
}
