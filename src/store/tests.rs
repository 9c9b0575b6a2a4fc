//! The store over memory and over a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, Decimal128Array, Int64Array, StringArray};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use chrono::{DateTime, TimeZone, Utc};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use tempfile::TempDir;

use crate::diagnostic::Cause;

use super::{
    CheckResult, Commit, Created, FileFact, Memory, MoneyTotals, NewLanding, NewTable, Objects, Place,
    Publication, Retain, RowCounts, RowWriter, Store, StoreError,
};

fn at(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 10, day, 5, 0, 0).unwrap()
}

/// Returns rows `from..to`, in the order given.
fn rows(numbers: impl IntoIterator<Item = i64>) -> RecordBatch {
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let count = numbers.len();
    let texts: Vec<String> = numbers.iter().map(|number| format!("row {number}")).collect();
    let money = Decimal128Array::from_iter_values(numbers.iter().map(|number| i128::from(*number) * 100));
    RecordBatch::try_from_iter([
        ("number", Arc::new(Int64Array::from(numbers)) as ArrayRef),
        ("text", Arc::new(StringArray::from(texts)) as ArrayRef),
        ("amount", Arc::new(money.with_precision_and_scale(18, 2).unwrap()) as ArrayRef),
        ("day", Arc::new(Date32Array::from(vec![20_000; count])) as ArrayRef),
    ])
    .unwrap()
}

fn table(name: &str, numbers: impl IntoIterator<Item = i64>) -> NewTable {
    NewTable {
        name: name.to_owned(),
        batches: vec![rows(numbers)],
        sort: vec!["number".to_owned()],
        ..NewTable::default()
    }
}

fn publication(pipeline: &str, run: &str, tables: Vec<NewTable>) -> Publication {
    Publication {
        pipeline: pipeline.to_owned(),
        run: run.to_owned(),
        at: at(5),
        version: "0.1.0".to_owned(),
        tables,
        ..Publication::default()
    }
}

fn landing(day: u32, numbers: impl IntoIterator<Item = i64>) -> NewLanding {
    NewLanding {
        pipeline: "finance".to_owned(),
        source: "ledger_lines".to_owned(),
        received: at(day),
        run: format!("run-{day}"),
        batches: vec![rows(numbers)],
        ..NewLanding::default()
    }
}

fn numbers(batches: &[RecordBatch]) -> Vec<i64> {
    batches.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()).collect()
}

fn memory() -> Store {
    Store::open(Place::Memory).unwrap()
}

fn folder() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Place::Folder(folder.path().join("store"))).unwrap();
    (folder, store)
}

/// Turns one bit of an object, as a worn disk does.
fn flip(store: &Store, name: &str, byte: usize) {
    let mut bytes = store.objects().read(name).unwrap().unwrap();
    bytes[byte] ^= 0b100;
    store.objects().replace(name, &bytes).unwrap();
}

#[test]
fn a_publication_is_read_back_as_it_was_written() {
    for store in [memory(), folder().1] {
        let commit = store.publish(&publication("finance", "r1", vec![table("lines", 0..10)])).unwrap();
        assert_eq!(commit.seq, 1);
        assert_eq!(store.head().unwrap(), Some(commit.clone()));
        let batches = store.read_table(&commit, "finance", "lines").unwrap();
        assert_eq!(batches, vec![rows(0..10)]);
    }
}

#[test]
fn tables_of_other_pipelines_are_carried_forward() {
    let (_folder, store) = folder();
    let first = store.publish(&publication("finance", "r1", vec![table("lines", 0..10)])).unwrap();
    let second = store.publish(&publication("pupils", "r2", vec![table("roll", 0..3)])).unwrap();
    assert_eq!(second.parent, Some(1));
    assert_eq!(second.table("finance", "lines"), first.table("finance", "lines"));
    assert_eq!(numbers(&store.read_table(&second, "pupils", "roll").unwrap()), [0, 1, 2]);
}

