//! C1, C5: the query engine over the store's own reader.

use std::path::Path;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use datafusion::error::DataFusionError;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sufficiency::store::{Commit, Store};
use url::Url;

use super::program::{Order, acknowledged};
use super::{open, repeats};

fn published(folder: &Path) -> (Store, Commit) {
    let order = Order { rows: 5_000, table_bytes: 30_000, ..Order::small(folder, 1..=2) };
    assert_eq!(acknowledged(&order.command().output().unwrap().stdout), [1, 2]);
    let store = open(folder);
    let head = store.head().unwrap().unwrap();
    (store, head)
}

/// Returns the rows, sum and greatest text of a table, by SQL over its files; a fresh session, so nothing is cached.
fn ask(store: &Store, commit: &Commit) -> Result<(i64, i64, String), DataFusionError> {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    context.register_object_store(&Url::parse("store://this").unwrap(), store.reader());
    let files = &commit.table("finance", "ledger_lines").unwrap().files;
    let paths: Vec<String> = files.iter().map(|file| format!("store://this/{}", file.name)).collect();
    let sql = "select count(*), sum(number * generation), cast(max(text) as varchar) from lines";
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let lines = context.read_parquet(paths, ParquetReadOptions::default()).await?;
        context.register_table("lines", lines.into_view())?;
        let answer = context.sql(sql).await?.collect().await?;
        let number = |column: usize| answer[0].column(column).as_primitive::<Int64Type>().value(0);
        let text = arrow::compute::cast(answer[0].column(2), &arrow::datatypes::DataType::Utf8)?;
        Ok((number(0), number(1), text.as_string::<i32>().value(0).to_owned()))
    })
}

#[test]
fn c1_datafusion_reads_a_commit_through_the_checked_reader() {
    let temporary = tempfile::tempdir().unwrap();
    let (store, head) = published(&temporary.path().join("store"));
    assert!(head.table("finance", "ledger_lines").unwrap().files.len() > 1, "more files than one");
    let (rows, sum, _) = ask(&store, &head).unwrap();
    assert_eq!((rows, sum), (10_000, 2 * 2 * 4_999 * 5_000 / 2));
}

#[test]
fn c5_no_flipped_bit_reaches_an_answer_of_the_query_engine() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("store");
    let (store, head) = published(&folder);
    let truth = ask(&store, &head).unwrap();
    let files = Arc::new(head.table("finance", "ledger_lines").unwrap().files.clone());
    let mut random = ChaCha8Rng::seed_from_u64(55);
    let mut pick = |end: u64| usize::try_from(random.next_u64() % end).unwrap();
    for case in 0..repeats(60, 1_000) {
        let file = &files[pick(files.len() as u64)];
        let path = folder.join(&file.name);
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        bytes[pick(file.bytes)] ^= 1 << pick(8);
        std::fs::write(&path, &bytes).unwrap();
        let damage = ask(&store, &head).expect_err("a damaged block is never read");
        let damage = sufficiency::diagnostic::Cause::of(&damage).to_string();
        assert!(
            damage.contains(&file.name) && damage.contains("is not what was written"),
            "case {case}: {damage}"
        );
        std::fs::write(&path, &whole).unwrap();
    }
    assert_eq!(ask(&store, &head).unwrap(), truth);
}
