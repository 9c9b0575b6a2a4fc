//! What the first page says that other tools make of published ledgers.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

#[test]
fn other_tools_make_of_published_ledgers_what_the_first_page_says() {
    let Some(data) = std::env::var_os("SUFFICIENCY_REAL_DATA") else {
        eprintln!(
            "SUFFICIENCY_REAL_DATA is not set: other_tools_make_of_published_ledgers_what_the_first_page_says did not run"
        );
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = root.join("tests/python/compare_readers.py");
    let done = Command::new("python3").arg(script).env("SUFFICIENCY_REAL_DATA", data).output().unwrap();
    let found: Value = serde_json::from_slice(&done.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr)));
    assert_eq!(found["files"], 6);
    assert_eq!(found["right"], json!({ "pandas": 0, "pandas with options": 4, "polars": 0, "duckdb": 0 }));
    let outcomes: Vec<&str> =
        found["outcomes"].as_object().unwrap().values().map(|row| row["pandas"].as_str().unwrap()).collect();
    let count = |begin: &str| outcomes.iter().filter(|outcome| outcome.starts_with(begin)).count();
    assert_eq!((count("stops"), count("wrong: text")), (4, 2));
    let doubled = |month: &str| found["outcomes"][month]["pandas with options"].clone();
    assert_eq!(doubled("wolver_apr_2023"), "wrong: 58304668.26");
    assert_eq!(doubled("wolver_aug_2023"), "wrong: 54187783.30");
    // What this program makes of the same files is in `source::payments`: these totals, to the penny.
    assert_eq!(found["totals"]["wolver_apr_2023"], "29152334.13");
    assert_eq!(found["totals"]["wolver_aug_2023"], "27093891.65");
    // The page says so.
    let page = std::fs::read_to_string(root.join("README.md")).unwrap();
    for words in [
        "| 0 of 6 | four stop",
        "| 4 of 6 | April is £58.3m instead of £29.2m and August £54.2m instead of £27.1m",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let versions = found["versions"].as_object().unwrap();
    for (name, shown) in [("pandas", "pandas"), ("polars", "Polars"), ("duckdb", "DuckDB")] {
        let words = format!("{shown} {}", versions[name].as_str().unwrap());
        let line = page.replace('\n', " ");
        assert!(line.contains(&words), "`{words}` is not on the page");
    }
}
