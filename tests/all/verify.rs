//! `verify` reads what was made and sent as well as what was published.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::council::Council;

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

/// Runs `verify`, and returns its exit code and what it prints.
fn verified(council: &Council) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .arg("--project")
        .arg(council.path(""))
        .arg("verify")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), printed.into_owned())
}

/// Returns every file below a folder, in the order of names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn an_edition_a_message_or_a_record_of_the_outbox_that_was_changed_is_named() {
    let council = Council::of("payments");
    council.write("extracts/wolver_apr_2023.csv", LEDGER).write("settings.toml", SETTINGS);
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let (code, printed) = verified(&council);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("1 edition of ") && printed.contains("1 delivery, 1 message\n"), "{printed}");

    let store = council.path("store");
    let all = files(&store.join("editions"));
    let ending = |end: &str| all.iter().find(|path| path.to_string_lossy().ends_with(end)).unwrap().clone();
    let record = files(&store.join("outbox")).into_iter().find(|path| path.ends_with("000001.json")).unwrap();
    let folder = record.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let changes: [(PathBuf, Option<&[u8]>, String); 6] = [
        (ending("email.html"), Some(b"<p>another page</p>"), "email.html: its sha256 is not".to_owned()),
        (ending(".xlsx"), None, ".xlsx: it is not there".to_owned()),
        (ending("edition.json"), Some(b"{"), "edition.json: ".to_owned()),
        (
            ending("edition.json"),
            None,
            "edition.json: it is not there, and the record of what the edition showed is".to_owned(),
        ),
        (
            ending(".eml"),
            Some(b"Subject: another\r\n\r\n"),
            ".eml: the message is not there, or is not".to_owned(),
        ),
        (record, None, format!("{folder}: a record before ")),
    ];
    for (path, changed, expected) in changes {
        let before = std::fs::read(&path).unwrap();
        match changed {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let (code, printed) = verified(&council);
        assert_eq!(code, Some(21), "{}: {printed}", path.display());
        assert!(
            printed.lines().any(|line| line.starts_with("damaged ") && line.contains(&expected)),
            "{printed}"
        );
        assert!(printed.contains("`sufficiency repair` restores it where it can"), "{printed}");
        std::fs::write(&path, before).unwrap();
        assert_eq!(verified(&council).0, Some(0), "{} is as it was", path.display());
    }
}
