//! Several files of one source: which of them a table is made of, in which order, and what a person is shown.

mod archives;
mod dispositions;
mod entrance;
mod joined;
mod merging;
mod reissued;
mod renamed;
mod strays;
mod unique;

use std::fmt::Write;

use sufficiency::job::{Alone, Event, Options};
use sufficiency::run::{self, Selection};

use crate::council::Council;

/// The columns of a payment: a number and pounds.
const PAYMENT: &str = "[[columns]]\nname = \"txn\"\nfrom = \"Txn\"\ntype = \"text\"\nrequired = true\n\
    [[columns]]\nname = \"amount\"\nfrom = \"Amount\"\ntype = { money = { scale = 2 } }\n";

/// Writes a contract of payments: its first lines, then the columns.
fn payments(lines: &str) -> String {
    format!("{lines}\n[csv]\n{PAYMENT}")
}

/// Writes a file of payments.
fn file(council: &Council, name: &str, rows: &[(&str, &str)]) {
    let mut text = "Txn,Amount\n".to_owned();
    for (txn, amount) in rows {
        writeln!(text, "{txn},{amount}").unwrap();
    }
    council.write(&format!("extracts/{name}"), text);
}

/// Runs everything, which must go well; returns what is said of each pipeline, and the closing lines.
fn run(council: &Council) -> String {
    let mut lines = Vec::new();
    let outcome = run::run(&council.open(), &Selection::All, &Options::default(), &Alone, &mut |event| {
        if let Event::Finished { outcome, .. } = event {
            lines.push(outcome.clone());
        }
    });
    let outcome = outcome.unwrap();
    lines.extend(outcome.closing_lines());
    outcome.result().unwrap_or_else(|failure| panic!("{failure}"));
    lines.join("\n")
}

/// Checks that a second run finds nothing to do.
fn idle(council: &Council) {
    let printed = run(council);
    assert!(printed.contains("Nothing to do: every source, table and edition is as it was."), "{printed}");
}

/// Checks that what is said of a run holds these words.
fn says(printed: &str, words: &str) {
    assert!(printed.contains(words), "`{words}` is not in: {printed}");
}

/// Returns the numbers of the payments in the table, and their sum.
fn table(council: &Council) -> (String, String) {
    let row =
        council.query("SELECT string_agg(txn, ' ' ORDER BY txn), sum(amount) FROM share.rows").remove(0);
    let (numbers, sum) = row.split_once('|').unwrap();
    (numbers.to_owned(), sum.to_owned())
}

/// Checks that the failure of a run has this code and these words.
fn refused(council: &Council, code: u8, words: &[&str]) {
    let failure = council.failure();
    assert_eq!(failure.code(), code, "{failure}");
    for word in words {
        assert!(failure.to_string().contains(word), "`{word}` is not in: {failure}");
    }
}
