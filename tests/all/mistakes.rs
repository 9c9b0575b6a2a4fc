//! Arguments that fit nothing are refused as what they are: exit code 2, with what was expected and what was found.

use serde_json::Value;

use crate::council::Council;
use crate::exits::run;

const LEDGER: &str = "\
,Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T)
INSERTED DETAIL,700001,Provider One,\"1,500.00\",R5037,AP,12/04/2023,1001,Education,AP
INSERTED DETAIL,700001,Provider One,not an amount,R5037,AP,12/04/2023,1002,Education,AP
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

const RELEASE: [&str; 7] = ["quarantine", "release", "finance.ledger_lines", "--by", "A", "--why", "b"];

/// Checks that a mistake is refused, with a word of what was written or expected.
fn refused(council: &Council, arguments: &[&str], word: &str) {
    let output = run(council, &[&["--json"][..], arguments].concat());
    let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let error = &value["error"];
    assert_eq!(
        (output.status.code(), error["kind"].as_str(), error["code"].as_i64()),
        (Some(2), Some("usage"), Some(2)),
        "{arguments:?}: {value:#}"
    );
    let said = format!("{} {} {}", error["what"], error["place"], error["help"]);
    assert!(said.contains(word), "{arguments:?}: expected `{word}` in {value:#}");
    assert!(error["help"].as_str().is_some_and(|help| !help.is_empty()), "{arguments:?}: {value:#}");
}

#[test]
fn an_argument_that_fits_nothing_is_refused_with_what_was_expected_and_found() {
    let council = Council::of("payments");
    council.write("extracts/wolver_apr_2023.csv", LEDGER).write("settings.toml", SETTINGS);
    let contract = council.path("pipelines/finance/sources/ledger_lines.toml");
    let text = std::fs::read_to_string(&contract).unwrap();
    std::fs::write(&contract, text.replace("quarantine_limit = \"0%\"", "quarantine_limit = \"90%\""))
        .unwrap();
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let cases: &[(&[&str], &str)] = &[
        (&["run", "--all", "--as-of", "2999-01-01"], "2999-01-01"),
        (&["run", "--all", "--as-of", "yesterday"], "yesterday"),
        (&["run", "nothing"], "nothing"),
        (&["run", "--all", "--report", "nothing"], "nothing"),
        (&["run", "--all", "--period", "soon"], "soon"),
        (&["plan", "nothing"], "nothing"),
        (&["plan", "--period", "soon"], "soon"),
        (&["try", "nothing"], "nothing"),
        (&["try", "finance.nothing"], "nothing"),
        (&["test", "nothing"], "nothing"),
        (&["test", "finance.nothing"], "nothing"),
        (&["history", "nothing"], "nothing"),
        (&["history", "--count", "0"], "above 0"),
        (&["history", "--count", "some"], "some"),
        (&["show", "999"], "999"),
        (&["show", "nothing"], "nothing"),
        (&["schedule", "next", "--count", "0"], "above 0"),
        (&["schedule", "next", "nothing"], "nothing"),
        (&["schedule", "explain", "nothing"], "nothing"),
        (&["describe", "nothing"], "nothing"),
        (&["describe", "finance.nothing"], "nothing"),
        (&["lineage", "finance.nothing"], "nothing"),
        (&["query", "SELECT * FROM finance.nothing"], "nothing"),
        (&["query", ""], "SELECT"),
        (&["query", "SELECT 1", "--format", "paper"], "paper"),
        (&["query", "SELECT 1", "--out", "answer.paper"], "answer.paper"),
        (&["quality", "nothing"], "nothing"),
        (&["quality", "accept", "0123", "--until", "2024-05-01", "--by", "A", "--why", "b"], "0123"),
        (&["quality", "accept", "0123", "--until", "2020-01-01", "--by", "A", "--why", "b"], "2020-01-01"),
        (&["quarantine", "list", "nothing"], "nothing"),
        (&["quarantine", "show", "finance.nothing"], "nothing"),
        (&["quarantine", "show", "finance.ledger_lines", "--rule", "nothing"], "money"),
        (&["quarantine", "show", "finance.ledger_lines", "--file", "nothing.csv"], "wolver_apr_2023.csv"),
        (&["quarantine", "show", "finance.ledger_lines", "--row", "999"], "none that fits"),
        (&["quarantine", "show", "finance.ledger_lines", "--row", "0"], "number of a row"),
        (&["quarantine", "show", "finance.ledger_lines", "--row", "-3"], "-3"),
        (&["quarantine", "replay", "nothing"], "nothing"),
        (&["pseudonym", "--purpose", "nothing", "--by", "A", "--why", "b"], "nothing"),
        (&["report", "list", "nothing"], "nothing"),
        (&["report", "status", "nothing"], "nothing"),
        (&["report", "preview", "nothing"], "nothing"),
        (&["report", "preview", "cost_review", "fy1999-00"], "fy1999-00"),
        (&["report", "explain-suppression", "cost_review", "fy1999-00"], "fy1999-00"),
        (&["report", "release", "cost_review", "fy1999-00", "--by", "A", "--reason", "b"], "fy1999-00"),
        (&["report", "send", "cost_review", "fy1999-00"], "fy1999-00"),
        (&["schema", "nothing"], "nothing"),
        (&["sketch", "nothing.csv"], "nothing.csv"),
        (&["init", "elsewhere", "--only", "nothing"], "nothing"),
        (&["serve", "--metrics-listen", "here"], "here"),
        (&["demo", "--pupils", "1"], "200"),
    ];
    for (arguments, word) in cases {
        refused(&council, arguments, word);
    }
    for set in ["amount=abc", "paid_on=32/13/2023", "nothing=1"] {
        refused(
            &council,
            &[&RELEASE[..], &["--row", "3", "--set", set]].concat(),
            set.split('=').next().unwrap(),
        );
    }
    refused(&council, &[&RELEASE[..], &["--row", "999"]].concat(), "quarantine show");
}

