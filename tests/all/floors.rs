//! Each room knows its own floor's folder and lower floors only. The map is in `src/lib.rs`.

use std::path::{Path, PathBuf};

/// Each room and its floor.
const FLOORS: &[(&str, u8)] = &[
    ("diagnostic", 0),
    ("text", 0),
    ("project", 1),
    ("calendar", 1),
    ("privacy", 1),
    ("store", 2),
    ("ledger", 2),
    ("engine", 3),
    ("source", 4),
    ("measures", 4),
    ("disclosure", 4),
    ("report", 5),
    ("inspect", 6),
    ("deliver", 6),
    ("run", 7),
    ("schedule", 8),
    ("cli", 9),
    ("demo", 9),
];

/// Rooms of one floor that may look at each other: `project` reads the clock's type, `ledger` writes
/// through the store, and `cli` starts the demo. All others on a floor are strangers.
const NEIGHBOURS: &[(&str, &str)] = &[("project", "calendar"), ("ledger", "store"), ("cli", "demo")];

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// Every `crate::room` of a file's text, outside comments.
fn rooms_named(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => list
                    .split(['{', '}', ','])
                    .map(|part| part.split("::").next().unwrap_or("").trim())
                    .collect(),
                None => vec![
                    rest.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
                        .next()
                        .unwrap_or(""),
                ],
            };
            found.extend(
                names
                    .into_iter()
                    .filter(|name| floor(name).is_some())
                    .map(|name| (index + 1, name.to_owned())),
            );
        }
    }
    found
}

fn faults_in(room: &str, shown: &str, text: &str) -> Vec<String> {
    let own = floor(room).expect("the room has a floor");
    rooms_named(text)
        .into_iter()
        .filter(|(_, other)| {
            let theirs = floor(other).expect("only rooms are listed");
            other != room && theirs >= own && !NEIGHBOURS.contains(&(room, other.as_str()))
        })
        .map(|(line, other)| format!("{shown}:{line}: `{room}` looks at `{other}`"))
        .collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_room_looks_up() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    let mut faults = Vec::new();
    for file in files {
        let shown = file.strip_prefix(&source).unwrap().display().to_string();
        let Some((room, _)) = shown.split_once('/') else { continue };
        assert!(floor(room).is_some(), "`src/{room}` has no floor: add it to the map in src/lib.rs and here");
        faults.extend(faults_in(room, &shown, &std::fs::read_to_string(&file).unwrap()));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_upward_look_is_caught() {
    assert_eq!(faults_in("store", "store/x.rs", "use crate::run::Failure;").len(), 1);
    assert_eq!(faults_in("store", "store/x.rs", "use crate::{diagnostic::Diagnostic, cli::Cli};").len(), 1);
    assert_eq!(faults_in("source", "source/x.rs", "let x = crate::disclosure::clear();").len(), 1);
    assert_eq!(faults_in("source", "source/x.rs", "use crate::engine::Engine;\n// crate::run").len(), 0);
}
