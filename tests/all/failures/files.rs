//! Files and databases that cannot be read, patterns that no file fits, and what `quarantine list` says of them.

use serde_json::Value;

use super::{Case, check_all, failure, has_its_parts};
use crate::council::Council;
use crate::exits::run;

/// The contract of a source of which nothing else matters.
const CONTRACT: &str = "files = \"a.csv\"\n[[columns]]\nname = \"id\"\nfrom = \"ID\"\ntype = \"text\"\n";

const REJECTED: (&str, i64) = ("source_rejected", 11);
const AWAY: (&str, i64) = ("source_unavailable", 10);
const PROJECT: (&str, i64) = ("project", 2);

/// Makes a failure of `run share` for a file of one source.
const fn of_file(
    name: &'static str,
    make: fn(&Council),
    kind: (&'static str, i64),
    place: &'static str,
    cause: &'static str,
) -> Case {
    Case { name, arguments: &["run", "share"], make, code: kind.1, kind: kind.0, place, cause }
}

/// Writes the contract of a file, with what says how it is laid out.
fn file(council: &Council, name: &str, layout: &str, bytes: &[u8]) {
    let columns = "[[columns]]\nname = \"id\"\nfrom = \"ID\"\ntype = \"text\"\n";
    council.contract(&format!("files = \"{name}\"\n{layout}\n{columns}"));
    council.write(&format!("extracts/{}", name.split('/').next().unwrap()), bytes);
}

/// Writes the contract of a query of a SQLite database, and the database.
fn database(council: &Council, sql: &str, bytes: Option<&[u8]>) {
    council.contract("[[columns]]\nname = \"id\"\nfrom = \"ID\"\ntype = \"text\"\n");
    council.write("pipelines/share/sources/rows.sql", sql);
    let settings =
        "fixed_clock = \"2025-10-06T06:00\"\n[connections.share]\nsqlite = { path = \"cases.db\" }\n";
    council.write("settings.toml", settings);
    if let Some(bytes) = bytes {
        council.write("cases.db", bytes);
        return;
    }
    let _new = std::fs::remove_file(council.path("cases.db"));
    let database = rusqlite::Connection::open(council.path("cases.db")).unwrap();
    database.execute_batch("CREATE TABLE t (ID TEXT); INSERT INTO t VALUES ('1')").unwrap();
}

fn zip() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("a.csv", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut archive, b"ID\n1\n").unwrap();
    archive.finish().unwrap().into_inner()
}

/// Returns a ZIP archive whose directory is not one.
fn broken_zip() -> Vec<u8> {
    let mut bytes = zip();
    let directory = bytes.windows(4).position(|sign| sign == b"PK\x01\x02").unwrap();
    bytes[directory..directory + 4].copy_from_slice(b"PKPK");
    bytes
}

const SHEET: &str = "[workbook]\nsheet = \"*\"";

