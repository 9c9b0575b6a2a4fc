//! What a project says while it is being set up: every fault of its sources at once, and others' faults do not stop it.

use std::process::{Command, Output};

use serde_json::Value;

use crate::council::Council;

fn run(council: &Council, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    command.arg("--project").arg(council.path("")).args(arguments).output().unwrap()
}

fn shown(ran: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr))
}

/// Makes a council of one source with an amount, and a list that another source's contract names.
fn council() -> Council {
    let council = Council::with_source(
        "files = \"*.csv\"\ndisposition = \"append\"\n[[columns]]\nname = \"ref\"\nfrom = \"Ref\"\ntype = \"text\"\nrequired = true\n\
         [[columns]]\nname = \"amount\"\nfrom = \"Amount\"\ntype = { money = { scale = 2 } }\n",
    );
    council.write("extracts/a.csv", "Ref,Amount\nR1,1.50\nR2,two\nR3,three\nR4,four\nR5,five\n,6.50\n");
    council.write("extracts/b.csv", "Reference,Amount\nR9,1.50\n");
    council.write("other/c.csv", "Ref,Place\nR1,North\nR9,South\n");
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council
        .write("settings.toml", format!("{settings}[connections.other]\nfolder = {{ path = \"other\" }}\n"));
    council.write(
        "pipelines/share/sources/places.toml",
        "connection = \"other\"\nfiles = \"c.csv\"\n[[columns]]\nname = \"ref\"\nfrom = \"Ref\"\ntype = \"text\"\n\
         references = { to = \"share.rows.ref\", severity = \"quarantine\" }\n[[columns]]\nname = \"place\"\nfrom = \"Place\"\ntype = \"text\"\n",
    );
    council
}

