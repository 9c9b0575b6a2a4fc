//! Editions of a period that runs: what they may say, and what they may not.

use std::path::Path;
use std::process::Command;

/// Runs the program in the demo's folder.
fn sufficiency(demo: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .arg("--project")
        .arg(demo)
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    said.into_owned()
}

/// Returns the sentences of a letter, whatever lines they are broken over.
fn sentences(letter: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in letter.split("\n\n") {
        let words = part.split_whitespace().collect::<Vec<_>>().join(" ");
        found.extend(words.split(". ").map(str::to_owned));
    }
    found
}

#[test]
fn no_sentence_of_a_running_edition_tells_the_year_as_finished() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path();
    let made = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .args(["demo", "--pupils", "2000", "--years", "2", "--dir"])
        .arg(demo)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // The same data, as on a day of spring: what came later is in the extracts, and is not to be reported.
    let settings = demo.join("settings.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replacen("2026-10-05T06:00", "2026-03-11T06:00", 1)).unwrap();
    let reports = ["cost_review", "needs_assessment", "provision_gap"];
    sufficiency(demo, &[&["run"][..], &reports, &["--period", "running"]].concat());

    for (report, period, before) in [
        ("cost_review", "fy2025-26-to-2026-02", "2024/25"),
        ("needs_assessment", "ay2025-26-to-2026-02", "2024/25"),
        ("provision_gap", "ay2025-26-to-2026-02", "2024/25"),
    ] {
        let edition = demo.join(format!("store/editions/{report}/{period}/{report}-{period}-r1"));
        let letter = std::fs::read_to_string(edition.join("email.txt"))
            .unwrap_or_else(|error| panic!("{}: {error}", edition.display()));
        assert!(letter.contains("2025/26 so far, to 28 February 2026"), "{letter}");
        let mut reported = 0;
        for sentence in sentences(&letter) {
            let sentence = sentence.as_str();
            // The year is named as one that runs, and the year before at the same point only.
            let of_the_year = sentence.matches("2025/26").count();
            let so_far = sentence.matches("2025/26 so far").count();
            assert_eq!(of_the_year, so_far, "{report}: {sentence}");
            for (at, _) in sentence.match_indices(before) {
                let until = sentence.get(..at).unwrap_or_default();
                let named = ["at the same point of ", "on the same point of "];
                assert!(named.iter().any(|words| until.ends_with(words)), "{report}: {sentence}");
            }
            for word in ["in a year", "outturn", "Outturn", "[x]", "no figure", "— of", "per year"] {
                assert!(!sentence.contains(word), "{report} says `{word}`: {sentence}");
            }
            reported += usize::from(so_far > 0 || sentence.contains("so far"));
        }
        assert!(reported >= 3, "{report} says nothing of a period so far: {letter}");
        let html = std::fs::read_to_string(edition.join("email.html")).unwrap();
        assert!(html.contains("2025/26 so far, to 28 February 2026"));
    }

    // The gates of such an edition are asked again before it is sent, as those of a whole period are.
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text.replacen("2026-03-11T06:00", "2027-05-11T06:00", 1)).unwrap();
    let edition = "cost_review-fy2025-26-to-2026-02-r1";
    let sent = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .arg("--project")
        .arg(demo)
        .args(["report", "send", "cost_review", edition, "--by", "head.of.service", "--late"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&sent.stderr);
    assert_eq!(sent.status.code(), Some(43), "{said}");
    assert!(said.contains("days old"), "{said}");
}
