//! What fails in the files of a project, in its store, its secrets and its mail.

use serde_json::Value;

use super::{Case, check_all, failure, has_its_parts};
use crate::council::Council;
use crate::refusals::{FILE, council};

const AWAY: (&str, i64) = ("source_unavailable", 10);
const PROJECT: (&str, i64) = ("project", 2);
/// Writes nonsense into the first object of the store whose name begins and ends so.
fn damage(council: &Council, begins: &str, ends: &str) {
    let objects = std::sync::Arc::clone(council.open().store().objects());
    let name = objects.list(begins).unwrap().into_iter().find(|name| name.ends_with(ends)).unwrap();
    std::fs::write(council.path("store").join(name), b"nonsense").unwrap();
}

/// Adds to the settings of a council.
fn set(council: &Council, more: &str) {
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write("settings.toml", settings + more);
}

/// Makes a failure of a council whose ledger has been published and sent.
const fn of(
    name: &'static str,
    arguments: &'static [&'static str],
    make: fn(&Council),
    kind: (&'static str, i64),
    place: &'static str,
    cause: &'static str,
) -> Case {
    Case { name, arguments, make, code: kind.1, kind: kind.0, place, cause }
}

const DAMAGE: (&str, i64) = ("damage", 21);
const USAGE: (&str, i64) = ("usage", 2);
const SECRET: (&str, i64) = ("credentials", 3);
const ROWS: &[&str] = &["query", "SELECT * FROM finance.ledger_lines"];
const FINANCE: &str = "pipelines/finance/pipeline.toml";
const MODEL: &str = "pipelines/cost_review/models/ap_spend_by_month.sql";

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_fails_in_a_project_its_store_and_its_mail_has_the_same_parts() {
    let cases = [
        of(
            "a damaged table",
            ROWS,
            |to| damage(to, "snapshots/finance", ".parquet"),
            DAMAGE,
            ".parquet",
            "bytes",
        ),
        of("a damaged commit", &["tables"], |to| damage(to, "commits", "2.json"), DAMAGE, "commits/", "seal"),
        of(
            "damage that is looked for",
            &["verify"],
            |to| damage(to, "snapshots", ".parquet"),
            DAMAGE,
            ".parquet",
            "bytes",
        ),
        of(
            "a damaged landing",
            &["run", "finance"],
            |to| damage(to, "landings", "landing.json"),
            DAMAGE,
            "landing.json",
            "seal",
        ),
        of(
            "a damaged record of a run",
            &["history"],
            |to| damage(to, "runs", "started.json"),
            DAMAGE,
            "started.json",
            "expected",
        ),
        of(
            "a damaged edition",
            &["report", "list"],
            |to| damage(to, "editions", "edition.json"),
            DAMAGE,
            "edition.json",
            "seal",
        ),
        of(
            "damage that is repaired",
            &["repair"],
            |to| damage(to, "landings", ".parquet"),
            DAMAGE,
            ".parquet",
            "bytes",
        ),
        of(
            "a store that is a file",
            &["tables"],
            |to| {
                std::fs::remove_dir_all(to.path("store")).unwrap();
                to.write("store", "");
            },
            ("store", 20),
            "store",
            "",
        ),
        of(
            "text that is not UTF-8",
            &["check"],
            |to| {
                to.write(FINANCE, b"\xff\xfe");
            },
            PROJECT,
            FINANCE,
            "utf-8",
        ),
        of(
            "settings that are a folder",
            &["check"],
            |to| {
                to.remove("settings.toml");
                std::fs::create_dir(to.path("settings.toml")).unwrap();
            },
            PROJECT,
            "settings.toml",
            "directory",
        ),
        of(
            "TOML that is none",
            &["run", "finance"],
            |to| {
                to.write(FINANCE, "owner = = 1\n");
            },
            PROJECT,
            FINANCE,
            "",
        ),
        of(
            "a folder without its file",
            &["check"],
            |to| {
                to.write("pipelines/other/a.txt", "");
            },
            PROJECT,
            "pipelines/other",
            "",
        ),
        of(
            "a seed of ragged rows",
            &["check"],
            |to| {
                to.write("pipelines/finance/seeds/s.csv", "a,b\n1\n");
            },
            PROJECT,
            "s.csv:2:1",
            "",
        ),
        of(
            "a layout that is not UTF-8",
            &["check"],
            |to| {
                to.write("report-templates/_layout/email.css", b"\xff");
            },
            PROJECT,
            "email.css",
            "utf-8",
        ),
        of(
            "a template that cannot be read",
            &["check"],
            |to| {
                to.write("report-templates/cost_review/report.md.hbs", "{{#if a}}");
            },
            PROJECT,
            "report-templates/cost_review/report.",
            "",
        ),
        of(
            "two ways for mail",
            &["report", "send", "cost_review"],
            |to| set(to, "[mail.smtp]\nhost = \"localhost\"\n"),
            SECRET,
            "settings.toml",
            "",
        ),
        of(
            "no password of the mail server",
            &["report", "send", "cost_review"],
            |to| {
                let settings = std::fs::read_to_string(to.path("settings.toml")).unwrap();
                let smtp = "[mail.smtp]\nhost = \"localhost\"\nauth = { plain = { user = \"ap\", password_file = \"gone\" } }\n";
                to.write("settings.toml", settings.replace("folder = { path = \"./mail\" }\n", "") + smtp);
            },
            SECRET,
            "gone",
            "No such file",
        ),
        of(
            "nothing to approve",
            &["report", "approve", "cost_review", "--by", "a"],
            |_| {},
            USAGE,
            "cost_review",
            "",
        ),
        of("nothing to send again", &["report", "resend", "cost_review"], |_| {}, USAGE, "cost_review", ""),
        of(
            "nobody to correct",
            &["report", "correct", "cost_review", "--by", "a", "--reason", "b"],
            |_| {},
            USAGE,
            "cost_review",
            "",
        ),
        of(
            "a file of checks in no folder",
            &["test", "--junit", "/gone/file.xml"],
            |_| {},
            USAGE,
            "/gone/file.xml",
            "No such file",
        ),
        of(
            "an answer in no folder",
            &["query", "SELECT 1", "--out", "/gone/file.csv"],
            |_| {},
            USAGE,
            "/gone/file.csv",
            "No such file",
        ),
        of(
            "a demo in a file",
            &["demo", "--dir", "/dev/null/demo"],
            |_| {},
            USAGE,
            "/dev/null/demo",
            "directory",
        ),
        of("a project in a file", &["init", "/dev/null/project"], |_| {}, USAGE, "/dev/null", "directory"),
        of(
            "schemas in a file",
            &["schema", "--into", "/dev/null/schemas"],
            |_| {},
            USAGE,
            "/dev/null",
            "directory",
        ),
        of(
            "an address that is not ours",
            &["serve", "--metrics-listen", "192.0.2.1:9"],
            |_| {},
            USAGE,
            "192.0.2.1:9",
            "ddress",
        ),
        of(
            "SQL that has no other words",
            &["query", "SELECT nth_value(1) FROM finance.ledger_lines"],
            |_| {},
            USAGE,
            "query",
            "nth_value",
        ),
        of(
            "a regular expression that is none",
            &["query", "SELECT regexp_like('a', '(')"],
            |_| {},
            USAGE,
            "query",
            "unclosed group",
        ),
        of(
            "a schedule that is none",
            &["check"],
            |to| {
                to.write(FINANCE, "description = \"a\"\nowner = \"data\"\nschedule = \"0 0 31 2 x\"\n");
            },
            PROJECT,
            FINANCE,
            "",
        ),
        of(
            "a check that fails",
            &["run", "cost_review"],
            |to| {
                let check = "pipelines/cost_review/checks/nothing_is_paid.sql";
                to.write(check, "SELECT * FROM finance.ledger_lines\n");
            },
            ("gate", 12),
            "cost_review",
            "",
        ),
        of(
            "a connection that is not there",
            &["run", "finance"],
            |to| {
                let settings = std::fs::read_to_string(to.path("settings.toml")).unwrap();
                to.write(
                    "settings.toml",
                    settings.replace("[connections.finance_share]", "[connections.finance_shared]"),
                );
            },
            PROJECT,
            "pipelines/finance/sources/ledger_lines.toml",
            "",
        ),
        of(
            "a ledger that was put back",
            &["run", "finance"],
            |to| {
                to.remove(FILE);
            },
            AWAY,
            "extracts",
            "",
        ),
    ];
    check_all(&cases, council);
}

