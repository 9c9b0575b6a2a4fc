//! What programs read is one document, whatever they ask for and whatever is wrong with it; and what shells complete.

use std::process::{Command, Output};

use sufficiency::cli;

use crate::council::Council;
use crate::refusals::council;

fn program(council: &Council, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    program.args(arguments).current_dir(council.path("")).stdin(std::process::Stdio::null()).output().unwrap()
}

/// Returns the one document that was printed.
fn document(output: &Output, of: &[&str]) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| {
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        panic!("{of:?}: {fault}: {out:?} {err}")
    })
}

/// Returns every command of the reference, without the name of the program.
fn commands() -> Vec<String> {
    let reference = cli::reference();
    let named =
        reference.lines().filter_map(|line| line.trim_start_matches('#').strip_prefix(" `sufficiency "));
    let is_word = |word: &&str| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    named
        .map(|rest| {
            rest.split('`').next().unwrap().split(' ').take_while(is_word).collect::<Vec<_>>().join(" ")
        })
        .collect()
}

#[test]
fn a_fault_of_usage_is_one_document_for_every_command() {
    let council = council();
    let commands = commands();
    assert!(commands.len() > 30, "{commands:?}");
    for command in &commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        for more in [&["--json", "--no-such-option"][..], &["--no-such-option", "--json"]] {
            let arguments: Vec<&str> = words.iter().chain(more).copied().collect();
            let output = program(&council, &arguments);
            let found = document(&output, &arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert!(found["error"]["what"].is_string() && found["code"] == 2, "{arguments:?}: {found:#}");
        }
    }
}

#[test]
fn answers_and_faults_of_every_kind_are_one_document() {
    let council = council();
    let asked: &[(&[&str], i32)] = &[
        (&["--json"], 2),
        (&["nosuch", "--json"], 2),
        (&["--json", "--help"], 0),
        (&["--json", "--version"], 0),
        (&["query", "--json"], 2),
        (&["query", "--json", "SELEC"], 2),
        (&["query", "--json", "SELECT 1; SELECT 2"], 2),
        (&["query", "--json", "SELECT * FROM nowhere"], 2),
        (&["query", "--json", "SELECT 1 AS one"], 0),
        (&["query", "--json", "SHOW TABLES"], 0),
        (&["query", "--json", "DESCRIBE ledger_lines"], 0),
        (&["tables", "--json"], 0),
        (&["tables", "--dictionary", "--json"], 0),
        (&["describe", "nosuch", "--json"], 2),
        (&["report", "--json"], 2),
        (&["report", "list", "--json"], 0),
        (&["report", "preview", "nosuch", "--json"], 2),
        (&["report", "draft", "nosuch", "--json"], 2),
        (&["report", "draft", "cost_review", "--watch", "--json"], 2),
        (&["history", "--json"], 0),
        (&["show", "nosuch", "--json"], 2),
        (&["completions", "bash", "--json"], 0),
        (&["completions", "nosuch", "--json"], 2),
        (&["--project", "nowhere", "tables", "--json"], 2),
        (&["--log-format", "xml", "--json", "tables"], 2),
        (&["check", "--json"], 0),
        (&["plan", "--json"], 0),
        (&["schedule", "list", "--json"], 0),
        (&["verify", "--json"], 0),
        (&["lineage", "--json"], 0),
    ];
    for (arguments, code) in asked {
        let output = program(&council, arguments);
        document(&output, arguments);
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}");
    }
    let dictionary = document(&program(&council, &["tables", "--dictionary", "--json"]), &["tables"]);
    assert!(dictionary["pipelines"].is_array() || dictionary["pipelines"].is_object(), "{dictionary:#}");
}

/// Completes a line as Bash does: the last word is the one under the cursor.
fn completed(council: &Council, words: &[&str]) -> Vec<String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    let output = program
        .env("SUFFICIENCY_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
        .env("_CLAP_COMPLETE_COMP_TYPE", "9")
        .env("_CLAP_COMPLETE_SPACE", "true")
        .env("_CLAP_IFS", "\n")
        .arg("--")
        .args(words)
        .current_dir(council.path(""))
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn shells_complete_the_names_of_the_project() {
    let council = council();
    let of = |words: &[&str]| completed(&council, words);
    assert_eq!(of(&["sufficiency", "run", "cost"]), ["cost_review"]);
    assert_eq!(of(&["sufficiency", "report", "draft", "cos"]), ["cost_review"]);
    assert_eq!(of(&["sufficiency", "report", "preview", "cost_review", "cos"]), ["cost_review-fy2023-24-r1"]);
    assert_eq!(of(&["sufficiency", "describe", "finance.l"]), ["finance.ledger_lines"]);
    assert_eq!(of(&["sufficiency", "try", "finance."]), ["finance.ledger_lines"]);
    assert!(of(&["sufficiency", "report", "dr"]).contains(&"draft".to_owned()));
    // From another folder, by the project that the line names.
    let elsewhere = Council::of("payments");
    let project = council.path("");
    let project = project.to_str().unwrap();
    let words = ["sufficiency", "--project", project, "report", "preview", "cost_review", "cos"];
    assert_eq!(completed(&elsewhere, &words), ["cost_review-fy2023-24-r1"]);
    // Where there is no project there are no names, and no faults.
    let nowhere = council.path("store");
    std::fs::write(nowhere.join("sufficiency.toml"), "nonsense").unwrap();
    let words = ["sufficiency", "--project", nowhere.to_str().unwrap(), "run", "cost"];
    assert_eq!(completed(&council, &words), [""; 0]);
}

#[test]
fn each_shell_gets_a_script_that_asks_the_program() {
    let council = council();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = program(&council, &["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(
            script.contains("SUFFICIENCY_COMPLETE") && script.contains("sufficiency"),
            "{shell}: {script}"
        );
    }
}
