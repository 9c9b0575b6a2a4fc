//! `docs/promises.md`: every promise has its test, or says why it is not kept.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// The kinds of goals, each with the number of its last one.
const GOALS: &[(&str, u8)] = &[("C", 10), ("D", 8), ("E", 12), ("P", 11), ("Q", 13), ("S", 7)];

/// The number of the last fault.
const LAST_FAULT: u8 = 86;

/// Adds all text of the `.rs` files below a folder.
fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_promise_has_a_test_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut source = String::new();
    sources(&root.join("src"), &mut source);
    sources(&root.join("tests"), &mut source);
    let page = std::fs::read_to_string(root.join("docs/promises.md")).unwrap();
    let mut faults = String::new();
    let mut ids = BTreeSet::new();
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [id, _, proof] = cells.as_slice() else {
            writeln!(faults, "not three cells: {row}").unwrap();
            continue;
        };
        assert!(ids.insert(id.to_owned()), "{id} is there twice");
        let tests: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        if tests.is_empty() && !proof.starts_with("not kept, because ") {
            writeln!(faults, "{id} names no test and no reason").unwrap();
        }
        for test in tests {
            if !source.contains(&format!("fn {test}()")) {
                writeln!(faults, "{id} is kept by `{test}`, which is not there").unwrap();
            }
        }
    }
    let goals =
        GOALS.iter().flat_map(|(kind, last)| (1..=*last).map(move |number| format!("{kind}{number}")));
    for id in goals.chain((1..=LAST_FAULT).map(|number| format!("F{number:02}"))) {
        if !ids.contains(id.as_str()) {
            writeln!(faults, "{id} is not on the page").unwrap();
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
