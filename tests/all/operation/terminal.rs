//! What reaches a terminal: what others wrote is shown there, and nothing in it obeyed.

use std::process::Output;

use super::run;
use crate::council::Council;

/// Clears a screen, sets its title, reddens it, goes back over the line, and turns the direction of writing.
const HOSTILE: &str = "a\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{7f}\u{202e}z";
const UPN: &str = "Q336203325001";

fn hostile() -> Council {
    let council = Council::with_source(
        "files = \"*.csv\"\ndisposition = \"append\"\n[csv]\n[[columns]]\nname = \"txn\"\nfrom = \"Txn\"\ntype = \"text\"\n\
         [[columns]]\nname = \"net\"\nfrom = \"Net\"\ntype = { money = { scale = 2 } }\n",
    );
    council.write(
        "extracts/a\u{1b}[2J.csv",
        format!("Txn,Net\n{HOSTILE},1.00\nB,{HOSTILE}\n\"C\nfree row 9\",{HOSTILE}\n"),
    );
    council
}

/// Returns what was printed, of which a terminal obeys nothing.
fn printed(output: &Output) -> String {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    let acts = |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
    assert!(!text.contains(acts), "{text:?}");
    text
}

#[test]
fn cells_and_names_of_files_are_shown_and_not_obeyed() {
    let council = hostile();
    assert!(run(&council, &["run", "--all"]).status.success());
    let shown = "a\\u{1b}[2J\\u{1b}]0;x\\u{7}\\u{9b}31m\\u{7f}\\u{202e}z";
    let sql = "SELECT txn, 1 AS \"\u{1b}[2J\" FROM share.rows";
    for arguments in [
        vec!["query", sql],
        vec!["query", "--format", "table", sql],
        vec!["quarantine", "show", "share.rows"],
    ] {
        let text = printed(&run(&council, &arguments));
        assert!(text.contains(shown), "{arguments:?}: {text}");
    }
    let aside = printed(&run(&council, &["quarantine", "show", "share.rows"]));
    assert!(aside.contains("txn = C\\nfree row 9"), "a cell makes no line of its own: {aside}");
    printed(&run(&council, &["quarantine", "list"]));
    printed(&run(&council, &["history"]));
    printed(&run(&council, &["--log-format", "json", "run", "--all"]));
    printed(&run(&council, &["query", "SELECT \u{1b}[2J FROM share.rows"]));
    // Programs get the same value, by way of JSON's own escapes; data are as they are.
    for json in [&["--json", "query", sql][..], &["query", "--format", "json", sql]] {
        let rows: serde_json::Value = serde_json::from_str(&printed(&run(&council, json))).unwrap();
        assert_eq!(rows[0]["txn"], HOSTILE);
    }
    let json = printed(&run(&council, &["--json", "quarantine", "show", "share.rows"]));
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows["rows"][0]["values"]["net"], HOSTILE);
    let csv = run(&council, &["query", "--format", "csv", "SELECT txn FROM share.rows"]).stdout;
    assert!(String::from_utf8(csv).unwrap().contains(HOSTILE));
    // A file that is refused, by its name and by what it holds.
    council.write("extracts/b\u{1b}[2J.csv", "Other\u{1b}[2J,Net\nA,1.00\n");
    let refused = run(&council, &["run", "--all"]);
    assert_eq!(refused.status.code(), Some(11));
    assert!(printed(&refused).contains("b\\u{1b}[2J.csv"));
    printed(&run(&council, &["quarantine", "list"]));
}

#[test]
fn no_pupil_number_of_an_argument_is_recorded_or_printed() {
    let council = hostile();
    assert!(run(&council, &["run", "--all"]).status.success());
    let release = ["quarantine", "release", "share.rows", "--all"];
    let why = format!("she is {UPN}");
    for (more, words) in [
        (
            ["--set", "net=1.00", "--by", "Finance", "--why", &why],
            "a text without pupil numbers for `--why <TEXT>`",
        ),
        (
            ["--set", "net=1.00", "--by", UPN, "--why", "checked"],
            "a text without pupil numbers for `--by <NAME>`",
        ),
        (["--set", "txn=Q336203325001", "--by", "Finance", "--why", "x"], "a cell without pupil numbers"),
    ] {
        let output = run(&council, &[release.as_slice(), &more].concat());
        let text = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(
            text.contains(words) && text.contains("found a pupil number") && !text.contains(UPN),
            "{text}"
        );
    }
    let stored = super::below(&council.path("store"));
    let released = stored.iter().any(|name| name.contains("release"));
    assert!(!released, "{stored:?}");
}
