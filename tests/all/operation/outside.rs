//! F81, F85, F86: faults in files, faults of the program, outputs that cannot be written.

use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};
use sufficiency::job::{Alone, Event, Options};
use sufficiency::run;
use sufficiency::run::Selection;

use super::{below, council, run as program};

const SEED: &str = "code,meaning\nR5037,AP\n";

#[test]
fn f85_a_panic_in_a_step_ends_that_pipeline_alone_and_its_words_are_in_no_record() {
    const SECRET: &str = "A823432112001";
    let council = council();
    council
        .write("pipelines/codes/pipeline.toml", "description = \"Codes\"\nowner = \"data\"\n")
        .write("pipelines/codes/seeds/accounts.csv", SEED);
    let context = council.open();
    let options = Options { send: true, trigger: "a test".to_owned(), ..Options::default() };
    let outcome = run::run(&context, &Selection::All, &options, &Alone, &mut |event| {
        if let Event::Reading { source, .. } = event {
            panic!("{source} held {SECRET}");
        }
    })
    .unwrap();
    let summary = outcome.summary();
    let code_of = |pipeline: &str| {
        let all = summary["pipelines"].as_array().unwrap().clone();
        all.into_iter().find(|found| found["pipeline"] == pipeline).unwrap()["code"].as_u64().unwrap()
    };
    assert_eq!((code_of("finance"), code_of("codes"), code_of("cost_review")), (1, 0, 12), "{summary:#}");
    let failure = outcome.result().unwrap_err();
    assert_eq!(failure.code(), 1);
    assert!(!failure.to_string().contains(SECRET), "{failure}");
    assert_eq!(council.query("SELECT count(*) FROM codes.accounts"), ["1"]);
    drop(context);
    for name in below(&council.path("store")) {
        let bytes = std::fs::read(council.path("store").join(&name)).unwrap();
        assert!(!bytes.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()), "{name}");
    }
    let again = council.run_all().result();
    again.unwrap_or_else(|failure| panic!("nothing of it stands in the way: {failure}"));
}

#[test]
fn f86_a_log_that_cannot_be_written_keeps_no_run_from_its_end() {
    let binary = env!("CARGO_BIN_EXE_sufficiency");
    let closings = ["2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full", "2>&1 | true"];
    for closing in closings {
        let council = council();
        let line = format!("\"$0\" --project \"$1\" run --all --send {closing}");
        let ended = Command::new("bash")
            .args(["-o", "pipefail", "-c", &line, binary])
            .arg(council.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(ended.code(), Some(0), "{closing}");
        assert_eq!(council.query("SELECT count(*) FROM finance.ledger_lines"), ["1"], "{closing}");
        assert_eq!(council.emails().len(), 1, "{closing}");
    }
}

#[test]
fn f81_every_fault_of_a_project_is_reported_at_once_at_its_line() {
    let council = council();
    council
        .write(
            "pipelines/finance/pipeline.toml",
            "description = \"Spend\"\nowner = \"data\"\nshedule = { cron = \"0 5 * * *\" }\n",
        )
        .write(
            "pipelines/cost_review/pipeline.toml",
            "description = \"Spend by month\"\nowner = \"dta\"\nreports = [\"cost_review\"]\n",
        )
        .write("pipelines/codes/pipeline.toml", "description = 5\nowner = \"data\"\n")
        .write("pipelines/finance/sources/ledger_lines.toml", "connection = \"finance_share\"\nfiles = 7\n");
    let checked = program(&council, &["check"]);
    let printed = String::from_utf8_lossy(&checked.stderr);
    assert_eq!(checked.status.code(), Some(2), "{printed}");
    for (what, place) in [
        ("found `shedule`", "pipelines/finance/pipeline.toml:3:1"),
        ("no owner `dta`", "pipelines/cost_review/pipeline.toml:2:9"),
        ("found integer `5`", "pipelines/codes/pipeline.toml:1:15"),
        ("found integer `7`", "pipelines/finance/sources/ledger_lines.toml:2:9"),
    ] {
        assert!(printed.contains(what) && printed.contains(place), "`{what}` at {place}: {printed}");
    }
}

#[test]
fn f81_models_that_read_each_other_in_a_circle_are_refused_with_the_circle() {
    let council = council();
    council
        .write("pipelines/round/pipeline.toml", "description = \"Round\"\nowner = \"data\"\n")
        .write("pipelines/round/models/one.sql", "SELECT code FROM two\n")
        .write("pipelines/round/models/two.sql", "SELECT code FROM one\n");
    let checked = program(&council, &["check"]);
    let printed = String::from_utf8_lossy(&checked.stderr);
    assert_eq!(checked.status.code(), Some(2), "{printed}");
    assert!(printed.contains("one") && printed.contains("two"), "{printed}");
}

#[test]
fn check_tells_people_and_programs_which_connections_are_not_there() {
    let council = council();
    let printed = || -> serde_json::Value {
        let checked = program(&council, &["--json", "check"]);
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        serde_json::from_slice(&checked.stdout).unwrap()
    };
    assert_eq!(printed(), serde_json::json!({ "faults": [], "unreached": [] }));
    std::fs::remove_dir_all(council.path("extracts")).unwrap();
    let one = serde_json::json!({
        "connection": "finance_share", "path": "extracts", "sources": ["finance.ledger_lines"],
    });
    assert_eq!(printed(), serde_json::json!({ "faults": [], "unreached": [one] }));
    let checked = program(&council, &["check"]);
    let lines = String::from_utf8(checked.stdout).unwrap();
    let line =
        "connection `finance_share`: there is no `extracts` on this machine yet, for finance.ledger_lines";
    assert_eq!(lines.lines().last(), Some(line), "{lines}");
}

#[test]
fn f83_a_store_of_a_newer_form_is_left_alone_with_a_message() {
    let council = council();
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let newest = below(&council.path("store/commits")).pop().unwrap();
    let newest = council.path("store/commits").join(newest);
    let written = std::fs::read_to_string(&newest).unwrap();
    let (body, _) = written.split_once(",\n  \"seal\"").unwrap();
    let body = body.replacen("\"format\": 2", "\"format\": 3", 1);
    assert!(body.contains("\"format\": 3"));
    let seal = sufficiency::text::hex(&Sha256::digest(&body));
    std::fs::write(&newest, format!("{body},\n  \"seal\": \"{seal}\"\n}}\n")).unwrap();
    let tables = below(&council.path("store/tables"));
    for arguments in [&["run", "--all"][..], &["query", "SELECT 1 AS one"], &["verify"]] {
        let ran = program(&council, arguments);
        let printed = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}: {printed}");
        assert!(printed.contains("has format 3, and this program reads formats up to 2"), "{printed}");
    }
    assert_eq!(below(&council.path("store/tables")), tables, "what analysts read stays");
    std::fs::write(&newest, written).unwrap();
    assert!(program(&council, &["run", "--all"]).status.success());
}