#[test]
fn a_file_that_cannot_be_read_is_named_and_what_its_parser_says_is_the_cause() {
    let cases = [
        of_file("no folder", |_| {}, AWAY, "extracts", "no such folder"),
        of_file(
            "no file",
            |to| {
                to.write("extracts/b.csv", "");
            },
            AWAY,
            "extracts",
            "",
        ),
        of_file("an empty file", |to| file(to, "a.csv", "", b""), REJECTED, "a.csv", ""),
        of_file("an open quote", |to| file(to, "a.csv", "", b"ID\n\"1\n"), REJECTED, "a.csv row 2", ""),
        of_file("a zero byte", |to| file(to, "a.csv", "", b"ID\n\0\n"), REJECTED, "a.csv", ""),
        of_file("another encoding", |to| file(to, "a.csv", "", b"ID\n\xa3\n"), REJECTED, "a.csv row 2", ""),
        of_file("no header", |to| file(to, "a.csv", "", b"NO\n1\n"), REJECTED, "a.csv", ""),
        of_file("a PDF", |to| file(to, "a.csv", "", b"%PDF-1.7\n"), REJECTED, "a.csv", ""),
        of_file(
            "no JSON",
            |to| file(to, "a.json", "[json]", b"[{\"ID\": 1,,}]"),
            REJECTED,
            "a.json line 1 column",
            "",
        ),
        of_file(
            "no XML",
            |to| file(to, "a.xml", "[xml]\nrows = \"all/one\"", b"<all><one></all>"),
            REJECTED,
            "a.xml line 1",
            "",
        ),
        of_file(
            "no gzip",
            |to| file(to, "a.csv.gz", "", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff"),
            REJECTED,
            "a.csv.gz",
            "deflate",
        ),
        of_file(
            "a broken ZIP",
            |to| file(to, "a.zip/*.csv", "", &broken_zip()),
            REJECTED,
            "a.zip",
            "invalid Zip archive",
        ),
        of_file("a cut ZIP", |to| file(to, "a.zip/*.csv", "", &zip()[..40]), REJECTED, "a.zip", ""),
        of_file(
            "a broken XLSX",
            |to| file(to, "a.xlsx", SHEET, &broken_zip()),
            REJECTED,
            "a.xlsx",
            "invalid Zip archive",
        ),
        of_file("no workbook", |to| file(to, "a.xlsx", SHEET, &zip()), REJECTED, "a.xlsx", ""),
        of_file(
            "a broken XLS",
            |to| {
                file(
                    to,
                    "a.xls",
                    SHEET,
                    &[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[7; 600]].concat(),
                );
            },
            REJECTED,
            "a.xls",
            "Cfb",
        ),
        of_file(
            "broken Parquet",
            |to| file(to, "a.parquet", "", b"PAR1 and no more of it PAR1"),
            REJECTED,
            "a.parquet",
            "arquet",
        ),
        of_file(
            "no database",
            |to| database(to, "SELECT ID FROM t", Some(&[0x42; 4096])),
            REJECTED,
            "cases.db",
            "file is not a database",
        ),
        of_file(
            "a damaged database",
            |to| {
                database(to, "SELECT ID FROM t", None);
                let mut bytes = std::fs::read(to.path("cases.db")).unwrap();
                bytes[4096..].fill(0xee);
                to.write("cases.db", bytes);
            },
            REJECTED,
            "cases.db",
            "malformed",
        ),
        of_file(
            "a column that is not in the database",
            |to| database(to, "SELECT IDD FROM t", None),
            PROJECT,
            "sources/rows.sql:1:8",
            "no such column",
        ),
        of_file(
            "a query that would write",
            |to| database(to, "DELETE FROM t", None),
            PROJECT,
            "sources/rows.sql",
            "change the database",
        ),
        of_file(
            "a database that is away",
            |to| {
                database(to, "SELECT ID FROM t", None);
                to.remove("cases.db");
            },
            AWAY,
            "cases.db",
            "No such file",
        ),
    ];
    check_all(&cases, || Council::with_source(CONTRACT));
}

#[test]
fn a_pattern_that_no_file_can_fit_is_a_fault_of_the_contract() {
    for pattern in [
        "a/../b.csv",
        "/srv/*.csv",
        "a\\\\b.csv",
        "a//b.csv",
        "q[1-4.csv",
        "q[4-1].csv",
        ".hidden.csv",
        "b/",
        "**",
    ] {
        let council = Council::with_source("");
        file(&council, "a.csv", "", b"ID\n1\n");
        let contract = std::fs::read_to_string(council.path("pipelines/share/sources/rows.toml")).unwrap();
        council.write("pipelines/share/sources/rows.toml", contract.replace("a.csv", pattern));
        let mut said = Vec::new();
        for arguments in [&["check"] as &[&str], &["run", "share"]] {
            let error = failure(&council, pattern, arguments, 2);
            has_its_parts(pattern, &error);
            assert!(
                error["place"].as_str().unwrap().starts_with("pipelines/share/sources/rows.toml:3:"),
                "{error:#}"
            );
            said.push((error["what"].clone(), error["help"].clone()));
        }
        assert_eq!(said[0], said[1], "{pattern}: `check` and `run` say the same");
    }
}

#[test]
fn every_refusal_of_a_run_is_listed() {
    let council = Council::with_source("");
    file(&council, "a.csv", "", b"ID\n\"1\n");
    let contract = std::fs::read_to_string(council.path("pipelines/share/sources/rows.toml")).unwrap();
    council.write("pipelines/share/sources/more.toml", contract.replace("a.csv", "b.csv"));
    council.write("extracts/b.csv", "");
    let error = failure(&council, "two refusals", &["run", "share"], 11);
    has_its_parts("two refusals", &error);
    let printed = run(&council, &["--json", "quarantine", "list"]);
    let value: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let listed = |field: &str| -> Vec<String> {
        value["refused"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one[field].as_str().unwrap().to_owned())
            .collect()
    };
    let (mut sources, mut places) = (listed("source"), listed("place"));
    sources.sort();
    places.sort();
    assert_eq!(sources, ["share.more", "share.rows"], "{value:#}");
    assert_eq!(places, ["a.csv row 2", "b.csv"], "{value:#}");
    let text = String::from_utf8(run(&council, &["quarantine", "list"]).stdout).unwrap();
    assert!(text.contains("a.csv row 2: a quote is opened") && text.contains("b.csv"), "{text}");
    let one = run(&council, &["--json", "quarantine", "list", "share.more"]);
    let value: Value = serde_json::from_slice(&one.stdout).unwrap();
    assert_eq!(value["refused"].as_array().map(Vec::len), Some(1), "{value:#}");
}
