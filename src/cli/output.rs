//! Printing, in one place: to people or to programs, to a terminal or to a file.

use std::io::{IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use arrow::array::RecordBatch;
use serde_json::{Value, json};

use crate::diagnostic::Diagnostics;
use crate::run::Failure;

/// Where and how a verb prints.
#[derive(Debug)]
pub(super) struct Output {
    json: bool,
    colour: bool,
}

impl Output {
    #[expect(
        clippy::disallowed_methods,
        reason = "NO_COLOR speaks to whatever prints, and nothing else prints"
    )]
    pub(super) fn new(json: bool) -> Self {
        let no_color = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
        Self { json, colour: std::io::stderr().is_terminal() && !no_color }
    }

    /// One line for people; nothing for programs.
    pub(super) fn line(&self, text: impl AsRef<str>) {
        if !self.json {
            print(text.as_ref());
        }
    }

    /// One line about work under way, on the side channel.
    pub(super) fn progress(&self, text: impl AsRef<str>) {
        if !self.json {
            let _closed = writeln!(std::io::stderr(), "{}", text.as_ref());
        }
    }

    /// One value for programs; nothing for people.
    pub(super) fn value(&self, value: &Value) {
        if self.json {
            print(&serde_json::to_string_pretty(value).unwrap_or_default());
        }
    }

    /// Text that is the answer itself, whoever reads it.
    pub(super) fn answer(text: &str) {
        print(text);
    }

    /// Bytes that are the answer itself.
    pub(super) fn bytes(bytes: &[u8]) {
        let _closed = std::io::stdout().write_all(bytes);
    }

    /// Rows: a table for people, an array of objects for programs.
    pub(super) fn rows(&self, rows: &RecordBatch) -> Result<(), Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::Bug(error.to_string());
        if self.json {
            let bytes = crate::run::export::json(rows).map_err(|error| failed(&error))?;
            print(&String::from_utf8_lossy(&bytes));
        } else {
            let table = arrow::util::pretty::pretty_format_batches(std::slice::from_ref(rows));
            print(&table.map_err(|error| failed(&error))?.to_string());
        }
        Ok(())
    }

    /// Faults that do not stop the work.
    pub(super) fn warnings(&self, warnings: &Diagnostics) {
        for warning in warnings.iter() {
            self.complain(&warning.draw(self.colour));
        }
    }

    /// All faults, drawn; for programs, an array.
    pub(super) fn faults(&self, faults: &Diagnostics) {
        if self.json {
            let list: Vec<Value> = faults.iter().map(crate::diagnostic::Diagnostic::to_json).collect();
            self.value(&json!({ "faults": list }));
        } else {
            for fault in faults.iter() {
                self.complain(&format!("{}\n", fault.draw(self.colour)));
            }
        }
    }

    /// What stopped the work, and its exit code.
    pub(super) fn failure(&self, failure: &Failure) -> ExitCode {
        match failure {
            Failure::Project(faults) => self.faults(faults),
            other if self.json => {
                self.value(&json!({ "error": other.to_string(), "code": other.code() }));
            }
            other => self.complain(&format!("error: {other}")),
        }
        ExitCode::from(failure.code())
    }

    #[expect(clippy::unused_self, reason = "reads as the other ways of printing do")]
    fn complain(&self, text: &str) {
        let _closed = writeln!(std::io::stderr(), "{text}");
    }
}

/// Prints to standard output. A reader that went away is no fault.
fn print(text: &str) {
    let _closed = writeln!(std::io::stdout(), "{}", text.trim_end_matches('\n'));
}

/// What is told of a panic: its place in the program, and nothing that it was about.
pub(super) fn panicked(panic: &PanicHookInfo<'_>) {
    let place =
        panic.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
    let _closed = writeln!(std::io::stderr(), "error: a fault of the program{place}, please report it");
}

/// What clap says of the arguments; help and version are answers, not faults.
pub(super) fn usage(usage: &clap::Error) -> ExitCode {
    let _closed = usage.print();
    ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2))
}
