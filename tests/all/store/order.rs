//! C3: what was said to be committed had reached the disk, in an order that survives any crash.

use std::path::Path;

use super::program::Order;
use super::trace::{Call, trace};

fn parent(path: &str) -> String {
    Path::new(path).parent().unwrap().to_str().unwrap().to_owned()
}

/// Returns whether a call in `calls` syncs `path`.
fn synced(calls: &[Call], path: &str) -> bool {
    calls.iter().any(|call| call.name == "fsync" && call.paths().iter().any(|synced| synced == path))
}

/// Finds every move into the store: where in the trace, from, to.
fn moves(calls: &[Call], store: &Path) -> Vec<(usize, String, String)> {
    let mut moves = Vec::new();
    for (place, call) in calls.iter().enumerate() {
        if let ("rename" | "renameat2", [.., from, to]) = (call.name.as_str(), call.paths().as_slice())
            && Path::new(to).starts_with(store)
        {
            moves.push((place, from.clone(), to.clone()));
        }
    }
    moves
}

#[test]
fn c3_every_publication_writes_syncs_moves_and_syncs_the_folder_before_it_is_acknowledged() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().canonicalize().unwrap().join("store");
    let (calls, output) = trace(&Order::small(&folder, 1..=3));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let moves = moves(&calls, &folder);
    let into = |folder_name: &str| {
        let below = folder.join(folder_name);
        moves.iter().filter(move |(_, _, to)| Path::new(to).starts_with(&below)).collect::<Vec<_>>()
    };
    assert_eq!(into("commits").len(), 3);
    assert_eq!(into("snapshots").len(), 6);
    assert_eq!(into("tables").len(), 9);
    for (place, from, _) in &moves {
        let written =
            calls[..*place].iter().rposition(|call| call.name == "write" && call.touches(Path::new(from)));
        assert!(written.is_some(), "{from} was moved and never written");
        assert!(synced(&calls[written.unwrap()..*place], from), "{from} was moved before it was synced");
    }
    let mut before = 0;
    for (commit, _, name) in into("commits") {
        for (place, _, file) in into("snapshots").into_iter().chain(into("landings")) {
            if (before..*commit).contains(place) {
                let since = &calls[*place..*commit];
                assert!(synced(since, &parent(file)), "the folder of {file} was not synced before {name}");
            }
        }
        for (place, call) in calls[..*commit].iter().enumerate().filter(|(_, call)| call.name == "mkdir") {
            for made in call.paths() {
                let since = &calls[place..*commit];
                assert!(synced(since, &parent(&made)), "{made} was made and not synced before {name}");
            }
        }
        let said = calls[*commit..]
            .iter()
            .position(|call| call.name == "write" && call.arguments.contains("committed"));
        let said = commit + said.expect("every commit is acknowledged");
        assert!(synced(&calls[*commit..said], &parent(name)), "{name} was acknowledged before it was synced");
        before = said;
    }
}

#[test]
fn no_published_path_is_ever_written_in_place() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().canonicalize().unwrap().join("store");
    let (calls, _) = trace(&Order::small(&folder, 1..=3));
    let staging = folder.join(".staging");
    for call in calls.iter().filter(|call| call.name == "write" && call.touches(&folder)) {
        assert!(call.touches(&staging), "{call:?}");
    }
}
