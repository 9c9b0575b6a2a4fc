//! C8: eight at once.

use std::process::Stdio;

use super::program::{Order, acknowledged, publication};
use super::{open, repeats};
use sufficiency::store::{Place, Store, StoreError};

#[test]
fn c8_eight_processes_that_race_one_occurrence_make_one_commit() {
    for race in 0..repeats(3, 1_000) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("store");
        drop(open(&folder));
        let order = Order { base: Some(0), ..Order::small(&folder, 1..=1) };
        let programs: Vec<_> = (0..8)
            .map(|_| order.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
            .collect();
        let mut won = 0;
        for program in programs {
            let output = program.wait_with_output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            if acknowledged(&output.stdout).is_empty() {
                assert!(stderr.contains("was published by run"), "race {race}: {stderr}");
            } else {
                won += 1;
            }
        }
        assert_eq!(won, 1, "race {race}");
        let store = open(&folder);
        assert_eq!(store.commits().unwrap().len(), 1);
        let report = store.verify().unwrap();
        assert!(report.is_whole() && report.orphans.is_empty(), "{report:?}");
    }
}

#[test]
fn c8_eight_processes_that_publish_eight_pipelines_lose_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    let generations = i64::try_from(repeats(5, 100)).unwrap();
    let programs: Vec<_> = (0..8)
        .map(|number| {
            let order = Order::small(&folder, 1..=generations);
            let order = Order { pipeline: format!("pipeline_{number}"), ..order };
            order.command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for program in programs {
        let output = program.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let store = open(&folder);
    let commits = store.commits().unwrap();
    assert_eq!(commits.len(), 8 * usize::try_from(generations).unwrap());
    for pair in commits.windows(2) {
        assert_eq!(pair[1].parent, Some(pair[0].seq));
        for (pipeline, published) in &pair[0].pipelines {
            let next = &pair[1].pipelines[pipeline];
            assert!(next == published || pair[1].pipeline == *pipeline, "{pipeline} was not carried forward");
        }
    }
    assert!(store.verify().unwrap().is_whole());
}

#[test]
fn c8_a_thousand_races_of_eight_threads_make_one_commit_each() {
    let temporary = tempfile::tempdir().unwrap();
    let order = Order { base: Some(0), rows: 1, ..Order::small(temporary.path(), 1..=1) };
    for race in 0..repeats(100, 1_000) {
        let store = Store::open(Place::Memory).unwrap();
        let (store, order) = (&store, &order);
        let won = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..8)
                .map(|racer| {
                    scope.spawn(move || {
                        let mut publication = publication(order, 1);
                        publication.run = format!("racer-{racer}");
                        store.publish(&publication)
                    })
                })
                .collect();
            let ends: Vec<_> = racers.into_iter().map(|racer| racer.join().unwrap()).collect();
            ends.into_iter()
                .filter(|end| match end {
                    Ok(_) => true,
                    Err(StoreError::Overtaken { .. }) => false,
                    Err(other) => panic!("race {race}: {other}"),
                })
                .count()
        });
        assert_eq!((won, store.commits().unwrap().len()), (1, 1), "race {race}");
    }
}
