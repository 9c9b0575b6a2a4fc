use std::error::Error;

use serde_json::json;

use super::Failure;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::engine::EngineError;
use crate::job::kept::Kept;
use crate::job::kind::{Kind, worst};
use crate::store::StoreError;

fn refused() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::PermissionDenied, "permission denied")
}

fn whole() -> Failure {
    Failure::new(Kind::Gate, "3 of 40 rows are wrong")
        .at("finance.ledger_lines")
        .note("2 by `required`")
        .kept(Kept::LastTables)
        .help("look at the rows")
        .because(refused())
}

#[test]
fn each_kind_has_its_exit_code_and_a_name_of_its_own() {
    let kinds = [
        (Kind::Bug, 1),
        (Kind::Project, 2),
        (Kind::Usage, 2),
        (Kind::Credentials, 3),
        (Kind::SourceUnavailable, 10),
        (Kind::SourceRejected, 11),
        (Kind::Gate, 12),
        (Kind::Store, 20),
        (Kind::Damage, 21),
        (Kind::Overtaken, 22),
        (Kind::Lease, 22),
        (Kind::Render, 30),
        (Kind::Disclosure, 31),
        (Kind::Rejected, 40),
        (Kind::Uncertain, 41),
        (Kind::Deferred, 42),
        (Kind::Held, 43),
        (Kind::Limit, 50),
        (Kind::Stopped(143), 143),
        (Kind::Ended(12), 12),
    ];
    let mut names = std::collections::BTreeSet::new();
    for (kind, code) in kinds {
        assert_eq!(kind.code(), code, "{kind:?}");
        assert_eq!(Failure::new(kind, "it failed").code(), code, "{kind:?}");
        assert!(names.insert(kind.name()), "{kind:?}");
    }
}

#[test]
fn a_failure_says_what_where_and_why_then_what_was_kept_and_what_to_do() {
    assert_eq!(
        whole().to_string(),
        "`finance.ledger_lines`: 3 of 40 rows are wrong: permission denied\n\
         note: 2 by `required`\n\
         kept: nothing was published, and the last good tables are unchanged\n\
         help: look at the rows"
    );
    assert_eq!(
        whole().reason(),
        "`finance.ledger_lines`: 3 of 40 rows are wrong: permission denied\nnote: 2 by `required`"
    );
}

#[test]
fn programs_read_each_part_in_a_field_of_its_own() {
    assert_eq!(
        whole().to_json(),
        json!({
            "kind": "gate",
            "code": 12,
            "what": "3 of 40 rows are wrong",
            "place": "finance.ledger_lines",
            "notes": ["2 by `required`"],
            "kept": "nothing was published, and the last good tables are unchanged",
            "help": "look at the rows",
            "cause": "permission denied",
        })
    );
    let alone = Failure::of(Kind::Usage, refused()).to_json();
    assert_eq!((&alone["what"], &alone["cause"]), (&json!("permission denied"), &json!(null)));
}

#[test]
fn the_cause_is_kept_as_an_error() {
    let failure = whole();
    let cause = failure.source().and_then(|cause| cause.downcast_ref::<std::io::Error>());
    assert_eq!(cause.map(std::io::Error::kind), Some(std::io::ErrorKind::PermissionDenied));
}

#[test]
fn the_faults_of_a_file_are_drawn_and_listed() {
    let file = SourceFile::inline("pipeline.toml", "owner = 7\n");
    let failure = Failure::from(Diagnostic::error(&file, Some(8..9), "expected a name, found `7`"));
    assert_eq!((failure.kind(), failure.code()), (Kind::Project, 2));
    assert!(failure.to_string().contains("pipeline.toml:1:9"), "{failure}");
    let fields = failure.to_json();
    assert_eq!(fields["what"], "expected a name, found `7`");
    assert_eq!(fields["faults"][0]["line"], 1);
}

#[test]
fn the_most_severe_of_several_failures_gives_the_code_and_the_others_are_a_list() {
    let failures = vec![
        ("finance".to_owned(), Failure::gate("a check failed").help("look at it")),
        ("mail".to_owned(), Failure::new(Kind::Deferred, "it is queued")),
        ("pupils".to_owned(), Failure::new(Kind::Damage, "a file is damaged")),
    ];
    let worst = Failure::worst_of(failures).unwrap();
    assert_eq!(worst.code(), 21);
    assert_eq!(
        worst.to_string(),
        "pupils: a file is damaged\n\
         help: `sufficiency repair` restores it where it can, and says how to go on where it cannot\n\
         also, with code 12: finance: a check failed\nhelp: look at it\n\
         also, with code 42: mail: it is queued\nhelp: `sufficiency report status` shows the state of each delivery"
    );
    let fields = worst.to_json();
    assert_eq!(fields["of"], "pupils");
    assert_eq!(fields["others"][0]["of"], "finance");
    assert_eq!(fields["others"][1]["code"], 42);
    assert!(Failure::worst_of(Vec::new()).is_none());
    let alone = Failure::worst_of(vec![("finance".to_owned(), Failure::gate("a check failed"))]);
    assert_eq!(alone.unwrap().reason(), "a check failed");
}