#[test]
fn rows_are_put_in_order_and_equal_rows_stay_as_they_came() {
    let store = memory();
    let mut lines = table("lines", [3, 1, 2]);
    lines.batches.push(rows([1, 0]));
    let commit = store.publish(&publication("finance", "r1", vec![lines])).unwrap();
    assert_eq!(numbers(&store.read_table(&commit, "finance", "lines").unwrap()), [0, 1, 1, 2, 3]);
}

#[test]
fn the_same_rows_give_the_same_bytes_and_are_kept_once() {
    let (_folder, store) = folder();
    let mut lines = table("lines", 0..10);
    lines.comment = Some("what it is".to_owned());
    lines.column_comments = BTreeMap::from([
        ("number".to_owned(), "a number".to_owned()),
        ("text".to_owned(), "a text".to_owned()),
    ]);
    let first = store.publish(&publication("finance", "r1", vec![lines.clone()])).unwrap();
    let again = store.publish(&publication("finance", "r2", vec![lines.clone()])).unwrap();
    assert_eq!(first.table("finance", "lines"), again.table("finance", "lines"));
    assert_eq!(store.objects().list("snapshots").unwrap().len(), 1);
    let elsewhere = memory().publish(&publication("finance", "r9", vec![lines])).unwrap();
    let content = |commit: &Commit| commit.table("finance", "lines").unwrap().content();
    assert_eq!(content(&first), content(&elsewhere));
}

#[test]
fn a_table_that_is_unchanged_stays_and_one_that_is_not_named_goes() {
    let (folder, store) = folder();
    let tables = vec![table("kept", 0..3), table("dropped", 0..3)];
    store.publish(&publication("finance", "r1", tables)).unwrap();
    let unchanged = BTreeSet::from(["kept".to_owned()]);
    let next = Publication { unchanged, ..publication("finance", "r2", vec![table("new", 0..1)]) };
    let commit = store.publish(&next).unwrap();
    let names: Vec<&str> = commit.tables().map(|(_, name, _)| name).collect();
    assert_eq!(names, ["kept", "new"]);
    let tables = folder.path().join("store/tables/finance");
    assert!(tables.join("kept.parquet").exists() && tables.join("new.parquet").exists());
    assert!(!tables.join("dropped.parquet").exists());
}

#[test]
fn an_internal_table_is_read_by_pipelines_and_shown_to_nobody() {
    let (folder, store) = folder();
    let copy = folder.path().join("store/tables/activity/days.parquet");
    let days = |internal| NewTable { internal, ..table("days", 0..3) };
    let publish = |run: &str, internal| {
        let commit = store.publish(&publication("activity", run, vec![days(internal)])).unwrap();
        assert!(store.verify().unwrap().is_whole());
        let catalog = store.objects().read("tables/catalog.sql").unwrap().unwrap();
        let is_shown = String::from_utf8(catalog).unwrap().contains("\"days\"");
        assert_eq!((copy.exists(), is_shown), (!internal, !internal));
        assert_eq!(commit.listed().count(), usize::from(!internal));
        assert_eq!(numbers(&store.read_table(&commit, "activity", "days").unwrap()), [0, 1, 2]);
    };
    publish("r1", true);
    assert!(store.repair().unwrap().repaired.is_empty(), "no copy is made again of a table that has none");
    publish("r2", false);
    publish("r3", true);
}

#[test]
fn a_commit_of_the_first_form_has_no_internal_table() {
    let store = memory();
    let commit = store.publish(&publication("finance", "r1", vec![table("lines", 0..3)])).unwrap();
    let mut old = serde_json::to_value(&commit).unwrap();
    old["format"] = 1.into();
    let lines = old["pipelines"]["finance"]["tables"]["lines"].as_object_mut().unwrap();
    assert_eq!(lines.remove("internal"), Some(false.into()));
    let read = Commit::decode(1, &super::seal::seal("commits/1", &old).unwrap()).unwrap();
    assert_eq!(read.pipelines, commit.pipelines);
}

