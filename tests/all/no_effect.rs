//! A key that changes nothing as it is written, or that another key contradicts, is a fault with its line and a hint.

use serde_json::Value;

use crate::council::Council;
use crate::exits::run;

const COLUMNS: &str = "\
[[columns]]
name = \"code\"
type = \"text\"
[[columns]]
name = \"amount\"
type = { money = { scale = 2 } }
[[columns]]
name = \"paid_on\"
type = { date = { format = \"%Y-%m-%d\" } }
";

/// Returns the faults that `check` finds, as `file:line: message (help)`.
fn faults(council: &Council) -> Vec<(String, u64, String, String)> {
    let output = run(council, &["--json", "check"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |fault: &Value, field: &str| fault[field].as_str().unwrap_or_default().to_owned();
    let list = value["faults"].as_array().cloned().unwrap_or_default();
    list.iter()
        .map(|fault| {
            let line = fault["line"].as_u64().unwrap_or_default();
            (text(fault, "file"), line, text(fault, "message"), text(fault, "help"))
        })
        .collect()
}

/// Checks that the faults of a project name `key` in `file`, at a line and with a hint.
fn names(council: &Council, file: &str, written: &str, key: &str) {
    let found = faults(council);
    let of_key = |(at, line, message, help): &&(String, u64, String, String)| {
        at.ends_with(file) && message.contains(key) && *line > 0 && !help.is_empty()
    };
    assert!(found.iter().any(|fault| of_key(&fault)), "`{written}` passes: {found:?}");
}

#[test]
fn a_key_of_a_contract_that_changes_nothing_is_named_with_its_line() {
    let council = Council::with_source(&format!("files = \"*.csv\"\n[csv]\n{COLUMNS}"));
    council.write("extracts/rows.csv", "code,amount,paid_on\nA,1.00,2025-01-01\n");
    assert_eq!(faults(&council), [], "the contract is in order without any of them");
    // What stands before `[csv]`, within it, and what of it is named.
    let cases: &[(&str, &str, &str)] = &[
        ("unique_severity = \"warn\"", "", "unique_severity"),
        ("unique = []", "", "unique"),
        ("key = [\"code\"]", "", "key"),
        ("updated_at = \"paid_on\"", "", "updated_at"),
        ("full_extract = \"always\"", "", "full_extract"),
        ("disposition = \"append\"\nkey = [\"code\"]", "", "key"),
        ("disposition = \"append\"\nfull_extract = \"always\"", "", "full_extract"),
        ("swing = { fall = \"500%\" }", "", "500%"),
        ("swing = {}", "", "swing"),
        ("as_at = \"amount\"", "", "as_at"),
        ("series = { by = \"paid_on\", unit = \"month\", due = \"8 days\", thin_share = \"0%\" }", "", "0%"),
        ("description = \"\"", "", "description"),
        ("", "encoding = []", "encoding"),
        ("", "header = { rows = 0 }", "found 0"),
        ("", "header = { contains = [] }", "contains"),
        ("", "delimiter = \";\"\nquote = \";\"", "for both"),
        ("", "skip_rows = { where_blank = \"\" }", "where_blank"),
    ];
    for (before, within, key) in cases {
        council.contract(&format!("files = \"*.csv\"\n{before}\n[csv]\n{within}\n{COLUMNS}"));
        names(&council, "rows.toml", &format!("{before}{within}"), key);
    }
    let merge = "disposition = \"merge\"\nkey = [\"code\"]\n";
    let required = COLUMNS.replacen("type = \"text\"", "type = \"text\"\nrequired = true", 1);
    for (written, key) in [
        ("full_extract = \"never\"", "never"),
        ("full_extract = \"\"", "full_extract"),
        ("updated_at = \"amount\"", "updated_at"),
    ] {
        council.contract(&format!("files = \"*.csv\"\n{merge}{written}\n[csv]\n{required}"));
        names(&council, "rows.toml", written, key);
    }
    for (column, of, key) in [
        ("range = { least = \"10\", most = \"1\" }", "money", "10 or more"),
        ("range = { least = \"2025-02-01\", most = \"2025-01-01\" }", "date", "2025-02-01 or more"),
        ("range = {}", "money", "`least` or `most`"),
        ("normalise = [\"uppercase\"]", "money", "normalise"),
        ("allowed = []", "text", "allowed"),
        ("blanks = []", "money", "blanks"),
    ] {
        let kind = COLUMNS.lines().find(|line| line.starts_with("type") && line.contains(of)).unwrap();
        let columns = COLUMNS.replacen(kind, &format!("{kind}\n{column}"), 1);
        council.contract(&format!("files = \"*.csv\"\n[csv]\n{columns}"));
        names(&council, "rows.toml", column, key);
    }
    let dates = COLUMNS.replace("\"%Y-%m-%d\" }", "\"%Y-%m-%d\", years_from = 1950 }");
    council.contract(&format!("files = \"*.csv\"\n[csv]\n{dates}"));
    names(&council, "rows.toml", "years_from", "years_from");
    let rule = "[[rules]]\nname = \"same\"\nsql = \"amount > 0\"\nseverity = \"warn\"\n";
    council.contract(&format!("files = \"*.csv\"\n[csv]\n{COLUMNS}{rule}{rule}"));
    names(&council, "rows.toml", "two rules", "twice");
}

#[test]
fn a_key_of_another_file_that_changes_nothing_is_named_with_its_line() {
    let settings =
        "fixed_clock = \"2024-04-15T06:00\"\n[connections.finance_share]\nfolder = { path = \"extracts\" }\n";
    let with = |file: &str, from: &str, to: &str| {
        let council = Council::of("payments");
        council.write("settings.toml", settings);
        std::fs::create_dir_all(council.path("extracts")).unwrap();
        let text = std::fs::read_to_string(council.path(file)).unwrap();
        assert!(text.contains(from), "{file}: {text}");
        council.write(file, text.replacen(from, to, 1));
        council
    };
    for (file, from, to, key) in [
        ("sufficiency.toml", "ledger_close_days = 0", "suppression_threshold = 0", "threshold"),
        ("sufficiency.toml", "ledger_close_days = 0", "suppression_threshold = 1", "threshold"),
        ("sufficiency.toml", "ledger_close_days = 0", "fte_sessions = 0", "fte_sessions"),
        ("sufficiency.toml", "[owners]", "[digest]\nto = []\n[owners]", "to"),
        ("settings.toml", "[connections", "[limits]\nquery_seconds = 0\n[connections", "query_seconds"),
        ("recipients.toml", "to = [\"ap.commissioner@council.example\"]", "to = []", "to"),
        ("recipients.toml", "audience", "confirm_by = 2024-01-01\naudience", "2024-01-01"),
        (
            "pipelines/finance/pipeline.toml",
            "owner",
            "schedule = { cron = \"0 5 * * MON\", period = \"running\" }\nowner",
            "period",
        ),
        ("pipelines/finance/pipeline.toml", "owner", "reports = []\nowner", "reports"),
    ] {
        let council = with(file, from, to);
        names(&council, file, to, key);
    }
}

#[test]
fn a_check_that_is_added_to_sources_alone_is_made_by_the_next_run() {
    let council = Council::with_source(&format!("files = \"*.csv\"\n[csv]\n{COLUMNS}"));
    council.write("extracts/rows.csv", "code,amount,paid_on\nA,1.00,2025-01-01\n");
    assert_eq!(run(&council, &["run", "--all"]).status.code(), Some(0));
    council.write("pipelines/share/checks/none_is_paid.sql", "SELECT * FROM share.rows WHERE amount > 0\n");
    let output = run(&council, &["run", "--all"]);
    assert_eq!(output.status.code(), Some(12), "{}", String::from_utf8_lossy(&output.stderr));
    council.write("pipelines/share/checks/none_is_paid.sql", "SELECT * FROM share.rows WHERE amount < 0\n");
    assert_eq!(run(&council, &["run", "--all"]).status.code(), Some(0));
    let again = run(&council, &["run", "--all"]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("Nothing to do"), "a check is made once");
}

#[test]
fn two_rows_of_one_grain_stop_a_pipeline() {
    let council = Council::with_source(&format!("files = \"*.csv\"\n[csv]\n{COLUMNS}"));
    council
        .write("extracts/rows.csv", "code,amount,paid_on\nA,1.00,2025-01-01\nA,2.00,2025-01-02\n")
        .write("pipelines/share/models/by_code.sql", "SELECT code, amount FROM share.rows\n")
        .write("pipelines/share/models/by_code.toml", "grain = [\"code\"]\n");
    let output = run(&council, &["run", "--all"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(12), "{said}");
    assert!(said.contains("by_code: grain (code)"), "{said}");
    council.write("pipelines/share/models/by_code.toml", "grain = [\"code\", \"amount\"]\n");
    assert_eq!(run(&council, &["run", "--all"]).status.code(), Some(0));
}
