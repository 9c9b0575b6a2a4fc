//! `plan` says what would be and does nothing.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{below, council, run, settings_at};
use crate::council::Council;

/// Returns every file with its bytes' hash, and every folder.
fn state(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    below(folder)
        .into_iter()
        .map(|name| {
            let bytes = std::fs::read(folder.join(&name)).unwrap();
            (name, Sha256::digest(bytes).to_vec())
        })
        .collect()
}

fn planned(council: &Council, arguments: &[&str]) -> String {
    let before = state(&council.path(""));
    let modified = council.path("store").metadata().and_then(|metadata| metadata.modified()).ok();
    let ran = run(council, arguments);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(state(&council.path("")), before, "a plan changes no byte");
    assert_eq!(council.path("store").metadata().and_then(|metadata| metadata.modified()).ok(), modified);
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn a_plan_says_what_would_run_change_and_be_sent_and_changes_no_byte() {
    let council = council();
    let printed = planned(&council, &["plan"]);
    assert!(!council.path("store").exists(), "no store is made for it");
    for words in [
        "source  ledger_lines: 1 to read, 0 landed",
        "model   ap_spend_by_month: to run",
        "(editions: none yet)",
        "to ap.commissioner@council.example",
    ] {
        assert!(printed.contains(words), "`{words}`: {printed}");
    }
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let printed = planned(&council, &["plan"]);
    assert!(printed.contains("nothing new (1 landed)") && !printed.contains("to run"), "{printed}");
    let changed = std::fs::read_to_string(council.path("extracts/wolver_apr_2023.csv")).unwrap();
    council.write("extracts/wolver_apr_2023.csv", changed.replace("1,500.00", "1,600.00"));
    let printed = planned(&council, &["plan", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let finance =
        value["pipelines"].as_array().unwrap().iter().find(|found| found["pipeline"] == "finance").unwrap();
    assert_eq!(finance["sources"][0]["fresh"][0], "wolver_apr_2023.csv");
}

#[test]
fn a_plan_says_what_a_look_at_the_schedules_would_start() {
    let council = council();
    council.write(
        "pipelines/finance/pipeline.toml",
        "description = \"Payments\"\nowner = \"data\"\nschedule = { cron = \"0 5 * * *\" }\n",
    );
    let at = |clock: &str| council.write("settings.toml", settings_at(clock));
    at("2026-10-05T00:00");
    assert!(run(&council, &["tick"]).status.success());
    at("2026-10-05T05:01");
    let printed = planned(&council, &["plan"]);
    assert!(printed.contains("due now: finance@2026-10-05T0500.Europe.London (would start)"), "{printed}");
    assert!(run(&council, &["tick"]).status.success());
    assert!(!planned(&council, &["plan"]).contains("due now"));
}