#[test]
fn a_store_that_is_not_there_is_refused() {
    for command in ["verify", "repair"] {
        let council = Council::of("payments");
        council.write("settings.toml", format!("store = \"gone\"\n{SETTINGS}"));
        refused(&council, &[command], "gone");
        assert!(!council.path("gone").exists(), "`{command}` does not make it");
    }
}

#[test]
fn every_failure_that_programs_read_is_one_document_with_an_error() {
    let council = Council::of("payments");
    council.write("settings.toml", SETTINGS).write("extracts/wolver_apr_2023.csv", "nothing\n");
    council.write(
        "pipelines/finance/pipeline.toml",
        "description = \"Payments\"\nowner = \"data\"\nschedule = { cron = \"0 5 * * MON-FRI\", start_within = \"6h\" }\n",
    );
    for (arguments, code) in [(&["tick"][..], 3), (&["doctor"], 10), (&["try"], 11), (&["run", "--all"], 11)]
    {
        if arguments == ["doctor"] {
            std::fs::remove_dir_all(council.path("extracts")).unwrap();
        } else {
            council.write("extracts/wolver_apr_2023.csv", "nothing\n");
        }
        let output = run(&council, &[&["--json"][..], arguments].concat());
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            panic!("{arguments:?}: {error}: {}", String::from_utf8_lossy(&output.stdout))
        });
        let found = output.status.code().unwrap();
        assert_ne!(found, 0, "{arguments:?}: {value:#}");
        assert_eq!(value["error"]["code"].as_i64(), Some(found.into()), "{arguments:?}: {value:#}");
        assert_eq!(value["code"].as_i64(), Some(found.into()), "{arguments:?}: {value:#}");
        for field in ["kind", "what", "kept", "help"] {
            let text = value["error"][field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{arguments:?}: no {field} in {value:#}");
        }
        if arguments != ["doctor"] {
            assert_eq!(found, code, "{arguments:?}: {value:#}");
        }
    }
}
