//! Editions of a period that runs: what they may say, and what they may not.

use std::path::Path;
use std::process::Command;

use crate::council::{Council, copy};
use crate::email;

/// A ledger of one line, in the financial year 2023-24.
const LEDGER: &str = "\
,Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T)
INSERTED DETAIL,700001,Provider One,\"1,500.00\",R5037,AP,12/04/2023,1001,Education,AP
";

const SETTINGS: &str = "\
fixed_clock = \"2024-04-15T06:00\"
[connections.finance_share]
folder = { path = \"extracts\" }
[mail]
from = \"AP commissioning <ap.reports@council.example>\"
folder = { path = \"./mail\" }
allow_domains = [\"council.example\"]
";

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
    copy(email::demo(), demo);
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

    // The Forum's edition is cut at August, whose ledger is closed when it meets, beside the last finished year.
    sufficiency(demo, &["run", "cost_review", "--report", "schools_forum"]);
    let period = "fy2025-26-to-2025-08";
    let edition = format!("store/editions/schools_forum/{period}/schools_forum-{period}-r1/email.txt");
    let letter = std::fs::read_to_string(demo.join(edition)).unwrap();
    let words = letter.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("2025/26 so far, to 31 August 2025"), "{letter}");
    assert!(words.contains("2024/25 ended "), "{letter}");

    // What they show is what the source tables say, this year and the year before up to the same day or month.
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/so_far.py");
    let computed = Command::new("python3").arg(script).arg(demo).output().unwrap();
    let found = String::from_utf8_lossy(&computed.stdout) + String::from_utf8_lossy(&computed.stderr);
    assert!(computed.status.success() && found.ends_with("0 differ\n"), "{found}");
    for table in [
        "budget_so_far",
        "months_so_far",
        "exclusions_so_far",
        "suspensions_so_far",
        "home_education_so_far",
        "places_so_far",
    ] {
        assert!(found.contains(&format!("{table}: ")), "{table} is not computed again: {found}");
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
    assert_eq!(sent.status.code(), Some(12), "{said}");
    assert!(said.contains("days old"), "{said}");
}

#[test]
fn a_report_without_its_headline_figure_is_held_and_says_what_is_behind_it_and_what_to_do() {
    // The ledger holds the year that was closed in April 2024, and the machine's clock stands two years later.
    let council = Council::of("payments");
    council
        .write("extracts/wolver_apr_2023.csv", LEDGER)
        .write("settings.toml", SETTINGS.replace("2024-04-15", "2026-10-05"));
    let held = council.failure();
    assert_eq!(held.code(), 43, "{held}");
    let said = held.to_string();
    for words in [
        "there is no figure of 2025/26 for the headline, the key figure \"paid on account R5037\"",
        "behind it: `finance.ledger_lines` (0 days old)",
        "`sufficiency run cost_review --period 2023-24`",
    ] {
        assert!(said.contains(words), "`{words}`: {said}");
    }
    assert!(council.emails().is_empty(), "nothing is sent of it");
    // What it says helps.
    sufficiency(&council.path(""), &["run", "cost_review", "--period", "2023-24"]);
    assert!(council.path("store/editions/cost_review/fy2023-24").is_dir());
    assert!(!council.path("store/editions/cost_review/fy2025-26").exists());

    // In its own year the same ledger is reported.
    let council = Council::of("payments");
    council.write("extracts/wolver_apr_2023.csv", LEDGER).write("settings.toml", SETTINGS);
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
}
