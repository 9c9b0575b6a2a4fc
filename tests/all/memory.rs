//! What editions showed is never forgotten without a word: the gate holds each new one against it.

use sufficiency::ledger;

use crate::council::Council;
use crate::refusals::{FILE, LEDGER, council};

const EDITION: &str = "store/editions/cost_review/fy2023-24/cost_review-fy2023-24-r1";

/// Changes a figure, so that the next run would make a revision, and checks that it is damage instead, at `place`.
fn next_run_is_damage(council: &Council, place: &str) {
    council.write(FILE, LEDGER.replace("99.99", "100.00").replace("-20.50", "-20.51"));
    let failure = council.failure();
    assert_eq!(failure.code(), 21, "{failure}");
    assert!(failure.to_string().contains(place), "{failure}");
    assert_eq!(council.emails().len(), 1, "nothing is sent");
    let revision = council.path(EDITION.replace("-r1", "-r2").as_str());
    assert!(!revision.join("edition.json").exists(), "no revision is made");
}

#[test]
fn an_edition_whose_account_of_what_it_showed_is_gone_is_damage_and_no_fresh_start() {
    let council = council();
    council.remove(&format!("{EDITION}/cells.csv"));
    next_run_is_damage(&council, "cost_review-fy2023-24-r1/cells.csv");
}

#[test]
fn an_edition_whose_account_of_what_it_showed_was_changed_is_damage() {
    let council = council();
    council.write(&format!("{EDITION}/cells.csv"), "cell,shown\nspend,1\n");
    next_run_is_damage(&council, "cost_review-fy2023-24-r1/cells.csv");
}

#[test]
fn an_edition_that_is_gone_and_that_the_ledger_knows_is_damage() {
    let council = council();
    std::fs::remove_dir_all(council.path(EDITION)).unwrap();
    next_run_is_damage(&council, "cost_review-fy2023-24-r1/edition.json");
}

#[test]
fn an_account_that_was_changed_with_the_edition_that_names_it_is_damage() {
    let council = council();
    let edition = std::fs::read_to_string(council.path(&format!("{EDITION}/edition.json"))).unwrap();
    let mut edition: serde_json::Value = serde_json::from_str(&edition).unwrap();
    // As if it were one of before the file was written: nothing would be remembered of it.
    edition["files"].as_object_mut().unwrap().remove("cells.csv").unwrap();
    council.write(&format!("{EDITION}/edition.json"), edition.to_string());
    council.remove(&format!("{EDITION}/cells.csv"));
    next_run_is_damage(&council, "cost_review-fy2023-24-r1/cells.csv");
}

#[test]
fn an_edition_whose_run_died_before_the_ledger_knew_it_is_recorded_at_the_next_run() {
    let council = council();
    council.remove("store/showings/cost_review-fy2023-24-r1.json");
    council.run_all().result().unwrap();
    let known = ledger::showings(council.open().store().objects().as_ref()).unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].edition, "cost_review-fy2023-24-r1");
    let text = std::fs::read(council.path(&format!("{EDITION}/edition.json"))).unwrap();
    let edition: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(known[0].cells.as_deref(), edition["files"]["cells.csv"].as_str());
}