#[test]
fn each_error_of_the_store_and_of_the_engine_has_the_kind_of_its_situation() {
    let name = || "commits/7.json".to_owned();
    let overtaken = StoreError::Overtaken {
        pipeline: "finance".to_owned(),
        run: "2".to_owned(),
        by: "1".to_owned(),
        seq: 7,
    };
    let errors = [
        (StoreError::Write { name: name(), source: refused() }, Kind::Store),
        (StoreError::NoSpace { name: name(), needed: 2, available: 1 }, Kind::Store),
        (StoreError::Read { name: name(), source: refused() }, Kind::Store),
        (StoreError::Corrupt { name: name(), what: "it is short".into() }, Kind::Damage),
        (StoreError::Newer { name: name(), found: 2, known: 1 }, Kind::Usage),
        (StoreError::OtherFileSystem { folder: "leases".to_owned(), store: "store".into() }, Kind::Usage),
        (overtaken, Kind::Overtaken),
        (StoreError::InUse("store".into()), Kind::Overtaken),
    ];
    for (error, kind) in errors {
        let words = error.to_string();
        let failure = Failure::from(error);
        assert_eq!(failure.kind(), kind, "{words}");
        assert!(failure.reason().starts_with(&words), "{failure}");
        let fields = failure.to_json();
        assert!(fields["place"].is_string() && fields["help"].is_string(), "{fields}");
        assert!(!fields["what"].as_str().unwrap().contains("denied"), "{fields}");
    }
    let memory = EngineError::Memory { file: "models/a.sql".to_owned(), source: "no room".into() };
    assert_eq!(Failure::from(memory).kind(), Kind::Limit);
    let damage = StoreError::Corrupt { name: name(), what: "it is short".into() };
    let read = EngineError::Read { file: "models/a.sql".to_owned(), source: Box::new(damage) };
    assert_eq!(Failure::from(read).kind(), Kind::Damage);
}

#[test]
fn a_fault_of_the_program_asks_to_be_reported() {
    let failure = Failure::bug("a run has no record");
    assert_eq!(failure.code(), 1);
    assert_eq!(
        failure.to_string(),
        "a fault of the program: a run has no record\nhelp: please report it, with what it says here and what `sufficiency \
         --version` prints"
    );
}

#[test]
fn that_a_signal_stopped_it_says_the_most_and_then_a_fault_of_the_program() {
    assert_eq!(worst([12, 143, 1]), Some(143));
    assert_eq!(worst([12, 1, 21]), Some(1));
    assert_eq!(worst([0, 42]), Some(42));
    assert_eq!(worst([0, 0]), None);
}

#[test]
fn what_is_in_the_place_or_the_sentence_is_not_said_twice() {
    let failed =
        || Failure::new(Kind::SourceRejected, "a quote is never closed").at("share.v").help("close it");
    let of_two =
        Failure::worst_of(vec![("share.v".to_owned(), failed()), ("share".to_owned(), failed())]).unwrap();
    assert_eq!(of_two.reason(), "`share.v`: a quote is never closed");
    assert_eq!(of_two.others()[0].reason(), "`share.v`: a quote is never closed");
    let in_file = failed().in_file("`a.csv` row 7");
    assert_eq!(in_file.reason(), "`share.v`: `a.csv` row 7: a quote is never closed");
    let fields = in_file.to_json();
    assert_eq!((&fields["of"], &fields["place"]), (&json!("share.v"), &json!("a.csv row 7")));
    let named = Failure::new(Kind::Damage, "`a.parquet` is damaged").at("a.parquet");
    assert_eq!(named.reason(), "`a.parquet` is damaged");
}

#[test]
fn each_kind_has_a_next_step_and_a_cause_is_said_once() {
    for kind in [Kind::Bug, Kind::Gate, Kind::Store, Kind::Stopped(143)] {
        assert!(Failure::new(kind, "it failed").to_json()["help"].is_string(), "{kind:?}");
    }
    let outer = std::io::Error::other(Box::new(refused()));
    let failure = Failure::gate("it failed").because(outer);
    assert_eq!(failure.to_json()["cause"], "permission denied");
}
