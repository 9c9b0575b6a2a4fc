use chrono::NaiveDate;

use super::*;
use crate::deliver::DeliveryKey;

fn envelope(edition: &str, to: &str) -> Envelope {
    let to = to.parse().unwrap();
    Envelope {
        key: DeliveryKey::of(edition, &to),
        report: "needs_assessment".to_owned(),
        period: "ay2025-26".to_owned(),
        dated: NaiveDate::from_ymd_opt(2026, 10, 5).unwrap(),
        from: "ap.reports@demo-city.example".parse().unwrap(),
        to,
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_message_becomes_one_file_that_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut transport = FolderTransport::new(folder.path().join("mail"));
    let attempt = transport.send(&envelope("r1", "AP.Commissioner@demo-city.example"), b"one");
    let name = "2026-10-05-needs_assessment-ay2025-26-ap-commissioner-demo-city-example.eml";
    assert_eq!(files(&folder.path().join("mail")), [name]);
    assert!(matches!(attempt, Attempt::Accepted { words } if words.contains(name)));
    assert_eq!(std::fs::read(folder.path().join("mail").join(name)).unwrap(), b"one");
}

#[test]
fn the_same_delivery_is_never_written_twice_and_another_never_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut transport = FolderTransport::new(folder.path());
    for message in [b"one", b"one", b"two", b"one"] {
        let attempt = transport.send(&envelope("r1", "a.b@demo-city.example"), message);
        assert!(matches!(attempt, Attempt::Accepted { .. }));
    }
    assert_eq!(
        files(folder.path()),
        [
            "2026-10-05-needs_assessment-ay2025-26-a-b-demo-city-example-2.eml",
            "2026-10-05-needs_assessment-ay2025-26-a-b-demo-city-example.eml",
        ]
    );
}

#[test]
fn what_became_of_a_lost_attempt_is_seen_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let mut transport = FolderTransport::new(folder.path());
    let envelope = envelope("r1", "a@demo-city.example");
    assert!(matches!(transport.recall(&envelope, b"one"), Some(Attempt::Deferred { .. })));
    transport.send(&envelope, b"one");
    assert!(matches!(transport.recall(&envelope, b"one"), Some(Attempt::Accepted { .. })));
}

#[test]
fn a_folder_that_cannot_be_made_defers_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mail"), b"a file").unwrap();
    let mut transport = FolderTransport::new(folder.path().join("mail"));
    let attempt = transport.send(&envelope("r1", "a@demo-city.example"), b"one");
    assert!(matches!(attempt, Attempt::Deferred { later: Scope::Server, .. }), "{attempt:?}");
}
