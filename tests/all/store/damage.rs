//! C5, F11 to F14: no flipped bit, cut file or missing file gets into a figure.

use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sufficiency::store::{Commit, Store, StoreError};

use super::program::{Order, acknowledged};
use super::{open, repeats};
use arrow::record_batch::RecordBatch;

/// Makes a store with two generations, opened.
fn store(folder: &Path) -> Store {
    let order = Order { rows: 2_000, table_bytes: 20_000, ..Order::small(folder, 1..=2) };
    let output = order.command().output().unwrap();
    assert_eq!(acknowledged(&output.stdout), [1, 2]);
    open(folder)
}

/// Reads everything that a run reads of a store.
fn read(store: &Store) -> Result<(Option<Commit>, Vec<Vec<RecordBatch>>), StoreError> {
    let head = store.head()?;
    let mut tables = Vec::new();
    for (pipeline, name, _) in head.iter().flat_map(Commit::tables) {
        tables.push(store.read_table(head.as_ref().unwrap(), pipeline, name)?);
    }
    for landing in store.landings("finance", "ledger", None)? {
        tables.push(store.read_landing(&landing)?);
        tables.extend(store.read_quarantine(&landing)?);
    }
    Ok((head, tables))
}

/// Returns whether an object is neither evidence nor a copy: those a start makes again, and no run reads them.
fn is_data(name: &str) -> bool {
    !name.starts_with(".staging")
}

#[test]
fn c5_every_flipped_bit_and_every_truncation_is_found_and_none_gets_into_a_figure() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    let store = store(&folder);
    let truth = read(&store).unwrap();
    let names: Vec<String> =
        store.objects().list("").unwrap().into_iter().filter(|name| is_data(name)).collect();
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut pick = |end: usize| usize::try_from(random.next_u64() % end as u64).unwrap();
    let (flips, cuts) = (repeats(1_000, 3_000), repeats(100, 300));
    for case in 0..flips + cuts {
        let name = &names[pick(names.len())];
        let path = folder.join(name);
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        if case < flips {
            bytes[pick(whole.len())] ^= 1 << pick(8);
        } else {
            bytes.truncate(pick(whole.len()));
        }
        std::fs::write(&path, &bytes).unwrap();
        match read(&store) {
            Ok(read) => assert!(read == truth, "case {case}: `{name}` gave another figure in silence"),
            Err(damage) => {
                assert!(damage.is_damage() && damage.to_string().contains(name.as_str()), "{damage}");
            }
        }
        let report = store.verify().unwrap();
        let found = report.damage.iter().any(|damage| damage.name == *name);
        assert!(found, "case {case}: `{name}` is damaged and `verify` says {:?}", report.damage);
        std::fs::write(&path, &whole).unwrap();
    }
    assert!(store.verify().unwrap().is_whole(), "the test put everything back");
}

#[test]
fn f12_a_file_that_is_empty_or_no_parquet_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    let store = store(&folder);
    let head = store.head().unwrap().unwrap();
    let file = head.files().next().unwrap().name.clone();
    for bytes in [&b""[..], b"PK\x03\x04 a workbook"] {
        std::fs::write(folder.join(&file), bytes).unwrap();
        let damage = read(&store).unwrap_err().to_string();
        assert!(damage.contains(&file), "{damage}");
    }
}

#[test]
fn f13_a_garbled_commit_refuses_publications_and_the_one_before_it_is_still_read() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    drop(store(&folder));
    let newest = folder.join("commits/00000002.json");
    let whole = std::fs::read(&newest).unwrap();
    for bytes in [&b""[..], b"garbage", &whole[..whole.len() / 2], &whole[..whole.len() - 1]] {
        std::fs::write(&newest, bytes).unwrap();
        let output = Order::small(&folder, 3..=3).command().output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(acknowledged(&output.stdout).is_empty() && stderr.contains("00000002.json"), "{stderr}");
        let store = open(&folder);
        let before = store.commits_whole().unwrap().pop().unwrap();
        assert_eq!(super::generation(&store, &before, "finance", "budgets"), 1);
    }
    let store = open(&folder);
    assert!(store.repair().unwrap().repaired[0].name.ends_with("00000002.json"));
    drop(store);
    let output = Order::small(&folder, 3..=3).command().output().unwrap();
    assert_eq!(acknowledged(&output.stdout), [3]);
}

#[test]
fn f14_a_missing_file_is_damage_and_its_copy_brings_it_back() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    let order = Order::small(&folder, 1..=1);
    assert_eq!(acknowledged(&order.command().output().unwrap().stdout), [1]);
    let store = open(&folder);
    let head = store.head().unwrap().unwrap();
    let file = head.files().next().unwrap().name.clone();
    std::fs::remove_file(folder.join(&file)).unwrap();
    assert!(
        sufficiency::diagnostic::Cause::of(&read(&store).unwrap_err()).to_string().contains("it is missing")
    );
    let report = store.repair().unwrap();
    assert!(report.lost.is_empty() && report.repaired[0].name == file, "{report:?}");
    assert!(read(&store).is_ok());
}

#[test]
fn f15_what_dead_writers_left_is_swept_and_named_at_the_next_start() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    drop(store(&folder));
    let orphan = "snapshots/finance/budgets/dead-run/part-0.parquet";
    std::fs::create_dir_all(folder.join(orphan).parent().unwrap()).unwrap();
    std::fs::write(folder.join(orphan), b"half").unwrap();
    std::fs::write(folder.join(".staging/0123-4"), b"half").unwrap();
    let store = open(&folder);
    assert_eq!(store.opened().swept, [orphan, ".staging/0123-4"]);
    assert!(store.verify().unwrap().orphans.is_empty());
}