#[test]
fn the_catalog_names_the_files_of_the_newest_commit() {
    let store = memory();
    store.publish(&publication("finance", "r1", vec![table("lines", 0..3)])).unwrap();
    let catalog = store.objects().read("tables/catalog.sql").unwrap().unwrap();
    let catalog = String::from_utf8(catalog).unwrap();
    assert!(catalog.starts_with("-- commit 1\n"), "{catalog}");
    assert!(
        catalog.contains(
            "CREATE OR REPLACE VIEW \"finance\".\"lines\" AS \
             SELECT * FROM read_parquet([getvariable('sufficiency_store') || '/snapshots/finance/lines/r1/part-0.parquet']);"
        ),
        "{catalog}"
    );
}

#[test]
fn a_large_table_is_published_in_parts_and_has_no_copy() {
    let (folder, store) = folder();
    let store = store.with_table_bytes(1_000);
    let mut lines = table("lines", 0..1_000);
    lines.batches.push(rows(1_000..2_000));
    let commit = store.publish(&publication("finance", "r1", vec![lines])).unwrap();
    assert_eq!(commit.table("finance", "lines").unwrap().files.len(), 2);
    assert_eq!(numbers(&store.read_table(&commit, "finance", "lines").unwrap()).len(), 2_000);
    assert!(!folder.path().join("store/tables/finance/lines.parquet").exists());
    assert!(store.verify().unwrap().is_whole());
}

#[test]
fn a_run_that_was_overtaken_publishes_nothing() {
    let store = memory();
    store.publish(&publication("finance", "r1", vec![table("lines", 0..1)])).unwrap();
    store.publish(&publication("finance", "r2", vec![table("lines", 0..2)])).unwrap();
    let late = Publication { base: Some(1), ..publication("finance", "r3", vec![table("lines", 0..3)]) };
    let refused = store.publish(&late).unwrap_err();
    assert!(refused.is_contention(), "{refused}");
    assert_eq!(store.head().unwrap().unwrap().run, "r2");
}

#[test]
fn landings_are_found_by_when_they_were_received() {
    for store in [memory(), folder().1] {
        for day in [3, 1, 2] {
            store.land(&landing(day, 0..i64::from(day))).unwrap();
        }
        let known = store.landings("finance", "ledger_lines", Some(at(2))).unwrap();
        let runs: Vec<&str> = known.iter().map(|record| record.run.as_str()).collect();
        assert_eq!(runs, ["run-1", "run-2"]);
        let newest = known.last().unwrap();
        assert_eq!(numbers(&store.read_landing(newest).unwrap()), [0, 1]);
        assert_eq!(store.landings("finance", "ledger_lines", None).unwrap().len(), 3);
    }
}

#[test]
fn a_landing_keeps_its_file_its_money_and_its_quarantine() {
    let store = memory();
    let money = MoneyTotals { read: i128::MAX, published: 5, quarantined: -7, duplicates: 0 };
    let record = store
        .land(&NewLanding {
            file: Some(FileFact { name: "april.csv".to_owned(), ..FileFact::default() }),
            counts: RowCounts { read: 4, published: 3, quarantined: 1, duplicates: 0 },
            money: BTreeMap::from([("amount".to_owned(), money)]),
            quarantine: Some(rows([9])),
            ..landing(1, 0..3)
        })
        .unwrap();
    let read = store.landings("finance", "ledger_lines", None).unwrap();
    assert_eq!(read, std::slice::from_ref(&record));
    assert_eq!(read[0].money["amount"], money);
    assert_eq!(numbers(&store.read_quarantine(&record).unwrap().unwrap()), [9]);
    let file = record.quarantine.unwrap().name;
    assert_eq!(file, format!("restricted/quarantine/finance/ledger_lines/{}.parquet", record.id));
}

