use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::super::tests::source;
use super::{Patience, settle};
use crate::project::Written;
use crate::source::{Found, Place, SourceError, SourceFailure, discover};

const SOURCE: &str =
    "connection = \"share\"\nfiles = \"*.csv\"\n[[columns]]\nname = \"id\"\ntype = \"text\"\n";

fn patience() -> Patience {
    Patience { recent: TimeDelta::seconds(60), look: Duration::from_millis(50), quiet: 12, looks: 50 }
}

/// Returns the time by the file system's clock.
fn now(folder: &Path) -> DateTime<Utc> {
    let file = folder.join("now");
    std::fs::write(&file, "").unwrap();
    std::fs::metadata(file).unwrap().modified().unwrap().into()
}

fn settled(folder: &Path, now: DateTime<Utc>) -> Result<(Vec<Found>, Vec<Found>), SourceError> {
    let (source, connection) = (source(SOURCE), Written::inline("folder = { path = \".\" }").unwrap());
    let place = Place { root: folder, connection: &connection };
    let found = discover(&source, place).unwrap();
    Ok((found.clone(), settle(&source, place, found, now, patience(), &mut || true)?))
}

#[test]
fn f37_a_file_is_read_as_it_is_once_nobody_writes_it_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slow.csv");
    std::fs::write(&path, "id\n").unwrap();
    let now = now(folder.path());
    let (found, settled) = std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..5 {
                std::thread::sleep(Duration::from_millis(10));
                std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"1\n").unwrap();
            }
        });
        settled(folder.path(), now).unwrap()
    });
    assert!(found[0].bytes < settled[0].bytes);
    assert_eq!((settled[0].name.as_str(), settled[0].bytes), ("slow.csv", 13));
    assert_ne!(found[0].sha256, settled[0].sha256);
}

#[test]
fn f37_a_file_that_never_comes_to_rest_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("endless.csv");
    std::fs::write(&path, "id\n").unwrap();
    let (now, done) = (now(folder.path()), AtomicBool::new(false));
    let refused = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"1\n").unwrap();
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let refused = settled(folder.path(), now);
        done.store(true, Ordering::Relaxed);
        refused.unwrap_err()
    });
    assert_eq!(refused.failure(), SourceFailure::Unavailable);
    assert_eq!(
        refused.in_full(),
        "`endless.csv` changed while it was read: another program may still be writing it"
    );
}

#[test]
fn what_changed_long_ago_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("old.csv"), "id\n").unwrap();
    let later = now(folder.path()) + TimeDelta::hours(1);
    let (found, settled) = settled(folder.path(), later).unwrap();
    assert_eq!(found, settled);
}
