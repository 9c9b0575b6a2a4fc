//! A program that publishes, for other tests to start, watch, starve and kill.
//!
//! It is this test binary, run again with one ignored test. It says `committed <generation>` on standard
//! output as soon as a publication returned, and ends at the first that is refused.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use sufficiency::store::{NewLanding, NewTable, Place, Publication, Store};

/// What the program is to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Order {
    /// The store.
    pub(super) folder: PathBuf,
    /// Which pipeline publishes.
    pub(super) pipeline: String,
    /// Generations to publish, both included.
    pub(super) from: i64,
    pub(super) to: i64,
    /// Rows in each table.
    pub(super) rows: i64,
    /// Tables; each has the generation in every row.
    pub(super) tables: Vec<String>,
    /// Bytes after which a table is published in parts.
    pub(super) table_bytes: usize,
    /// The newest commit known at the start, for runs that race each other.
    pub(super) base: Option<u64>,
}

impl Order {
    pub(super) fn small(folder: &Path, generations: std::ops::RangeInclusive<i64>) -> Self {
        Self {
            folder: folder.to_owned(),
            pipeline: "finance".to_owned(),
            from: *generations.start(),
            to: *generations.end(),
            rows: 20,
            tables: vec!["ledger_lines".to_owned(), "budgets".to_owned()],
            table_bytes: usize::MAX,
            base: None,
        }
    }

    /// Returns the program's command line, with `tool` and its arguments in front.
    pub(super) fn command_under(&self, tool: &[&str]) -> Command {
        let program = std::env::current_exe().unwrap();
        let mut words: Vec<std::ffi::OsString> = tool.iter().map(Into::into).collect();
        words.push(program.into());
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .args(["--ignored", "--exact", "store::program::publishes", "--nocapture", "--test-threads=1"])
            .env("RUST_BACKTRACE", "0")
            .env("STORE_PROGRAM", serde_json::to_string(self).unwrap());
        command
    }

    pub(super) fn command(&self) -> Command {
        self.command_under(&[])
    }
}

/// Returns the generations that a program said it had committed.
pub(super) fn acknowledged(stdout: &[u8]) -> Vec<i64> {
    let said = String::from_utf8_lossy(stdout);
    said.lines().filter_map(|line| line.split_once("committed ")?.1.parse().ok()).collect()
}

pub(super) fn rows(generation: i64, count: i64) -> RecordBatch {
    let generations = vec![generation; usize::try_from(count).unwrap()];
    let texts: Vec<String> = (0..count).map(|row| format!("{:x}", row * 7_919 * generation)).collect();
    RecordBatch::try_from_iter([
        ("generation", Arc::new(Int64Array::from(generations)) as ArrayRef),
        ("number", Arc::new(Int64Array::from_iter_values(0..count)) as ArrayRef),
        ("text", Arc::new(StringArray::from(texts)) as ArrayRef),
    ])
    .unwrap()
}

pub(super) fn moment(generation: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::minutes(generation)
}

/// Makes the publication of one generation.
pub(super) fn publication(order: &Order, generation: i64) -> Publication {
    let table = |name: &String| NewTable {
        name: name.clone(),
        batches: vec![rows(generation, order.rows), rows(generation, order.rows)],
        comment: Some("made for a test".to_owned()),
        column_comments: BTreeMap::from([("number".to_owned(), "counts the rows".to_owned())]),
        ..NewTable::default()
    };
    Publication {
        pipeline: order.pipeline.clone(),
        run: format!("{}-{generation}-{}", order.pipeline, std::process::id()),
        at: moment(generation),
        base: order.base,
        tables: order.tables.iter().map(table).collect(),
        version: "0.1.0".to_owned(),
        ..Publication::default()
    }
}

#[test]
#[ignore = "a program: other tests start it in processes of their own"]
#[expect(clippy::disallowed_methods, reason = "how the test that starts it says what to do")]
fn publishes() {
    let order = std::env::var("STORE_PROGRAM").expect("other tests start this one");
    let order: Order = serde_json::from_str(&order).unwrap();
    // `strace` counts the calls of each thread from 1. The test harness's own thread makes a few: after
    // these, no count of ours is one of its counts as well.
    for _ in 0..64 {
        std::fs::write("/dev/null", b"-").unwrap();
    }
    let store = match Store::open(Place::Folder(order.folder.clone())) {
        Ok(store) => store.with_table_bytes(order.table_bytes),
        Err(refused) => panic!("not opened: {refused}"),
    };
    for generation in order.from..=order.to {
        let landing = NewLanding {
            pipeline: order.pipeline.clone(),
            source: "ledger".to_owned(),
            received: moment(generation),
            run: format!("run-{generation}"),
            batches: vec![rows(generation, order.rows)],
            quarantine: Some(rows(generation, 1)),
            ..NewLanding::default()
        };
        let published = store.land(&landing).and_then(|_| store.publish(&publication(&order, generation)));
        if let Err(refused) = published {
            panic!("refused: {refused}");
        }
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(format!("\ncommitted {generation}\n").as_bytes()).unwrap();
        stdout.flush().unwrap();
    }
}
