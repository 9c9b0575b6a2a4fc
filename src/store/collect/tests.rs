//! Retention: what a kept version refers to always stays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, TimeZone, Utc};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::{Retain, plan, retained};
use crate::store::{Commit, PublishedPipeline, PublishedTable, StoredFile};

const PIPELINES: [&str; 3] = ["finance", "placements", "pupils"];

fn day_zero() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap()
}

/// Draws a number below `end`.
fn below(random: &mut ChaCha8Rng, end: u32) -> u32 {
    random.next_u32() % end
}

/// Makes a history in which pipelines publish by turns, files are kept from one version to the next, and the clock
/// sometimes goes back.
fn history(random: &mut ChaCha8Rng) -> Vec<Commit> {
    let mut commits: Vec<Commit> = Vec::new();
    let mut at = day_zero();
    for seq in 1..=1 + below(random, 20) {
        at += Duration::hours(i64::from(below(random, 40)) - 4);
        let pipeline = PIPELINES[below(random, 3) as usize];
        let last = commits.last();
        let carried = last.and_then(|last| last.table(pipeline, "table")).cloned();
        let file = |name| StoredFile { name, bytes: 1, rows: 1, sha256: String::new(), blocks: Vec::new() };
        let files = match carried {
            Some(table) if below(random, 3) == 0 => table.files,
            _ => vec![file(format!("snapshots/{pipeline}/table/r{seq}/part-0.parquet"))],
        };
        let table = PublishedTable {
            rows: 1,
            internal: false,
            comment: None,
            columns: Vec::new(),
            sort: Vec::new(),
            fingerprint: String::new(),
            control_totals: BTreeMap::new(),
            checks: Vec::new(),
            files,
        };
        let published = PublishedPipeline {
            seq: 0,
            at,
            run: format!("r{seq}"),
            version: String::new(),
            inputs: BTreeMap::new(),
            tables: BTreeMap::from([("table".to_owned(), table)]),
        };
        commits.push(Commit::after(last, pipeline, &published));
    }
    commits
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the product")]
fn c9_no_file_of_a_kept_version_is_ever_removed() {
    let soak = std::env::var("SUFFICIENCY_SOAK").ok().and_then(|times| times.parse::<u32>().ok());
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let mut removed = 0;
    for case in 0..soak.map_or(20_000, |times| times * 100_000) {
        let commits = history(&mut random);
        let retain = Retain {
            age: Duration::hours(i64::from(below(&mut random, 72))),
            versions: below(&mut random, 6) as usize,
        };
        let now = day_zero() + Duration::hours(i64::from(below(&mut random, 900)) - 20);
        let report = plan(&commits, &retained(&commits, retain, now));
        let gone: BTreeSet<&str> = report.files.iter().map(String::as_str).collect();
        for (index, commit) in commits.iter().enumerate() {
            // Said once more in other words: newest, replaced too recently, or one of the newest versions.
            let newest = index + 1 == commits.len();
            let replaced = commits[index + 1..].iter().map(|later| later.at).max();
            let recent = replaced.is_some_and(|replaced| replaced > now - retain.age);
            let later = commits[index + 1..].iter().filter(|later| later.pipeline == commit.pipeline);
            if newest || recent || later.count() < retain.versions {
                for file in commit.files() {
                    assert!(
                        !gone.contains(file.name.as_str()),
                        "case {case}: {} of {}",
                        file.name,
                        commit.seq
                    );
                }
            }
        }
        removed += gone.len();
    }
    assert!(removed > 10_000, "the cases must remove something: {removed}");
}
