//! The first hour: from a file that no contract knows to a published table, as somebody types it.

use std::path::Path;
use std::process::{Command, Output};

use super::real::real_data;

/// Runs the program in a folder.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sufficiency")).current_dir(folder).args(arguments).output().unwrap()
}

/// Runs the program, which must end well; returns what it printed.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let ran = run(folder, arguments);
    let shown = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{arguments:?}: {shown}");
    shown
}

/// Goes from a file to a published table, and returns the count of its rows and how many letters were typed.
fn publish(file: &Path, pipeline: &str, source: &str) -> (u64, usize) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ap");
    let name = format!("{pipeline}.{source}");
    let sql = format!("SELECT count(*) AS n FROM {name}");
    let file = file.display().to_string();
    let steps: [(&Path, Vec<&str>); 5] = [
        (folder.path(), vec!["init", "ap", "--empty"]),
        (&root, vec!["sketch", &file, "--write", &name]),
        (&root, vec!["try"]),
        (&root, vec!["run", pipeline]),
        (&root, vec!["query", &sql, "--format", "json"]),
    ];
    let (mut letters, mut last) = (0, String::new());
    for (at, arguments) in &steps {
        letters += "sufficiency ".len() + arguments.join(" ").len() + 1;
        last = done(at, arguments);
    }
    let rows: serde_json::Value = serde_json::from_str(&last).unwrap_or_else(|_| panic!("{last}"));
    let check = done(&root, &["check"]);
    assert!(check.contains("No faults in 1 pipeline, 1 source"), "{check}");
    (rows[0]["n"].as_u64().unwrap(), letters)
}

#[test]
fn five_commands_lead_from_an_unknown_file_to_a_published_table() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("Payments over £500 (April).csv");
    std::fs::write(&file, "Title\n\nRef No,Amount,Paid On\nA1,2.50,01/04/2024\nA2,\"1,000.00\",02/04/2024\nTotal,\"1,002.50\",\n").unwrap();
    assert_eq!(publish(&file, "finance", "ledger").0, 2);
}

#[test]
fn three_published_files_that_no_contract_knows_become_tables_in_five_commands() {
    let Some(folder) =
        real_data("three_published_files_that_no_contract_knows_become_tables_in_five_commands")
    else {
        return;
    };
    for (file, pipeline, source, rows) in [
        ("messy/london_batch4_waltham_sample.xlsx", "finance", "waltham", 1_428),
        ("messy/tier3_unitaries_westberks_sample.xlsx", "finance", "westberks", 3_183),
        ("placements/spc_ap_setting.csv", "placements", "settings", 707),
    ] {
        let began = std::time::Instant::now();
        let (found, letters) = publish(&folder.join(file), pipeline, source);
        assert_eq!(found, rows, "{file}");
        eprintln!(
            "{file}: five commands of {letters} letters, {} seconds of the program's time",
            began.elapsed().as_secs()
        );
    }
}

#[test]
fn what_is_written_is_never_written_over_and_a_connection_that_is_there_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ap");
    done(folder.path(), &["init", "ap", "--empty"]);
    let extracts = root.join("extracts/ledger");
    std::fs::create_dir_all(&extracts).unwrap();
    std::fs::write(extracts.join("a.csv"), "Ref,Amount\nA,1.50\nB,2.50\n").unwrap();
    done(&root, &["sketch", "extracts/ledger/a.csv", "--write", "finance.a"]);
    let settings = std::fs::read_to_string(root.join("settings.toml")).unwrap();
    assert!(
        settings.contains("[connections.ledger]\nfolder = { path = \"./extracts/ledger\" }"),
        "{settings}"
    );
    done(&root, &["sketch", "extracts/ledger/a.csv", "--write", "finance.b"]);
    assert_eq!(
        std::fs::read_to_string(root.join("settings.toml")).unwrap(),
        settings,
        "the connection is used"
    );
    let again = run(&root, &["sketch", "extracts/ledger/a.csv", "--write", "finance.a"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("pipelines/finance/sources/a.toml"));
    let nowhere = run(folder.path(), &["sketch", "ap/extracts/ledger/a.csv", "--write", "finance.c"]);
    assert_eq!(nowhere.status.code(), Some(2), "there is no project to write it into");
    let shown = done(folder.path(), &["sketch", "ap/extracts/ledger/a.csv"]);
    assert!(shown.contains("[[columns]]\nname = \"ref\"\nfrom = \"Ref\""), "{shown}");
}

#[test]
fn a_table_of_a_database_is_drafted_with_its_query() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ap");
    done(folder.path(), &["init", "ap", "--empty"]);
    let database = rusqlite::Connection::open(root.join("cases.sqlite")).unwrap();
    database
        .execute_batch(
            "CREATE TABLE placements (placement_id INTEGER, \"Started On\" TEXT, hours REAL); \
             INSERT INTO placements VALUES (1, '2024-01-31', 12.5), (2, '2024-02-29', NULL);",
        )
        .unwrap();
    let mut settings = std::fs::read_to_string(root.join("settings.toml")).unwrap();
    settings.push_str("\n[connections.cases]\nsqlite = { path = \"./cases.sqlite\" }\n");
    std::fs::write(root.join("settings.toml"), settings).unwrap();
    done(&root, &["sketch", "--source", "cases/placements", "--write", "placements.placements"]);
    let sql = std::fs::read_to_string(root.join("pipelines/placements/sources/placements.sql")).unwrap();
    assert!(sql.contains("placement_id") && sql.contains("\"Started On\"") && !sql.contains('*'), "{sql}");
    done(&root, &["run", "placements"]);
    let rows = done(
        &root,
        &[
            "query",
            "SELECT sum(hours) AS hours, max(started_on) AS day FROM placements.placements",
            "--format",
            "csv",
        ],
    );
    assert!(rows.contains("12.5,2024-02-29"), "{rows}");
    let unknown = run(&root, &["sketch", "--source", "casse/placements"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean `cases`?"));
}
