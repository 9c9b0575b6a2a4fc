//! What happens to the program from outside: signals, other processes, closed outputs, faults of its own.

mod frozen;
mod outside;
mod planned;
mod program;
mod signals;
mod terminal;
mod triggers;
mod unsafe_setups;
mod watched;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use crate::council::Council;

/// A ledger of one line.
const LEDGER: &str = "\
,Supplier ID,Supplier ID(T),Amount,Account,Account(T),Payment Date,TransNo,Service(T),Cost Centre(T)
INSERTED DETAIL,700001,Provider One,\"1,500.00\",R5037,AP,12/04/2025,1001,Education,AP
";

const SETTINGS: &str = "\
[connections.finance_share]
folder = { path = \"extracts\" }
[mail]
from = \"AP commissioning <ap.reports@council.example>\"
folder = { path = \"./mail\" }
allow_domains = [\"council.example\"]
";

/// A morning on which the year of that line is the newest that has been closed: a report of any other would be held.
const CLOCK: &str = "2026-10-05T06:00";

/// Returns the settings of a machine whose clock stands at `clock`.
fn settings_at(clock: &str) -> String {
    format!("fixed_clock = \"{clock}\"\n{SETTINGS}")
}

/// Makes a council that has not been run: a ledger, its tables, and a report on them.
fn council() -> Council {
    let council = Council::of("payments");
    council.write("settings.toml", settings_at(CLOCK));
    write_ledger(&council);
    council
}

/// Puts the ledger where it is looked for.
fn write_ledger(council: &Council) {
    council.write("extracts/wolver_apr_2023.csv", LEDGER);
}

/// Makes the same with a pipeline whose one query takes longer than anybody waits for.
fn endless() -> Council {
    let council = council();
    council
        .write("pipelines/endless/pipeline.toml", "description = \"Never ends\"\nowner = \"data\"\n")
        .write(
            "pipelines/endless/models/endless.sql",
            "SELECT count(*) AS pairs FROM generate_series(1, 3000000) AS a CROSS JOIN \
             generate_series(1, 3000000) AS b WHERE (a.value * b.value) % 1000003 = 7\n",
        );
    council
}

/// Prepares the program on a council.
fn command(council: &Council, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sufficiency"));
    command.arg("--project").arg(council.path("")).args(arguments);
    command
}

fn run(council: &Council, arguments: &[&str]) -> Output {
    command(council, arguments).output().unwrap()
}

/// Starts the program and reads what it prints until `word` comes.
fn start(mut command: Command, word: &str) -> (Child, BufReader<ChildStderr>) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(word) {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended before it printed `{word}`");
    }
    (child, output)
}

/// Sends a signal, by its name.
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Lists the names of files below a folder.
fn below(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            names.extend(
                below(&entry.path())
                    .iter()
                    .map(|name| format!("{}/{name}", entry.file_name().to_string_lossy())),
            );
        } else {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}
