//! Each room knows itself and lower floors only, and the files of a room import each other in no circle. The map is in
//! `src/lib.rs`.
//!
//! A `mod.rs` imports what it re-exports. A file of its room that imports a name by that re-export would therefore be in a
//! circle with it, now or when its own names are re-exported too: it imports the name from the file that defines it.

mod imports;

use std::path::Path;

use imports::{Tree, circles};

/// Each room and its rank: by the floors of the map, and on the floor of the steps in the order of the data's way.
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
    ("sketch", 5),
    ("report", 5),
    ("inspect", 6),
    ("deliver", 6),
    ("job", 7),
    ("ingest", 8),
    ("build", 9),
    ("edition", 10),
    ("quality", 11),
    ("post", 12),
    ("run", 13),
    ("schedule", 14),
    ("site", 14),
    ("export", 15),
    ("cli", 16),
    ("demo", 16),
];

/// Rooms of one floor that may look at each other: `project` reads the clock's type, `ledger` writes
/// through the store, and `cli` starts the demo. All others on a floor are strangers.
const NEIGHBOURS: &[(&str, &str)] =
    &[("project", "calendar"), ("ledger", "store"), ("cli", "demo"), ("diagnostic", "text")];

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// Finds where a room names another that it may not know.
fn upward(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for (module, others) in tree.imports() {
        let Some((room, _)) = module
            .split_once("::")
            .or(Some((module, "")))
            .filter(|(room, _)| *room != "lib" && *room != "main")
        else {
            continue;
        };
        let Some(own) = floor(room) else {
            faults.push(format!("`src/{room}` has no floor: add it to the map in src/lib.rs and here"));
            continue;
        };
        for other in others {
            let theirs = other.split("::").next().unwrap_or(other);
            let up = floor(theirs).is_some_and(|floor| floor >= own);
            if theirs != room && up && !NEIGHBOURS.contains(&(room, theirs)) {
                faults.push(format!("{module} imports {other}: `{room}` may not know `{theirs}`"));
            }
        }
    }
    faults
}

fn source() -> Tree {
    Tree::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

#[test]
fn no_room_looks_up() {
    let faults = upward(&source());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_files_of_a_room_import_each_other_in_a_circle() {
    let tree = source();
    let circles = circles(&tree.imports());
    let shown: Vec<String> = circles.iter().map(|circle| circle.join(", ")).collect();
    assert!(circles.is_empty(), "{} circles:\n{}", circles.len(), shown.join("\n"));
}

#[test]
fn no_file_imports_what_its_own_room_re_exports() {
    let faults = source().roundabout();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn an_upward_look_is_caught() {
    let faults = |text: &str| {
        upward(&Tree::of(&[("store::x", text), ("run", ""), ("cli", ""), ("diagnostic", "")])).len()
    };
    assert_eq!(faults("use crate::run::Failure;"), 1);
    assert_eq!(faults("use crate::{diagnostic::Diagnostic, cli::Cli};"), 1);
    assert_eq!(faults("let x = crate::run::run();"), 1);
    assert_eq!(faults("use crate::diagnostic::Diagnostic;\n// crate::run"), 0);
}

#[test]
fn a_circle_is_caught() {
    let among = |files: &[(&str, &str)]| circles(&Tree::of(files).imports()).len();
    let files = |one: &'static str, other: &'static str| {
        [("store::one", one), ("store::other", other), ("store", "")]
    };
    assert_eq!(among(&files("use super::other::B;", "use super::one::A;")), 1);
    assert_eq!(among(&files("fn f() { super::other::g() }", "use crate::store::{one::A};")), 1);
    assert_eq!(among(&files("use super::other::B;", "")), 0);
    // By the parent's re-export.
    let by_parent = [
        ("store", "mod one;\nmod other;\npub use one::A;"),
        ("store::one", ""),
        ("store::other", "use super::A;"),
    ];
    assert_eq!(among(&by_parent), 0);
    let by_parent = [
        ("store", "mod one;\nmod other;\npub use {one::A, other::B};"),
        ("store::one", ""),
        ("store::other", "use super::A;"),
    ];
    assert_eq!(among(&by_parent), 1);
}

#[test]
fn an_import_by_the_room_s_own_re_export_is_caught() {
    let room =
        ("store", "mod one;\nmod other;\npub(crate) use one::{A, make};\nuse one::B;\npub struct Own;");
    let of = |text: &'static str| {
        Tree::of(&[room, ("store::one", ""), ("store::other", text), ("store::other::deep", ""), ("cli", "")])
            .roundabout()
            .len()
    };
    assert_eq!(of("use super::A;"), 1);
    assert_eq!(of("use crate::store::{Own, A};"), 1);
    assert_eq!(of("fn f() { super::make() }"), 1);
    assert_eq!(of("use super::one::A;\nuse super::Own;\nuse super::B;"), 0);
    let from_outside = Tree::of(&[room, ("store::one", ""), ("cli", "use crate::store::A;")]);
    assert_eq!(from_outside.roundabout(), Vec::<String>::new(), "that is what re-exports are for");
}
