//! Every failure has its parts apart: what happened in our words, the file, what was kept, what to do, and what a library
//! or the operating system says of it. Each is provoked here in the program itself.

mod files;
mod projects;

use serde_json::Value;

use crate::council::Council;
use crate::exits::{agrees, run};

/// One failure: how it comes about, and what must be said of it.
struct Case {
    name: &'static str,
    arguments: &'static [&'static str],
    make: fn(&Council),
    code: i64,
    kind: &'static str,
    /// What the place names.
    place: &'static str,
    /// What the cause says; nothing where no library has anything to say.
    cause: &'static str,
}

/// What only a library or the operating system says.
const NOT_OURS: &[&str] = &[
    "os error",
    "No such file",
    "ermission denied",
    "Is a directory",
    "Not a directory",
    "Parquet error",
    "Arrow error",
    "SQLSTATE",
    "Invalid ",
    "invalid utf",
    "EOF",
    "file is not a database",
    "malformed",
    "no such column",
    "no such table",
    "deflate",
    "Cfb",
    "caused by",
    "CSV error",
    "expected value at",
    "at line 1 column",
    "DataFusion",
    "parse error",
];

/// How a clause begins that says what to do, which is for the help.
const ADVICE: &[&str] = &[
    "run", "say", "use", "set", "write", "leave", "take", "put", "add", "name", "save", "declare", "correct",
    "pick", "cast", "ask", "see", "move", "check", "make", "install", "try", "look",
];

/// Returns the error that programs read, after it was compared with what people read.
fn failure(council: &Council, name: &str, arguments: &[&str], code: i64) -> Value {
    let printed = run(council, &[&["--json"][..], arguments].concat());
    let value: Value = serde_json::from_slice(&printed.stdout)
        .unwrap_or_else(|_| panic!("{name}: {}", String::from_utf8_lossy(&printed.stdout)));
    assert_eq!(value["code"], code, "{name}: {value:#}");
    let text = String::from_utf8(run(council, arguments).stderr).unwrap();
    agrees(&value["error"], &text, arguments);
    once(name, &text);
    value["error"].clone()
}

/// Checks that nothing before a colon is said twice.
fn once(name: &str, text: &str) {
    for line in text.lines() {
        let parts: Vec<&str> = line.split(": ").map(|part| part.trim_matches('`')).collect();
        let twice = parts.windows(2).find(|two| two[0] == two[1] && !two[0].is_empty());
        assert!(twice.is_none(), "{name}: {twice:?} in: {text}");
    }
}

/// Checks what holds for every failure.
fn has_its_parts(name: &str, error: &Value) {
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
    let (what, cause) = (text("what"), text("cause"));
    for field in ["what", "kept", "help"] {
        assert!(!text(field).trim().is_empty(), "{name}: no {field} in {error:#}");
    }
    for theirs in NOT_OURS {
        assert!(!what.contains(theirs), "{name}: `{theirs}` is not ours, in {error:#}");
        assert!(!text("help").contains(theirs), "{name}: `{theirs}` does not help, in {error:#}");
    }
    for clause in what.split("; ").chain(what.split(": ")).skip(1) {
        let first = clause.split(' ').next().unwrap_or_default();
        assert!(!ADVICE.contains(&first), "{name}: advice in {error:#}");
    }
    assert!(cause.is_empty() || !what.contains(&cause), "{name}: the cause is in what: {error:#}");
    assert!(!text("help").contains("says: "), "{name}: {error:#}");
    for other in error["others"].as_array().into_iter().flatten() {
        has_its_parts(name, other);
    }
}

/// Checks each case in a project of its own, and names all that are not as they must be.
fn check_all(cases: &[Case], project: fn() -> Council) {
    let wrong: Vec<&str> = cases
        .iter()
        .filter(|case| std::panic::catch_unwind(|| check(&project(), case)).is_err())
        .map(|case| case.name)
        .collect();
    assert!(wrong.is_empty(), "not as they must be: {wrong:?}");
}

fn check(council: &Council, case: &Case) {
    (case.make)(council);
    let error = failure(council, case.name, case.arguments, case.code);
    has_its_parts(case.name, &error);
    assert_eq!(error["kind"], case.kind, "{}: {error:#}", case.name);
    if case.kind.starts_with("source_") {
        assert_eq!(
            error["of"].as_str().map(|of| of.contains('.')),
            Some(true),
            "{}: no source: {error:#}",
            case.name
        );
    }
    for (field, wanted) in [("place", case.place), ("cause", case.cause)] {
        let found = error[field].as_str().unwrap_or_default();
        let fits = if wanted.is_empty() { found.is_empty() } else { found.contains(wanted) };
        assert!(fits, "{}: expected {field} `{wanted}`, found `{found}`: {error:#}", case.name);
    }
}