#[test]
fn the_same_extraction_landed_twice_by_a_run_is_one_landing_and_by_another_is_another() {
    let store = memory();
    let first = store.land(&landing(1, 0..3)).unwrap();
    assert_eq!(store.land(&landing(1, 0..3)).unwrap(), first);
    let other = store.land(&NewLanding { run: "run-2".to_owned(), ..landing(1, 0..3) }).unwrap();
    assert_ne!(other.id, first.id);
    let landings = store.landings("finance", "ledger_lines", None).unwrap();
    assert_eq!(landings, [first, other], "in the order of their runs");
}

#[test]
fn a_landing_without_its_record_is_none() {
    let (folder, store) = folder();
    let record = store.land(&landing(1, 0..3)).unwrap();
    store.objects().remove(&format!("landings/finance/ledger_lines/{}/landing.json", record.id)).unwrap();
    assert!(store.landings("finance", "ledger_lines", None).unwrap().is_empty());
    store.objects().leave_unfinished();
    drop(store);
    let opened = Store::open(Place::Folder(folder.path().join("store"))).unwrap();
    assert!(opened.opened().swept.iter().any(|name| name == &record.parts[0].name));
    assert!(opened.objects().list("landings").unwrap().is_empty());
}

#[test]
fn a_damaged_table_is_never_read() {
    let (_folder, store) = folder();
    let commit = store.publish(&publication("finance", "r1", vec![table("lines", 0..10)])).unwrap();
    let file = commit.table("finance", "lines").unwrap().files[0].name.clone();
    flip(&store, &file, 100);
    let damage = store.read_table(&commit, "finance", "lines").unwrap_err();
    assert!(damage.is_damage() && damage.to_string().contains(&file), "{damage}");
    let report = store.repair().unwrap();
    assert_eq!(report.repaired[0].name, file, "the copy in tables/ is whole");
    assert!(report.lost.is_empty());
    assert_eq!(numbers(&store.read_table(&commit, "finance", "lines").unwrap()).len(), 10);
}

#[test]
fn what_cannot_be_made_again_is_named_with_the_last_whole_version() {
    let (_folder, store) = folder();
    store.publish(&publication("finance", "r1", vec![table("lines", 0..10)])).unwrap();
    let second = store.publish(&publication("finance", "r2", vec![table("lines", 0..11)])).unwrap();
    let file = second.table("finance", "lines").unwrap().files[0].name.clone();
    flip(&store, &file, 100);
    flip(&store, "tables/finance/lines.parquet", 100);
    let report = store.repair().unwrap();
    assert_eq!(report.whole_in, BTreeMap::from([("finance.lines".to_owned(), Some(1))]));
    assert!(report.lost.iter().any(|damage| damage.name == file));
}

#[test]
fn a_damaged_commit_stops_publications_until_it_is_set_aside() {
    let (folder, store) = folder();
    store.publish(&publication("finance", "r1", vec![table("lines", 0..10)])).unwrap();
    store.publish(&publication("finance", "r2", vec![table("lines", 0..11)])).unwrap();
    flip(&store, "commits/00000002.json", 300);
    drop(store);
    let store = Store::open(Place::Folder(folder.path().join("store"))).unwrap();
    let refused = store.publish(&publication("finance", "r3", vec![table("lines", 0..1)])).unwrap_err();
    assert!(refused.is_damage(), "{refused}");
    assert_eq!(store.commits_whole().unwrap().last().unwrap().seq, 1);
    store.repair().unwrap();
    assert_eq!(store.head().unwrap().unwrap().run, "r1");
    assert!(store.verify().unwrap().is_whole());
    assert_eq!(store.publish(&publication("finance", "r3", vec![table("lines", 0..1)])).unwrap().seq, 2);
}

#[test]
fn an_edited_copy_never_reaches_the_snapshot() {
    let (folder, store) = folder();
    let commit = store.publish(&publication("finance", "r1", vec![table("lines", 0..10)])).unwrap();
    let copy = folder.path().join("store/tables/finance/lines.parquet");
    std::fs::write(&copy, b"an analyst's mistake").unwrap();
    assert!(store.read_table(&commit, "finance", "lines").is_ok());
    assert_eq!(store.verify().unwrap().damage[0].name, "tables/finance/lines.parquet");
    store.repair().unwrap();
    assert!(store.verify().unwrap().is_whole());
}

