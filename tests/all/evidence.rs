//! What an edition was made from is on record, can be taken away and checked, and makes the same edition again.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::council::Council;

const LEDGER: &str = "\
,Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T)
INSERTED DETAIL,700001,Provider One,\"1,500.00\",R5037,AP,12/04/2023,1001,Education,AP
";
/// Returns the lines of a correction: too many to say what became of a few.
fn later() -> String {
    let line = |number: u32| {
        format!(
            "INSERTED DETAIL,7000{number:02},Provider {number},\"2,{number:03}.50\",R5037,AP,19/04/2023,10{number:02},\
             Education,AP\n"
        )
    };
    (2..12).map(line).collect()
}

const SETTINGS: &str = "\
fixed_clock = \"2024-04-15T06:00\"
[connections.finance_share]
folder = { path = \"extracts\" }
[mail]
from = \"AP commissioning <ap.reports@council.example>\"
folder = { path = \"./mail\" }
allow_domains = [\"council.example\"]
";

const FIRST: &str = "cost_review-fy2023-24-r1";

fn council() -> Council {
    let council = Council::of("payments");
    council.write("extracts/wolver_apr_2023.csv", LEDGER).write("settings.toml", SETTINGS);
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    council
}

/// Runs the program in `folder`, and returns its exit code and what it prints.
fn said(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_sufficiency")).current_dir(folder).args(arguments).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), printed.into_owned())
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
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
fn an_edition_names_the_bytes_of_its_extracts_its_queries_and_its_documents() {
    let council = council();
    let folder = council.path("store/editions/cost_review/fy2023-24").join(FIRST);
    let evidence = json(&folder.join("evidence.json"));
    let landing = &evidence["sources"][0]["landings"][0];
    assert_eq!(evidence["sources"][0]["source"], "finance.ledger_lines");
    assert_eq!(landing["file"]["sha256"], sum(LEDGER.as_bytes()), "{landing:#}");
    assert_eq!(landing["counts"]["read"], 1);
    assert_eq!(landing["money"]["amount"]["published"], "150000");
    let sql = "pipelines/cost_review/models/ap_spend_by_month.sql";
    assert_eq!(evidence["models"]["cost_review.ap_spend_by_month"]["sql"], sql);
    assert_eq!(evidence["files"][sql], sum(&std::fs::read(council.path(sql)).unwrap()));
    for name in ["sufficiency.toml", "pipelines/finance/sources/ledger_lines.toml"] {
        assert_eq!(evidence["files"][name], sum(&std::fs::read(council.path(name)).unwrap()), "{name}");
    }
    let documents = evidence["documents"].as_object().unwrap();
    assert!(documents.contains_key("email.html") && documents.len() > 3, "{documents:?}");
    for (name, document) in documents {
        assert_eq!(document["sha256"], sum(&std::fs::read(folder.join(name)).unwrap()), "{name}");
    }
    assert_eq!(evidence["publications"][0]["pipeline"], "finance");
    let (code, printed) = said(&council.path(""), &["verify", FIRST]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("It rests on 1 landing and 1 model."), "{printed}");
}

#[test]
fn an_edition_is_made_again_byte_for_byte_whatever_has_come_since() {
    let council = council();
    let root = council.path("");
    // A correction has come since, and a revision was made of it.
    council.write("extracts/wolver_apr_2023.csv", format!("{LEDGER}{}", later()));
    let (code, printed) = said(&root, &["run", "--all"]);
    assert_eq!(code, 0, "{printed}");
    for edition in [FIRST, "cost_review-fy2023-24-r2"] {
        let before = files(&council.path("store"));
        let (code, printed) = said(&root, &["replay", edition]);
        assert_eq!(code, 0, "{edition}: {printed}");
        assert!(
            printed.contains("1 publication made again") && printed.contains("byte for byte"),
            "{printed}"
        );
        assert_eq!(files(&council.path("store")), before, "nothing is added to the store");
    }
    // From another query nothing is made: the file is named.
    let sql = "pipelines/cost_review/models/ap_spend_by_month.sql";
    let as_it_was = std::fs::read_to_string(council.path(sql)).unwrap();
    council.write(sql, format!("{as_it_was}\n-- another one\n"));
    let (code, printed) = said(&root, &["replay", FIRST]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains(sql) && printed.contains("other files than the project has now"), "{printed}");
    council.write(sql, as_it_was);
    // A document that was changed together with its record is found by making it again.
    let folder = council.path("store/editions/cost_review/fy2023-24").join(FIRST);
    std::fs::remove_file(folder.join("edition.json")).unwrap();
    let (code, printed) = said(&root, &["replay", FIRST]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("no edition `cost_review-fy2023-24-r1`"), "{printed}");
}

#[test]
fn a_document_that_is_not_what_is_made_again_is_named() {
    let council = council();
    let folder = council.path("store/editions/cost_review/fy2023-24").join(FIRST);
    // Whoever changes a document can seal it again; the landings say what it must be.
    let page = std::fs::read_to_string(folder.join("email.html")).unwrap().replace("1,500", "9,500");
    std::fs::write(folder.join("email.html"), &page).unwrap();
    let record = std::fs::read_to_string(folder.join("edition.json")).unwrap();
    let mut record: serde_json::Value = serde_json::from_str(&record).unwrap();
    record.as_object_mut().unwrap().remove("seal");
    record["files"]["email.html"] = sum(page.as_bytes()).into();
    std::fs::write(folder.join("edition.json"), serde_json::to_vec(&record).unwrap()).unwrap();
    let out = council.path("again");
    let (code, printed) = said(&council.path(""), &["replay", FIRST, "--out", out.to_str().unwrap()]);
    assert_eq!(code, 12, "{printed}");
    assert!(printed.contains("different  email.html"), "{printed}");
    assert!(std::fs::read_to_string(out.join("email.html")).unwrap().contains("1,500"));
    // And so does its evidence, without making it again.
    let (code, printed) = said(&council.path(""), &["verify", FIRST]);
    assert_eq!(code, 21, "{printed}");
    assert!(printed.contains("it is the evidence of another edition"), "{printed}");
}

#[test]
fn a_pack_is_checked_where_no_project_is_and_every_changed_byte_is_found() {
    let council = council();
    let away = tempfile::tempdir().unwrap();
    let pack = away.path().join("pack");
    let to = pack.to_str().unwrap();
    let (code, printed) = said(&council.path(""), &["report", "evidence", "cost_review", "--out", to]);
    assert_eq!(code, 0, "{printed}");
    let (code, printed) = said(away.path(), &["verify", "pack"]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("1 delivery, 1 message") && printed.contains("SHA256SUMS"), "{printed}");
    let mut sums = Command::new("sha256sum");
    sums.args(["--check", "--strict", "--quiet", "SHA256SUMS"]).current_dir(&pack);
    assert!(sums.status().unwrap().success(), "other people's tools read the sums");

    for path in files(&pack) {
        let whole = std::fs::read(&path).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            let (code, printed) = said(away.path(), &["verify", "pack"]);
            assert_eq!(code, 21, "byte {at} of {}: {printed}", path.display());
        }
        std::fs::remove_file(&path).unwrap();
        let (code, printed) = said(away.path(), &["verify", "pack"]);
        assert_ne!(code, 0, "{} is gone: {printed}", path.display());
        std::fs::write(&path, whole).unwrap();
    }
    std::fs::write(pack.join("another"), b"").unwrap();
    let (code, printed) = said(away.path(), &["verify", "pack"]);
    assert_eq!(code, 21, "{printed}");
    assert!(printed.contains("another: SHA256SUMS does not name it"), "{printed}");
    // A pack goes into a folder of its own.
    let (code, printed) = said(&council.path(""), &["report", "evidence", "cost_review", "--out", to]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("not empty"), "{printed}");
}

#[test]
fn p9_the_record_of_a_run_that_was_changed_or_taken_away_is_found() {
    let council = council();
    let root = council.path("");
    let (code, printed) = said(&root, &["verify"]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("2 entries of the audit log"), "{printed}");
    for name in ["runs/000001/finished.json", "runs/000002/started.json", "audit/00000001.json"] {
        let path = council.path("store").join(name);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, [whole.as_slice(), b" "].concat()).unwrap();
        let (code, printed) = said(&root, &["verify"]);
        assert_eq!(code, 21, "{name}: {printed}");
        std::fs::remove_file(&path).unwrap();
        let (code, printed) = said(&root, &["verify"]);
        assert_eq!(code, 21, "{name} is gone: {printed}");
        std::fs::write(&path, whole).unwrap();
    }
}
