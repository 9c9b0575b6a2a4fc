//! Why a command failed is the same to people and to programs: kind, code, place and help.

use std::process::{Command, Output};

use serde_json::Value;

use crate::council::Council;
use crate::refusals::{FILE, LEDGER, council};

/// A command that fails, and the kind and the code that it fails with.
struct Case<'a> {
    arguments: &'a [&'a str],
    kind: &'a str,
    code: i32,
    /// What the place names, where there is one.
    place: Option<&'a str>,
    /// What the help says, where that matters.
    help: Option<&'a str>,
}

pub(crate) fn run(council: &Council, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    command.arg("--project").arg(council.path("")).args(arguments).output().unwrap()
}

/// Returns `text` in words, without the bars and spaces of a drawing, and without back ticks.
fn words(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter == '|' || letter == '`')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Checks that what a program reads of a failure and of those behind it is in the text for people.
pub(crate) fn agrees(error: &Value, text: &str, arguments: &[&str]) {
    let shown = words(text);
    for field in ["what", "place", "kept", "cause", "help"] {
        for line in error[field].as_str().into_iter().flat_map(str::lines) {
            assert!(shown.contains(&words(line)), "{arguments:?}: {field} `{line}` is not in: {text}");
        }
    }
    for note in error["notes"].as_array().into_iter().flatten() {
        assert!(shown.contains(&words(note.as_str().unwrap())), "{arguments:?}: {note} is not in: {text}");
    }
    for other in error["others"].as_array().into_iter().flatten() {
        agrees(other, text, arguments);
    }
}

fn check(council: &Council, case: &Case<'_>) {
    let (arguments, kind, code) = (case.arguments, case.kind, case.code);
    let json = run(council, &[&["--json"][..], arguments].concat());
    let text = run(council, arguments);
    let shown = String::from_utf8(text.stderr).unwrap();
    assert_eq!((text.status.code(), json.status.code()), (Some(code), Some(code)), "{arguments:?}: {shown}");
    let value: Value = serde_json::from_slice(&json.stdout).unwrap_or_else(|_| {
        panic!("{arguments:?}: {}", String::from_utf8_lossy(&json.stdout));
    });
    let error = &value["error"];
    assert_eq!(
        (error["kind"].as_str(), error["code"].as_i64(), value["code"].as_i64()),
        (Some(kind), Some(code.into()), Some(code.into())),
        "{arguments:?}: {value:#}"
    );
    let holds = |field: &str, part: Option<&str>| {
        let found = error[field].as_str();
        let fits = part.map_or(found.is_none(), |part| found.is_some_and(|found| found.contains(part)));
        assert!(fits, "{arguments:?}: expected {field} {part:?}, found {found:?}");
    };
    holds("place", case.place);
    if case.help.is_some() {
        holds("help", case.help);
    }
    assert!(error["help"].as_str().is_some_and(|help| !help.is_empty()), "{arguments:?}: {value:#}");
    assert!(shown.contains("error: "), "{arguments:?}: {shown}");
    agrees(error, &shown, arguments);
}