#[test]
fn the_reader_checks_every_block_that_a_range_touches() {
    let (_folder, store) = folder();
    let commit = store.publish(&publication("finance", "r1", vec![table("lines", 0..600_000)])).unwrap();
    let file = commit.table("finance", "lines").unwrap().files[0].clone();
    assert!(file.blocks.len() > 1, "{} bytes", file.bytes);
    let whole = store.objects().read(&file.name).unwrap().unwrap();
    let path = Path::from(file.name.as_str());
    let reader = store.reader();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let read = |range: std::ops::Range<u64>| runtime.block_on(reader.get_range(&path, range));
    let across = read(1_048_000..1_049_000).unwrap();
    assert_eq!(across.as_ref(), &whole[1_048_000..1_049_000]);
    assert_eq!(runtime.block_on(reader.head(&path)).unwrap().size, file.bytes);
    flip(&store, &file.name, 1_048_576 + 5);
    assert!(read(0..1_000).is_ok(), "the first block is whole");
    let damage = Cause::of(&read(1_048_000..1_049_000).unwrap_err()).to_string();
    assert!(damage.contains(&file.name) && damage.contains("block 1"), "{damage}");
    assert!(runtime.block_on(reader.get(&Path::from("snapshots/none"))).is_err());
}

#[test]
fn names_cannot_leave_their_folder() {
    let store = memory();
    for name in ["", "..", "../x", "a/b", ".hidden", "Upper", "a b"] {
        let refused = store.publish(&publication(name, "r1", vec![])).unwrap_err();
        assert!(matches!(refused, StoreError::Name(_)), "{name}: {refused}");
    }
}

#[test]
fn create_never_replaces_on_disk_or_in_memory() {
    let (_folder, store) = folder();
    for objects in [store.objects().clone(), Arc::new(Memory::default()) as Arc<dyn Objects>] {
        assert_eq!(objects.create("runs/a.json", b"one").unwrap(), Created::New);
        assert_eq!(objects.create("runs/a.json", b"two").unwrap(), Created::Exists);
        assert_eq!(objects.read("runs/a.json").unwrap().unwrap(), b"one");
        assert_eq!(objects.read_range("runs/a.json", 1..99).unwrap().unwrap(), b"ne");
        assert_eq!(objects.list("runs").unwrap(), ["runs/a.json"]);
        objects.remove("runs/a.json").unwrap();
        assert_eq!(objects.read("runs/a.json").unwrap(), None);
    }
}

#[test]
fn a_start_brings_copies_to_the_newest_commit() {
    let (folder, store) = folder();
    store.publish(&publication("finance", "r1", vec![table("lines", 0..10)])).unwrap();
    let copy = store.objects().read("tables/finance/lines.parquet").unwrap().unwrap();
    let catalog = store.objects().read("tables/catalog.sql").unwrap().unwrap();
    store.publish(&publication("finance", "r2", vec![table("lines", 0..11)])).unwrap();
    // As if the second publication had died right after its commit.
    store.objects().replace("tables/finance/lines.parquet", &copy).unwrap();
    store.objects().replace("tables/catalog.sql", &catalog).unwrap();
    drop(store);
    let store = Store::open(Place::Folder(folder.path().join("store"))).unwrap();
    assert!(store.verify().unwrap().is_whole());
}

#[test]
fn checks_and_totals_are_in_the_commit() {
    let store = memory();
    let checks = vec![CheckResult { name: "unique".to_owned(), warning: false, failing: 0 }];
    let totals = BTreeMap::from([("amount".to_owned(), "4500.00".to_owned())]);
    let lines = NewTable { checks: checks.clone(), control_totals: totals.clone(), ..table("lines", 0..10) };
    store.publish(&publication("finance", "r1", vec![lines])).unwrap();
    let head = store.head().unwrap().unwrap();
    let lines = head.table("finance", "lines").unwrap();
    assert_eq!((&lines.checks, &lines.control_totals, lines.rows), (&checks, &totals, 10));
    assert_eq!(lines.columns[2].kind, "Decimal128(18, 2)");
}

