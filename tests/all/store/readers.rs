//! C1, F16: analysts read while pipelines publish, and never see half of anything.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use super::program::{Order, acknowledged};
use super::{generation, open, repeats};

/// Reads in a loop until `stop` is there, and says how often and what was wrong. A read is of a whole
/// table, and is right when it has all rows and all are of one generation.
const READER: &str = r#"
import collections, json, os, sys
engine, store, stop, rows = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
os.chdir(store)
table = 'tables/finance/ledger_lines.parquet'
if engine.startswith('duckdb'):
    import duckdb
    connection = duckdb.connect()
    connection.execute('set threads = 1')
    def one():
        if engine == 'duckdb':
            return connection.execute(f"select min(generation), max(generation), count(*) from '{table}'").fetchone()
        # Both tables of one catalog: they must be of the same publication, parts or not.
        connection.execute(open('tables/catalog.sql').read())
        low, high, count = connection.execute('select min(generation), max(generation), count(*) from finance.ledger_lines').fetchone()
        low2, high2, count2 = connection.execute('select min(generation), max(generation), count(*) from finance.parts').fetchone()
        return min(low, low2), max(high, high2), (count + count2) / 12
elif engine == 'polars':
    import polars
    def one():
        frame = polars.scan_parquet(table).select(low=polars.col('generation').min(), high=polars.col('generation').max(), count=polars.len()).collect()
        return frame.row(0)
else:
    import pyarrow.compute, pyarrow.dataset
    def one():
        # As Arrow for R does it: every file below the folder.
        column = pyarrow.dataset.dataset('tables/finance', format='parquet').to_table(columns=['generation'])['generation']
        return pyarrow.compute.min(column).as_py(), pyarrow.compute.max(column).as_py(), len(column)
result, last = collections.Counter(), 0
print('ready', flush=True)
# A test that was killed leaves nobody to say stop.
parent = os.getppid()
while not os.path.exists(stop) and os.getppid() == parent:
    try:
        low, high, count = one()
        if count != rows: result['wrong number of rows'] += 1
        elif low != high: result['two generations'] += 1
        elif low < last: result['went back'] += 1
        else: result['right'] += 1
        last = high
    except BaseException as fault:
        result[f'{type(fault).__name__}: {str(fault)[:200]}'] += 1
print(json.dumps(result))
"#;

fn reader(engine: &str, store: &Path, stop: &Path, rows: i64) -> Child {
    Command::new("python3")
        .args(["-c", READER, engine])
        .args([store, stop])
        .arg(rows.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("`python3` with duckdb, polars and pyarrow is needed for this test")
}

#[test]
fn c1_f16_duckdb_polars_and_pyarrow_never_read_half_of_a_publication() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    let stop = temporary.path().join("stop");
    let order = |generations| Order {
        rows: 500,
        tables: vec!["ledger_lines".to_owned()],
        ..Order::small(&folder, generations)
    };
    assert_eq!(acknowledged(&order(1..=1).command().output().unwrap().stdout), [1]);
    let engines = ["duckdb", "polars", "pyarrow"];
    let readers: Vec<Child> = engines.iter().map(|engine| reader(engine, &folder, &stop, 1_000)).collect();
    publish_and_compare(
        &folder,
        &order(2..=1 + i64::try_from(repeats(300, 12_000)).unwrap()),
        readers,
        &stop,
        &engines,
    );
}

#[test]
fn c1_tables_of_the_catalog_are_of_one_publication_whatever_their_parts() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    let stop = temporary.path().join("stop");
    let order = |generations| Order {
        rows: 3_000,
        tables: vec!["ledger_lines".to_owned(), "parts".to_owned()],
        table_bytes: 10_000,
        ..Order::small(&folder, generations)
    };
    assert_eq!(acknowledged(&order(1..=1).command().output().unwrap().stdout), [1]);
    let engines = ["duckdb by its catalog"];
    let readers = vec![reader(engines[0], &folder, &stop, 1_000)];
    publish_and_compare(
        &folder,
        &order(2..=1 + i64::try_from(repeats(60, 3_000)).unwrap()),
        readers,
        &stop,
        &engines,
    );
}

/// Publishes `order` while `readers` read, and looks at what they saw.
fn publish_and_compare(folder: &Path, order: &Order, readers: Vec<Child>, stop: &Path, engines: &[&str]) {
    let done = AtomicBool::new(false);
    let own = std::thread::scope(|scope| {
        // Our own reader, by the commit.
        let own = scope.spawn(|| {
            let store = open(folder);
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) {
                let head = store.head().unwrap().unwrap();
                let generations: Vec<i64> = head
                    .tables()
                    .map(|(pipeline, table, _)| generation(&store, &head, pipeline, table))
                    .collect();
                assert!(generations.windows(2).all(|pair| pair[0] == pair[1]), "{generations:?}");
                reads += 1;
            }
            reads
        });
        let output = order.command().output().unwrap();
        std::fs::write(stop, b"").unwrap();
        done.store(true, Ordering::Relaxed);
        let published = acknowledged(&output.stdout).len();
        assert_eq!(i64::try_from(published).unwrap(), order.to - order.from + 1);
        own.join().unwrap()
    });
    assert!(own > 10, "our own reader read {own} times");
    for (engine, reader) in engines.iter().zip(readers) {
        let output = reader.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{engine}: {stderr}");
        let said = String::from_utf8_lossy(&output.stdout);
        let seen: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(said.lines().last().unwrap()).unwrap();
        assert_eq!(seen.keys().collect::<Vec<_>>(), ["right"], "{engine}: {seen:?}");
        let right = seen["right"].as_u64().unwrap();
        assert!(right > 50, "{engine} read only {right} times");
        eprintln!("{engine}: {right} reads, all right; own reader: {own}");
    }
}