fn usage<'a>(arguments: &'a [&'a str], place: Option<&'a str>, help: &'a str) -> Case<'a> {
    Case { arguments, kind: "usage", code: 2, place, help: Some(help) }
}

fn project<'a>(arguments: &'a [&'a str], place: &'a str, help: &'a str) -> Case<'a> {
    Case { arguments, kind: "project", code: 2, place: Some(place), help: Some(help) }
}

const FINANCE: &str = "there are `cost_review` and `finance`";

#[test]
fn a_name_that_was_mistyped_is_a_fault_of_usage_with_the_nearest_and_with_all_of_them() {
    let council = council();
    for arguments in
        [&["run", "finanse"] as &[&str], &["plan", "finanse"], &["quarantine", "list", "finanse"]]
    {
        let nearest = format!("did you mean `finance`?\n{FINANCE}");
        check(&council, &usage(arguments, None, &nearest));
    }
    for verb in ["status", "preview", "send"] {
        check(&council, &usage(&["report", verb, "cost_reviw"], None, "did you mean `cost_review`?"));
    }
    let edition = &["report", "preview", "cost_review", "cost_review-fy2023-24-r7"];
    check(&council, &usage(edition, Some("cost_review"), "did you mean `cost_review-fy2023-24"));
    check(
        &council,
        &usage(&["describe", "finance.ledger_line"], None, "did you mean `finance.ledger_lines`?"),
    );
    check(&council, &usage(&["describe", "ledger"], None, "there are `cost_review.ap_spend_by_month`"));
    check(
        &council,
        &usage(&["quarantine", "show", "finance.lines"], Some("finance"), "there is `finance.ledger_lines`"),
    );
    check(&council, &usage(&["describe", "finance.zz"], None, "there is `finance.ledger_lines`"));
    check(&council, &usage(&["show", "999999"], None, "`sufficiency history`"));
    check(&council, &usage(&["history", "finanse"], None, &format!("did you mean `finance`?\n{FINANCE}")));
    check(&council, &usage(&["test", "finance.zz"], None, "there are `cost_review` and "));
    check(
        &council,
        &usage(&["quarantine", "show", "ledger_lines"], None, "did you mean `finance.ledger_lines`?"),
    );
    check(&council, &usage(&["quarantine", "show", "zz"], None, "there is `finance.ledger_lines`"));
    check(
        &council,
        &usage(&["report", "correct", "zz", "--by", "a", "--reason", "b"], None, "there is `cost_review`"),
    );
    check(&council, &usage(&["schedule", "next", "finanse"], None, "there is"));
    let query = &["query", "SELECT amout FROM finance.ledger_lines"];
    check(&council, &usage(query, Some("query:1:8"), "amount`?"));
}

#[test]
fn a_period_that_cannot_be_is_refused_before_anything_is_begun() {
    let council = council();
    let runs = || council.query("SELECT count(*) FROM sufficiency.runs");
    let before = runs();
    let help = Some("the newest that is complete is `fy2023-24`");
    let arguments = &["run", "cost_review", "--period", "fy2098-99"];
    check(&council, &Case { arguments, kind: "usage", code: 2, place: None, help });
    assert_eq!(runs(), before, "no run was begun");
}

#[test]
fn what_is_wrong_with_sources_checks_and_files_is_said_to_people_and_to_programs() {
    let council = council();
    let place = Some("extracts");
    council.remove(FILE);
    check(
        &council,
        &Case { arguments: &["run", "finance"], kind: "source_unavailable", code: 10, place, help: None },
    );
    council.write(FILE, "");
    let place = Some("wolver_apr_2023.csv");
    check(
        &council,
        &Case { arguments: &["run", "finance"], kind: "source_rejected", code: 11, place, help: None },
    );
    council.write(FILE, LEDGER);
    council.write("pipelines/finance/checks/nothing_is_paid.sql", "SELECT * FROM ledger_lines\n");
    council.write(FILE, LEDGER.replace("99.99", "199.99").replace("1,579.49", "1,679.49"));
    let (arguments, help) = (&["run", "finance"], Some("look at the rows with `sufficiency query`"));
    check(&council, &Case { arguments, kind: "gate", code: 12, place: Some("finance"), help });
    council.write("pipelines/finance/pipeline.toml", "descripton = \"Payments\"\nowner = \"data\"\n");
    for arguments in [&["run", "--all"] as &[&str], &["check"], &["plan"]] {
        let place = Some("pipelines/finance/pipeline.toml:1:1");
        let help = Some("did you mean `description`?");
        check(&council, &Case { arguments, kind: "project", code: 2, place, help });
    }
    council.remove("sufficiency.toml");
    for arguments in [&["check"] as &[&str], &["run", "--all"], &["tables"], &["doctor"], &["test"]] {
        check(&council, &project(arguments, "sufficiency.toml", "run `sufficiency demo` for an example"));
    }
}

#[test]
fn a_fault_of_the_arguments_is_a_failure_like_any_other() {
    let council = council();
    let full = council.path("pipelines").display().to_string();
    let file = council.path("sufficiency.toml").display().to_string();
    let nowhere = council.path("nowhere/file.csv").display().to_string();
    let cases: &[(&[&str], Option<&str>, &str)] = &[
        (&["rnu", "finance"], None, "did you mean `run`?"),
        (&["report", "lst"], None, "did you mean `list`?"),
        (&["quarantine", "zz"], None, "there are `help`, `list`, `release`, `replay` and `show`"),
        (&["run"], None, FINANCE),
        (&["run", "--all", "finance"], None, "write `sufficiency run"),
        (&["run", "--all", "--bogus"], None, "there are `--all`"),
        (&["run", "--all", "--junt", "x"], None, "did you mean `--junit`?"),
        (&["query"], None, "write it as `sufficiency query"),
        (&["sketch"], None, "write `sufficiency sketch"),
        (&["try", "finance.lines"], None, "there is `finance.ledger_lines`"),
        (&["pseudonym"], None, "--by <NAME> --why <TEXT>"),
        (&["query", "SELECT 1", "--format", "zz"], None, "there are `table`, `csv`"),
        (&["completions", "bsh"], None, "did you mean `bash`?"),
        (&["--json=yes", "tables"], None, "write `--json` alone"),
        (&["tables", "--dictionary=3"], None, "write `--dictionary` alone"),
        (
            &["report", "explain-suppression", "cost_review", "zzz"],
            Some("cost_review"),
            "there is `fy2023-24`",
        ),
        (&["schema", "zz"], None, "there are `sufficiency`"),
        (&["describe", "a.b", "c"], None, "write `sufficiency describe"),
        (
            &["quarantine", "release", "finance.ledger_lines", "--by", "a", "--why", "b"],
            None,
            "quarantine show",
        ),
        (&["init", full.as_str()], Some("pipelines"), "name a new folder"),
        (&["init", full.as_str(), "--diff"], Some("pipelines"), "begin one with `sufficiency init DIR`"),
        (&["demo", "--dir", full.as_str()], Some("pipelines"), "name another folder with `--dir`"),
        (&["query", "SELECT 1", "--out", nowhere.as_str()], Some("nowhere"), "a folder that is there"),
        (&["query", "SELECT 1", "--out", file.as_str()], Some("sufficiency.toml"), "end the name so"),
        (&["run", "--all", "--junit", nowhere.as_str()], Some("nowhere"), "a folder that is there"),
        (&["test", "--junit", nowhere.as_str()], Some("nowhere"), "a folder that is there"),
        (&["check", "--junit", nowhere.as_str()], Some("nowhere"), "a folder that is there"),
    ];
    for (arguments, place, help) in cases {
        check(&council, &usage(arguments, *place, help));
    }
    let found: &[(&[&str], &str)] = &[
        (
            &["run", "--all", "--as-of", "zz"],
            "expected a day, as 2026-01-12, for `--as-of <DATE>`, found `zz`",
        ),
        (&["run", "finance", "--period", "zz"], "expected a period, as ay2018-19"),
        (&["sketch", "x.csv", "--write", "Finance"], "expected a pipeline and a source in small letters"),
        (&["sketch", "--source", "cases"], "expected a connection and a table, as casework/placements,"),
        (&["plan", "--period", "zz"], "expected a period, as ay2018-19"),
        (&["demo", "--pupils", "5"], "expected a number from 200 to 8,557,000 for `--pupils <N>`, found `5`"),
        (&["demo", "--years", "60"], "expected a number from 1 to 12 for `--years <Y>`, found `60`"),
        (
            &["init", "x", "--la-code", "12"],
            "expected three digits, as 336, for `--la-code <CODE>`, found `12`",
        ),
        (&["serve", "--metrics-listen", "zz"], "expected an address with a port"),
        (&["history", "--count", "x"], "expected a whole number above 0 for `--count <N>`, found `x`"),
        (
            &["report", "send", "cost_review", "--by", ""],
            "expected one line with something in it for `--by <NAME>`, found nothing",
        ),
        (&["--project", "a", "tables"], "expected `--project <DIR>` once, found it twice"),
        (&["schema", "zz"], "expected a value that `[KIND]` takes, found `zz`"),
        (&["--json=yes", "tables"], "expected `--json` without a value, found `yes`"),
        (&["report", "send", "cost_review", "--by", " "], "expected one line with something in it"),
    ];
    for (arguments, what) in found {
        let help = match arguments[0] {
            "--project" => Some("write `sufficiency [OPTIONS] <COMMAND>`"),
            "schema" => Some("there are `sufficiency`, `settings`"),
            "--json=yes" => Some("write `--json` alone"),
            _ => None,
        };
        check(&council, &Case { arguments, kind: "usage", code: 2, place: None, help });
        let json = run(&council, &[&["--json"][..], arguments].concat());
        let value: Value = serde_json::from_slice(&json.stdout).unwrap();
        let said = value["error"]["what"].as_str().unwrap();
        assert!(said.contains(what), "{arguments:?}: {said}");
    }
    let personal = run(&council, &["--json", "pseudonym", "A001001001001", "--by", "a", "--why", "b"]);
    let said = String::from_utf8([personal.stdout, personal.stderr].concat()).unwrap();
    assert!(said.contains("found a pupil number") && !said.contains("A001001001001"), "{said}");
    // People who name no command see the commands; programs get a failure.
    for arguments in [&["report"] as &[&str], &["schedule"], &["quarantine"]] {
        let text = run(&council, arguments);
        assert!(String::from_utf8(text.stderr).unwrap().contains("Commands:"), "{arguments:?}");
        let json = run(&council, &[&["--json"][..], arguments].concat());
        let value: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(
            (text.status.code(), value["error"]["kind"].as_str()),
            (Some(2), Some("usage")),
            "{value:#}"
        );
        assert!(value["error"]["help"].as_str().unwrap().contains("there are "), "{value:#}");
    }
}

#[test]
fn what_the_sql_parser_and_the_engine_say_has_the_form_of_every_other_message() {
    let council = council();
    for (sql, what) in [
        ("SELEC 1", "expected an SQL statement, found `SELEC`"),
        ("SELECT", "expected an expression, found the end of the query"),
        ("SELECT 'a", "expected the end of a text, a `'`, found the end of the query"),
        ("SELECT stat FROM finance.ledger_lines", "expected the name of a column, found `stat`"),
        ("SELECT * FROM finance.zz", "expected the name of a table, found `finance.zz`"),
        ("SELECT foo(1)", "expected the name of a function, found `foo`"),
        ("SELECT 1; SELECT 2", "expected one statement, found another after it"),
        ("DROP TABLE x", "expected a query, found `DROP`"),
        ("SELECT sum(1, 2)", "expected 1 argument of `sum`, found 2"),
        ("SELECT 1 / 0", "expected a number other than 0 to divide by, found 0"),
        ("COPY x TO y", "expected a query, found `COPY`"),
        ("SELECT 1 WHERE 1", "expected a condition that is true or false, found a value of type Int64"),
        (
            "SELECT 1 UNION SELECT 1, 2",
            "expected as many columns on each side of `UNION`, found other counts",
        ),
        ("SELECT count(1 1)", "expected `)`, or more of what it closes, found `1`"),
        ("SELECT regexp_like('a', '(')", "expected a regular expression, found a text that is none"),
        ("SELECT 1 + 'x'", "expected values that go together with `+`, found Int64 and Utf8"),
        ("SELECT 1::foo", "expected a type, found `foo`"),
        ("SELECT 1 ORDER BY 5", "expected the number of a column, 1 to 1, in `ORDER BY`, found 5"),
        ("SELECT $nope", "expected the name of a parameter, found `$nope`"),
        // The value is a person's.
        (
            "SELECT CAST(supplier_name AS INT) FROM finance.ledger_lines",
            "expected a value of type Int32, found another value",
        ),
    ] {
        let json = run(&council, &["--json", "query", sql]);
        let value: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(value["error"]["what"], what, "{sql}: {value:#}");
        assert_eq!(value["code"], 2, "{sql}");
    }
}

#[test]
fn a_parameter_that_nothing_binds_is_a_fault_of_its_query_to_every_command() {
    let council = council();
    council.write(
        "pipelines/finance/models/dear.sql",
        "-- not $here\nSELECT amount, '$nor_here' AS note\nFROM finance.ledger_lines WHERE amount > $nope\n",
    );
    council.write(
        "pipelines/finance/models/dear.toml",
        "title = \"Dear\"\ninternal = true\ngrain = [\"amount\"]\nsort = [\"amount\"]\n",
    );
    for arguments in [&["check"] as &[&str], &["test"]] {
        check(
            &council,
            &project(arguments, "pipelines/finance/models/dear.sql:3:", "there are `$abnormal_years`"),
        );
    }
}

#[test]
fn what_programs_read_is_one_document_whatever_is_asked() {
    let council = council();
    let out = council.path("lines.csv").display().to_string();
    let schemas = council.path("schemas").display().to_string();
    let ledger = council.path(FILE).display().to_string();
    let commands: &[&[&str]] = &[
        &["--version"],
        &["run", "--help"],
        &["check"],
        &["test"],
        &["plan"],
        &["try"],
        &["try", "finance.ledger_lines"],
        &["sketch", ledger.as_str()],
        &["sketch", ledger.as_str(), "--write", "finance.sketched"],
        &["sketch", out.as_str()],
        &["run", "--all"],
        &["doctor"],
        &["tick"],
        &["tables"],
        &["tables", "--dictionary"],
        &["describe", "finance.ledger_lines"],
        &["query", "SELECT count(*) AS n FROM finance.ledger_lines"],
        &["query", "SELECT count(*) AS n FROM finance.ledger_lines", "--out", out.as_str()],
        &["query", "SELECT count(*) AS n FROM finance.ledger_lines", "--format", "csv"],
        &["history"],
        &["show", "1"],
        &["report", "list"],
        &["report", "preview", "cost_review"],
        &["report", "status", "cost_review"],
        &["schedule", "list"],
        &["schedule", "next"],
        &["schedule", "explain", "finance"],
        &["quarantine", "list"],
        &["quarantine", "show", "finance.ledger_lines"],
        &["quarantine", "replay"],
        &["verify"],
        &["repair"],
        &["schema"],
        &["schema", "source"],
        &["schema", "--into", schemas.as_str()],
        &["completions", "bash"],
    ];
    for arguments in commands {
        let printed = run(&council, &[&["--json"][..], arguments].concat());
        let document: Result<Value, _> = serde_json::from_slice(&printed.stdout);
        assert!(document.is_ok(), "{arguments:?}: {}", String::from_utf8_lossy(&printed.stdout));
    }
    // A damaged file is in the list and in the failure.
    let objects = std::sync::Arc::clone(council.open().store().objects());
    let snapshot = objects.list("snapshots").unwrap().into_iter().find(|name| name.ends_with(".parquet"));
    std::fs::write(council.path("store").join(snapshot.unwrap()), b"not Parquet").unwrap();
    let printed = run(&council, &["--json", "verify"]);
    let value: Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(
        (value["code"].as_i64(), value["damage"].as_array().map(Vec::len)),
        (Some(21), Some(1)),
        "{value:#}"
    );
}

#[test]
fn the_settings_of_a_connection_and_of_a_format_are_refused_by_whoever_reads_them() {
    let council = council();
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    for arguments in [&["run", "--all"] as &[&str], &["check"], &["tables"]] {
        council.write(
            "settings.toml",
            settings.replace("folder = { path = \"extracts\" }", "folder = { pat = \"extracts\" }"),
        );
        check(&council, &project(arguments, "settings.toml:3:12", "did you mean `path`?"));
        council.write(
            "settings.toml",
            settings.replace("folder = { path = \"extracts\" }", "foldr = { path = \"extracts\" }"),
        );
        check(&council, &project(arguments, "settings.toml:3:1", "did you mean `folder`?"));
    }
    council.write("settings.toml", &settings);
    let path = "pipelines/finance/sources/ledger_lines.toml";
    let contract = std::fs::read_to_string(council.path(path)).unwrap();
    assert!(contract.contains("[csv]"), "{contract}");
    for arguments in [&["run", "--all"] as &[&str], &["check"]] {
        council.write(path, contract.replace("[csv]", "[cvs]"));
        check(&council, &project(arguments, path, "did you mean `csv`?"));
        council.write(path, contract.replace("[csv]", "[csv]\nencodings = []"));
        check(&council, &project(arguments, path, "did you mean `encoding`?"));
    }
}

#[test]
fn the_record_of_a_run_says_each_thing_once() {
    let council = council();
    council.write("pipelines/finance/checks/nothing_is_paid.sql", "SELECT * FROM ledger_lines\n");
    council.write(FILE, LEDGER.replace("99.99", "199.99").replace("1,579.49", "1,679.49"));
    run(&council, &["run", "finance"]);
    let newest = council.query("SELECT max(run) FROM sufficiency.runs");
    let shown = String::from_utf8(run(&council, &["show", &newest[0]]).stdout).unwrap();
    for once in ["1 check failed", "finds 3 rows that are wrong", "kept: ", "help: "] {
        assert_eq!(shown.matches(once).count(), 1, "`{once}` in: {shown}");
    }
    assert!(shown.contains("ended with code 12: `finance`: 1 check failed\n"), "{shown}");
    assert_eq!(
        council.query("SELECT outcome FROM sufficiency.runs ORDER BY run DESC LIMIT 1"),
        ["`finance`: 1 check failed"]
    );
}
