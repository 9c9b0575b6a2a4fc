//! Names in SQL and TOML: of tables, columns, common table expressions and keys. Their parts are words.

use std::fmt::Write;
use std::path::Path;

use super::list::List;
use super::names::fault;
use crate::tree;

/// Values of data, which are keys of the words that readers see: what is stored under them stays.
const VALUES: &[&str] = &["APART"];

/// Returns a line of SQL without its comment and its texts.
fn code_of_sql(line: &str) -> String {
    let line = line.split_once("--").map_or(line, |(code, _)| code);
    line.split('\'').step_by(2).collect::<Vec<_>>().join(" ")
}

/// Returns the keys of a line of TOML: what is before its `=`, or a heading.
fn keys_of_toml(line: &str) -> &str {
    let line = line.trim();
    let is_key = |key: &&str| {
        !key.is_empty()
            && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.\" ".contains(letter))
    };
    if line.starts_with('[') && line.ends_with(']') && !line.contains([',', '"']) {
        return line.trim_matches(['[', ']']);
    }
    line.split_once('=').map(|(key, _)| key.trim()).filter(is_key).unwrap_or_default()
}

/// Returns the names in a piece of code.
fn names(code: &str) -> impl Iterator<Item = &str> {
    let parts = code.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    parts.filter(|name| !name.is_empty())
}

#[test]
fn no_name_of_a_table_a_column_or_a_key_is_of_a_word_that_went() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (words, short) = (List::of_words(), List::of_names());
    let mut faults = String::new();
    let mut count = 0;
    for (file, text) in tree::texts(root, &["sql", "toml"]) {
        if file.starts_with("tests/projects/") {
            continue;
        }
        let stem = file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
        let is_sql = Path::new(&file).extension().is_some_and(|kind| kind == "sql");
        let mut check = |line: usize, name: &str| {
            count += 1;
            if VALUES.contains(&name) {
                return;
            }
            if let Some(fault) = fault(name, &words, &short) {
                writeln!(faults, "{file}:{line}: {fault}").unwrap();
            }
        };
        check(0, stem);
        for (line, code) in (1..).zip(text.lines()) {
            if is_sql {
                names(&code_of_sql(code)).for_each(|name| check(line, name));
            } else {
                names(keys_of_toml(code)).for_each(|name| check(line, name));
            }
        }
    }
    assert!(count > 10_000, "{count} names");
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn texts_and_comments_hold_no_names() {
    let found = |code: &str| names(&code_of_sql(code)).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(found("SELECT place_standing -- kept"), ["SELECT", "place_standing"]);
    assert_eq!(found("a = 'kept' AND b"), ["a", "AND", "b"]);
    assert_eq!(keys_of_toml("standing = \"kept\""), "standing");
    assert_eq!(keys_of_toml("[labels.standing]"), "labels.standing");
    assert_eq!(keys_of_toml("It is kept, and = is no key"), "");
}