#[test]
fn a_trial_shows_every_fault_at_once_and_lands_nothing() {
    let council = council();
    let ran = run(&council, &["try"]);
    let text = shown(&ran);
    assert_eq!(ran.status.code(), Some(11), "{text}");
    for said in [
        "share.rows: 1 file, 6 rows, 5 set aside; a run would stop here",
        "a.csv: 4 rows set aside by `money` in `amount`: `amount` is not a sum of money",
        "row 3: `amount` is `two`",
        "row 5: `amount` is `four`",
        "a.csv: 1 row set aside by `required` in `ref`",
        "row 1 lacks `Ref`; its columns are `reference`, `amount`",
        "share.places: 1 file, 2 rows, 1 set aside",
        "c.csv: 1 row set aside by `references` in `ref`",
        "row 3: `ref` is `R9`",
        "2 sources tried, nothing landed: 0 in order, 1 with rows set aside, 1 that would stop a run.",
    ] {
        assert!(text.contains(said), "`{said}` is not in\n{text}");
    }
    assert!(!text.contains("`five`"), "three rows are enough: {text}");
    assert!(!council.path("store").exists(), "nothing is written");
    assert_eq!(run(&council, &["run", "share"]).status.code(), ran.status.code(), "as a run would end");
    let json = run(&council, &["--json", "try", "share.places"]);
    let value: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((json.status.code(), value["code"].as_u64()), (Some(0), Some(0)), "{value:#}");
    assert_eq!(value["sources"][0]["files"][0]["faults"][0]["rows"], 1, "{value:#}");
    let unknown = run(&council, &["try", "share.plaecs"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(shown(&unknown).contains("did you mean `share.places`?"));
}

#[test]
fn a_trial_without_a_key_shows_the_rows_too_and_no_value_of_a_person() {
    let council = Council::with_source(
        "files = \"*.csv\"\n[[columns]]\nname = \"pupil_key\"\nfrom = \"UPN\"\ntype = \"upn\"\n\
         privacy = { pseudonymise = { purpose = \"pupil\" } }\n[[columns]]\nname = \"days\"\nfrom = \"Days\"\ntype = \"integer\"\n",
    );
    council.write("extracts/a.csv", "UPN,Days\nCanary1,3\nCanary2,Canary3\n");
    let ran = run(&council, &["try"]);
    let text = shown(&ran);
    assert_eq!(ran.status.code(), Some(3), "a run would stop for want of a key: {text}");
    assert!(text.contains("by `upn_form` in `pupil_key`"), "{text}");
    assert!(text.contains("expected a key for the pupil numbers"), "{text}");
    assert!(!text.contains("Canary"), "{text}");
}

#[test]
fn a_pipeline_runs_although_the_files_of_another_have_faults() {
    let council = council();
    council.remove("pipelines/share/sources/places.toml").remove("extracts/b.csv");
    council.write("pipelines/beside/pipeline.toml", "description = \"Beside\"\nowner = \"data\"\n");
    council.write("pipelines/beside/models/ours.sql", "SELECT ref FROM share.rows ORDER BY ref\n");
    let settings = std::fs::read_to_string(council.path("settings.toml")).unwrap();
    council.write("settings.toml", settings.replace("2025-10-06", "2026-10-05"));
    let code = 2;
    for (file, fault, of_schedules) in [
        ("pipelines/broken/pipeline.toml", "descripton = \"?\"\n", 2),
        ("pipelines/broken/sources/odd.toml", "conection = \"share\"\n", 2),
        (
            "pipelines/broken/sources/odd.toml",
            "connection = \"share\"\nfiles = \"*.csv\"\ncolumns = []\n[cvs]\na = 1\n",
            2,
        ),
        ("pipelines/broken/models/odd.toml", "title = \"No model beside it\"\n", 2),
        // Its text is read when it is run.
        ("pipelines/broken/models/odd.sql", "SELEC 1\n", 0),
    ] {
        council.write("pipelines/broken/pipeline.toml", "description = \"Broken\"\nowner = \"data\"\n");
        council.write(file, fault);
        let ran = run(&council, &["run", "share"]);
        assert_eq!(ran.status.code(), Some(0), "{file}: {}", shown(&ran));
        let all = run(&council, &["run", "--all"]);
        assert_eq!(all.status.code(), Some(code), "{file}: {}", shown(&all));
        assert!(shown(&all).contains("broken"), "{file}: {}", shown(&all));
        assert_eq!(run(&council, &["run", "broken"]).status.code(), Some(code), "{file}");
        assert_eq!(run(&council, &["check"]).status.code(), Some(2), "{file}");
        let tables = run(&council, &["--json", "tables"]);
        let value: Value = serde_json::from_slice(&tables.stdout).unwrap();
        assert!(value["tables"].to_string().contains("beside.ours"), "{file}: {value:#}");
        let tick = run(&council, &["tick"]);
        assert_eq!(tick.status.code(), Some(of_schedules), "{file}: {}", shown(&tick));
        std::fs::remove_dir_all(council.path("pipelines/broken")).unwrap();
    }
    // A fault of the whole project stops everything.
    council.write("recipients.toml", "[roles.x]\nto = 1\n");
    assert_eq!(run(&council, &["run", "share"]).status.code(), Some(2));
}

#[test]
fn what_reads_from_a_pipeline_with_faults_is_skipped() {
    let council = council();
    council.write("pipelines/beside/pipeline.toml", "description = \"Beside\"\nowner = \"data\"\n");
    council.write("pipelines/beside/models/ours.sql", "SELECT ref FROM share.rows ORDER BY ref\n");
    council.write("pipelines/share/pipeline.toml", "descripton = \"?\"\n");
    let ran = run(&council, &["--json", "run", "--all"]);
    let value: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(ran.status.code(), Some(2), "{value:#}");
    let of = |name: &str| {
        let all = value["pipelines"].as_array().unwrap();
        all.iter().find(|one| one["pipeline"] == name).unwrap_or_else(|| panic!("no {name}: {value:#}"))
    };
    assert_eq!(of("share")["code"], 2);
    assert_eq!(of("beside")["skipped"], true);
}

#[test]
fn a_fresh_project_is_shown_what_to_do_next_and_begins_with_what_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let program = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_sufficiency"))
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .unwrap()
    };
    let begun = program(&["init", "ours", "--only", "finance"]);
    assert!(begun.status.success(), "{}", shown(&begun));
    assert!(folder.path().join("ours/pipelines/finance/pipeline.toml").is_file());
    assert!(!folder.path().join("ours/pipelines/provision_gap").exists());
    assert!(!folder.path().join("ours/report-templates/provision_gap").exists());
    let checked = program(&["--project", "ours", "check"]);
    assert!(checked.status.success(), "{}", shown(&checked));
    let same = program(&["init", "ours", "--diff"]);
    assert!(shown(&same).contains("This version would change nothing."), "{}", shown(&same));
    let doctor = program(&["--project", "ours", "doctor"]);
    let text = shown(&doctor);
    let next = text.split("Nothing is published yet. Next:\n").nth(1).unwrap_or_else(|| panic!("{text}"));
    assert!(next.lines().count() <= 7, "a few lines: {next}");
    assert!(
        next.contains("`finance_share` (./extracts/finance)") && next.contains("`sufficiency try`"),
        "{next}"
    );
    assert_eq!(text.matches("connection  finance_share").count(), 1, "once for all of its sources: {text}");
    let empty = program(&["init", "empty", "--empty"]);
    assert!(empty.status.success(), "{}", shown(&empty));
    let doctor = program(&["--project", "empty", "doctor"]);
    assert!(
        shown(&doctor).contains("`sufficiency sketch FILE --write PIPELINE.SOURCE`"),
        "{}",
        shown(&doctor)
    );
    assert!(program(&["--project", "empty", "check"]).status.success());
    let unknown = program(&["init", "third", "--only", "finanse"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(shown(&unknown).contains("did you mean `finance`?"), "{}", shown(&unknown));
    assert!(!folder.path().join("third").exists(), "nothing is begun");
}