#[test]
fn check_and_run_say_the_same_of_the_same_fault_of_sql() {
    for (sql, what) in [
        ("SELECT * FROM finance.ledger_lins", "expected the name of a table"),
        ("SELECT amout FROM finance.ledger_lines", "expected the name of a column"),
        ("SELECT amount + supplier_id AS a FROM finance.ledger_lines", "expected"),
        ("SELECT nth_value(amount) AS a FROM finance.ledger_lines", "expected"),
        ("SELECT * FROM cost_review.ap_spend_by_month", "these models read each other in a circle"),
        ("SELECT * FROM ap_spend_by_month", "these models read each other in a circle"),
        ("SELEC 1", "expected an SQL statement"),
    ] {
        let council = council();
        council.write(MODEL, sql);
        let said: Vec<Value> = [&["check"] as &[&str], &["run", "cost_review"]]
            .into_iter()
            .map(|arguments| {
                let error = failure(&council, sql, arguments, 2);
                has_its_parts(sql, &error);
                serde_json::json!([
                    error["what"],
                    error["place"],
                    error["help"],
                    error["cause"],
                    error["kind"]
                ])
            })
            .collect();
        assert!(said[0][0].as_str().unwrap().starts_with(what), "{sql}: {}", said[0]);
        assert_eq!(said[0], said[1], "{sql}");
    }
}
