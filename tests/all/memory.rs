//! What editions showed is never forgotten without a word: the gate holds each new one against it.

use std::process::Command;

use sufficiency::job::{Alone, Failure, Options};
use sufficiency::ledger;
use sufficiency::run::{self, Selection};

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
    edition.as_object_mut().unwrap().remove("seal").unwrap();
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

const CHILDREN: &str = "pipelines/provider_sheets/seeds/children.csv";

/// Returns a council that has reported children by provider once, and nothing is sent.
fn reported() -> Council {
    let council = Council::of("bursting");
    council.write(
        "settings.toml",
        "fixed_clock = \"2024-04-10T06:00\"\n[connections.finance_share]\nfolder = { path = \"extracts\" }\n",
    );
    council.write(FILE, LEDGER);
    run_unsent(&council).unwrap_or_else(|failure| panic!("{failure}"));
    council
}

/// Runs everything without sending; returns the editions made.
fn run_unsent(council: &Council) -> Result<Vec<String>, Failure> {
    let outcome =
        run::run(&council.open(), &Selection::All, &Options::default(), &Alone, &mut |_| {}).unwrap();
    let made = outcome.made().flat_map(|made| made.editions.clone()).collect();
    outcome.result().map(|()| made)
}

fn change(council: &Council, from: &str, to: &str) {
    let children = std::fs::read_to_string(council.path(CHILDREN)).unwrap();
    assert!(children.contains(from));
    council.write(CHILDREN, children.replace(from, to));
}

/// Asks the program itself, and returns what it printed and its exit code.
fn program(council: &Council, arguments: &[&str]) -> (String, i32) {
    let done = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .arg("--project")
        .arg(council.path(""))
        .args(arguments)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (text, done.status.code().unwrap())
}

#[test]
fn a_draft_of_what_is_held_is_refused_and_nothing_waits_because_of_it() {
    let council = reported();
    change(&council, "700002,secondary,11", "700002,secondary,12");
    let (said, code) = program(&council, &["report", "draft", "provider_sheet"]);
    assert_eq!(code, 31, "{said}");
    assert!(said.contains("an edition would be held so too"), "{said}");
    assert!(!council.path("drafts").exists());
    let release = ["report", "release", "provider_sheet", "--by", "A. Officer", "--reason", "none"];
    let (said, code) = program(&council, &release);
    assert_eq!(code, 2, "{said}");
}

#[test]
fn a_correction_of_one_child_waits_until_a_person_lets_exactly_it_go() {
    let council = reported();
    change(&council, "700002,secondary,11", "700002,secondary,12");
    let failure = run_unsent(&council).unwrap_err();
    assert_eq!(failure.code(), 31, "{failure}");
    let words = failure.to_string();
    assert!(words.contains("a revision of `provider_sheet` for fy2023-24 is held"), "{words}");
    assert!(words.contains("report release provider_sheet fy2023-24"), "{words}");
    // What it says of the child is nothing.
    for word in ["700002", "secondary", "phase", "12"] {
        assert!(!words.contains(word), "`{word}` is in: {words}");
    }
    assert_eq!(run_unsent(&council).unwrap_err().code(), 31, "it waits");

    let who = ["--by", "A. Officer", "--reason", "the panel decides on it"];
    let release = [&["report", "release", "provider_sheet"][..], &who].concat();
    let (said, code) = program(&council, &release);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("`sufficiency run provider_sheets` makes it"), "{said}");
    // Another child meanwhile: that content nobody has released.
    change(&council, "700002,secondary,12", "700002,secondary,13");
    assert_eq!(run_unsent(&council).unwrap_err().code(), 31);
    change(&council, "700002,secondary,13", "700002,secondary,12");
    let made = run_unsent(&council).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(made.iter().all(|edition| edition.ends_with("-r1.2")) && !made.is_empty(), "{made:?}");
    assert!(run_unsent(&council).unwrap().is_empty(), "the same again is nothing new");

    let history = ledger::history(council.open().store().objects().as_ref()).unwrap();
    let released = history.iter().find(|run| run.started.trigger == "report release").unwrap();
    let steps = format!("{:?}", released.finished.as_ref().unwrap().steps);
    assert!(steps.contains("A. Officer") && steps.contains("the panel decides on it"), "{steps}");
}

#[test]
fn what_does_not_wait_cannot_be_released() {
    let council = reported();
    let who = ["--by", "A. Officer", "--reason", "why"];
    for which in
        [&["report", "release", "provider_sheet"][..], &["report", "release", "provider_sheet", "fy2022-23"]]
    {
        let (said, code) = program(&council, &[which, &who].concat());
        assert_eq!(code, 2, "{said}");
    }
}

#[test]
fn owners_are_shown_why_each_cell_of_a_report_is_hidden_and_no_edition_has_it() {
    let council = reported();
    let (said, code) = program(&council, &["report", "explain-suppression", "provider_sheet"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("  u  provider_id=700001|"), "{said}");
    assert!(said.contains("a count below the threshold"), "{said}");
    assert!(said.contains("could be worked out"), "{said}");
    assert!(council.path("store/restricted/disclosure/provider_sheet/fy2023-24.csv").exists());
    let (said, code) = program(&council, &["report", "explain-suppression", "provider_sheet", "fy2022-23"]);
    assert_eq!(code, 2, "{said}");
}

#[test]
fn an_edition_from_which_a_reader_could_work_a_count_out_is_held_whatever_its_policy_forgets() {
    let council = Council::of("bursting");
    council.write(
        "settings.toml",
        "fixed_clock = \"2024-04-10T06:00\"\n[connections.finance_share]\nfolder = { path = \"extracts\" }\n",
    );
    council.write(FILE, LEDGER);
    // The policy does not say that phases have a total.
    let model = "pipelines/provider_sheets/models/provider_children.toml";
    let settings = std::fs::read_to_string(council.path(model)).unwrap();
    assert!(settings.contains(", phase = \"all\""));
    council.write(model, settings.replace(", phase = \"all\"", ""));
    let report = "report-templates/provider_sheet/report.toml";
    let text = std::fs::read_to_string(council.path(report)).unwrap();
    let lines = text.lines().map(|line| {
        if line.starts_with("headline") {
            "headline = \"Children placed with you in {{period}}.\""
        } else {
            line
        }
    });
    council.write(report, lines.collect::<Vec<_>>().join("\n"));
    let failure = run_unsent(&council).unwrap_err();
    assert_eq!(failure.code(), 31, "{failure}");
    let words = failure.to_string();
    assert!(words.contains("a reader could work out what is hidden"), "{words}");
    assert!(words.contains("tables/children.csv"), "{words}");
    assert!(!council.path("store/editions").join("provider_sheet").exists(), "no edition is made");
}