#[test]
fn retention_removes_old_versions_and_leaves_the_store_whole() {
    let (_folder, store) = folder();
    for day in 1..=8 {
        let next = Publication {
            at: at(day),
            ..publication("finance", &format!("r{day}"), vec![table("lines", 0..i64::from(day))])
        };
        store.publish(&next).unwrap();
    }
    let report = store.collect(Retain::default(), at(20)).unwrap();
    assert_eq!(report.commits, [1, 2, 3]);
    assert_eq!(report.files.len(), 3);
    assert!(store.verify().unwrap().is_whole());
    assert!(store.collect(Retain::default(), at(20)).unwrap().commits.is_empty());
    let old = store.commit_at(1).unwrap().unwrap();
    assert!(store.read_table(&old, "finance", "lines").unwrap_err().is_damage());
}

#[test]
fn f84_an_earlier_version_is_published_again_as_a_new_commit() {
    let (folder, store) = folder();
    store.publish(&publication("finance", "r1", vec![table("lines", 0..3)])).unwrap();
    store.publish(&publication("pupils", "r2", vec![table("roll", 0..5)])).unwrap();
    store.publish(&publication("finance", "r3", vec![table("lines", 0..4)])).unwrap();
    let commit = store.restore("finance", 1, "r4", at(6)).unwrap();
    assert_eq!((commit.seq, commit.run.as_str()), (4, "r4"));
    assert_eq!(numbers(&store.read_table(&commit, "finance", "lines").unwrap()), [0, 1, 2]);
    assert_eq!(numbers(&store.read_table(&commit, "pupils", "roll").unwrap()).len(), 5);
    assert!(store.verify().unwrap().is_whole());
    let copy = std::fs::read(folder.path().join("store/tables/finance/lines.parquet")).unwrap();
    let file = &commit.table("finance", "lines").unwrap().files[0];
    assert_eq!(copy, store.objects().read(&file.name).unwrap().unwrap());
    assert_eq!(store.publish(&publication("finance", "r5", vec![table("lines", 0..9)])).unwrap().seq, 5);
}

#[test]
fn a_table_of_landings_is_the_same_bytes_as_the_table_of_their_rows() {
    let store = Store::open(Place::Memory).unwrap();
    let landings: Vec<_> = [(1, 0..3), (2, 3..7)]
        .into_iter()
        .map(|(day, numbers)| {
            let mut written = RowWriter::new("finance.ledger_lines", &rows(0..0).schema()).unwrap();
            written.push(&rows(numbers)).unwrap();
            let written = Some(written.finish().unwrap());
            store.land(&NewLanding { batches: Vec::new(), written, ..landing(day, 0..0) }).unwrap()
        })
        .collect();
    let unsorted = |name, numbers| NewTable { sort: Vec::new(), ..table(name, numbers) };
    let landed = NewTable { landed: landings, ..unsorted("landed", 0..0) };
    let commit = store.publish(&publication("finance", "r1", vec![landed, unsorted("rows", 0..7)])).unwrap();
    let hash = |name: &str| commit.table("finance", name).unwrap().files[0].sha256.clone();
    assert_eq!(commit.table("finance", "landed").unwrap().rows, 7);
    assert_eq!(hash("landed"), hash("rows"));
}

#[test]
fn landings_of_other_columns_are_not_published_under_these() {
    let store = Store::open(Place::Memory).unwrap();
    let landed = vec![store.land(&landing(1, 0..3)).unwrap()];
    let other =
        RecordBatch::try_from_iter([("other", Arc::new(Int64Array::from(vec![0])) as ArrayRef)]).unwrap();
    let table = NewTable { batches: vec![other], sort: Vec::new(), landed, ..table("mixed", 0..0) };
    assert!(matches!(
        store.publish(&publication("finance", "r1", vec![table])),
        Err(StoreError::Rows { .. })
    ));
}
