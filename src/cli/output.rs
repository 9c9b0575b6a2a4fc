//! Printing, in one place: to people or to programs, to a terminal or to a file. What is not written by this program may hold
//! what a terminal obeys; it is shown.

use std::io::{IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::process::ExitCode;
use std::sync::{Mutex, OnceLock, PoisonError};

use arrow::array::RecordBatch;
use serde_json::{Map, Value, json};

use super::log::{self, LogFormat};
use super::progress::Progress;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::job::{Event, Failure, Kept, Kind};
use crate::schedule::Entry;
use crate::schedule::daemon::Console;
use crate::text::{visible, visible_json};

/// The form of the log, for a panic, which has no output of its own.
static FORM: OnceLock<LogFormat> = OnceLock::new();

/// Where and how a verb prints.
#[derive(Debug)]
pub(super) struct Output {
    json: bool,
    log: LogFormat,
    colour: bool,
    /// What is as it was when the verb fails and does not say itself what is.
    preserved: Kept,
    /// On a terminal.
    progress: Option<Progress>,
    /// What programs read: one document, printed when the verb has ended.
    document: Mutex<Option<Value>>,
}

impl Output {
    #[expect(
        clippy::disallowed_methods,
        reason = "NO_COLOR speaks to whatever prints, and nothing else prints"
    )]
    pub(super) fn new(json: bool, form: LogFormat) -> Self {
        let log = *FORM.get_or_init(|| form);
        let no_color = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
        let terminal = std::io::stderr().is_terminal();
        let colour = terminal && !no_color;
        let shown = terminal && !json && log == LogFormat::Text;
        let progress = shown.then(|| Progress::new(colour));
        Self { json, log, colour, preserved: Kept::Everything, progress, document: Mutex::new(None) }
    }

    /// Returns the same for a verb whose failure leaves `preserved` as it was.
    pub(super) fn preserving(self, preserved: Kept) -> Self {
        Self { preserved, ..self }
    }

    /// Prints one line for people; nothing for programs.
    pub(super) fn line(&self, text: impl AsRef<str>) {
        if !self.json {
            print(&visible(text.as_ref()));
        }
    }

    /// Prints one line about work under way, on the side channel.
    pub(super) fn progress(&self, text: impl AsRef<str>) {
        self.entry(&Entry::new("info", "progress", text.as_ref()));
    }

    /// Prints a line that does not run into a bar.
    fn above(&self, text: &str) {
        if !self.progress.as_ref().is_some_and(|progress| progress.line(text)) {
            side(text);
        }
    }

    /// Adds to the one document that programs read; nothing for people.
    pub(super) fn value(&self, value: &Value) {
        if !self.json {
            return;
        }
        let mut document = self.document.lock().unwrap_or_else(PoisonError::into_inner);
        *document = Some(match (document.take(), value.clone()) {
            (None, value) => value,
            (Some(Value::Object(mut before)), Value::Object(fields)) => {
                before.extend(fields);
                Value::Object(before)
            }
            // A list that is followed by a failure.
            (Some(before), Value::Object(fields)) => {
                let mut all = Map::from_iter([("answer".to_owned(), before)]);
                all.extend(fields);
                Value::Object(all)
            }
            (Some(before), value) => json!([before, value]),
        });
    }

    /// Returns whether programs read the answer.
    pub(super) fn is_for_programs(&self) -> bool {
        self.json
    }

    /// Prints the document that programs read, when the verb has ended.
    pub(super) fn end(&self) {
        let document = self.document.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(document) = document {
            print_json(&document);
        }
    }

    /// Prints text that is the answer itself, whoever reads it.
    pub(super) fn answer(text: &str) {
        print(text);
    }

    /// Prints bytes that are the answer itself.
    pub(super) fn bytes(bytes: &[u8]) {
        let _closed = std::io::stdout().write_all(bytes);
    }

    /// Prints JSON that is the answer itself.
    pub(super) fn json(bytes: &[u8]) {
        print(&visible_json(&String::from_utf8_lossy(bytes)));
    }

    /// Prints rows: a table for people, an array of objects for programs.
    pub(super) fn rows(&self, rows: &RecordBatch) -> Result<(), Failure> {
        if self.json {
            let bytes = crate::export::json(rows).map_err(Failure::bug)?;
            Self::json(&bytes);
        } else {
            let table = crate::export::table(rows).map_err(Failure::bug)?;
            print(&String::from_utf8_lossy(&table));
        }
        Ok(())
    }

    /// Prints faults that do not stop the work.
    pub(super) fn warnings(&self, warnings: &Diagnostics) {
        for warning in warnings.iter() {
            self.draw(warning, "");
        }
    }

    /// Prints all faults, drawn; for programs, an array, `beside` what else they read.
    pub(super) fn faults(&self, faults: &Diagnostics, mut beside: Value) {
        if self.json {
            let list: Vec<Value> = faults.iter().map(Diagnostic::to_json).collect();
            if let Some(object) = beside.as_object_mut() {
                object.insert("faults".to_owned(), Value::Array(list));
            }
            self.value(&beside);
        } else {
            for fault in faults.iter() {
                self.draw(fault, "\n");
            }
        }
    }

    /// Prints what stopped the work; returns its exit code.
    pub(super) fn failure(&self, failure: &Failure) -> ExitCode {
        ExitCode::from(self.failed(failure).code())
    }

    /// Prints what stopped the work, for programs beside what they read already; returns the failure of work that has
    /// reported itself.
    pub(super) fn failed(&self, failure: &Failure) -> Failure {
        let failure = &failure.clone().preserving(self.preserved);
        if self.json {
            self.value(&failure_json(failure));
        } else if self.log == LogFormat::Json {
            self.entry(&Entry::failed("failed", failure));
        } else if failure.faults().is_empty() {
            self.complain(&format!("error: {failure}"));
        } else {
            self.faults(failure.faults(), json!({}));
            if let Some(safe) = failure.what_was_kept() {
                self.complain(&format!("kept: {safe}"));
            }
            if let Some(step) = failure.next_step() {
                self.complain(&format!("help: {step}"));
            }
            for other in failure.others() {
                self.complain(&format!("error: {other}"));
            }
        }
        Failure::ended(failure.code())
    }

    /// Adds to what programs read what stopped work that has said so to people; returns the failure of work that has
    /// reported itself.
    pub(super) fn reported(&self, failure: &Failure) -> Failure {
        if self.json { self.failed(failure) } else { Failure::ended(failure.code()) }
    }

    fn complain(&self, text: &str) {
        match self.log {
            LogFormat::Text => self.above(&visible(text)),
            LogFormat::Json => self.entry(&Entry::new("warning", "fault", text.trim_end())),
        }
    }

    /// Prints a fault as it is drawn, which is where its texts become safe: its colours are what a terminal is to obey.
    fn draw(&self, fault: &Diagnostic, end: &str) {
        match self.log {
            LogFormat::Text => self.above(&format!("{}{end}", fault.draw(self.colour))),
            LogFormat::Json => self.complain(&fault.draw(false)),
        }
    }
}

impl Console for Output {
    fn entry(&self, entry: &Entry) {
        match self.log {
            LogFormat::Json => side(&visible_json(&log::json(entry))),
            LogFormat::Text if self.json => {}
            LogFormat::Text => self.above(&visible(entry.text())),
        }
    }

    fn last_words(&self) -> Box<dyn Fn(&Failure) + Send> {
        let (json, form, preserved) = (self.json, self.log, self.preserved);
        Box::new(move |failure| {
            let out = Self::new(json, form).preserving(preserved);
            out.failed(failure);
            out.end();
        })
    }

    fn event(&self, event: &Event) {
        if self.progress.as_ref().is_some_and(|progress| progress.show(event)) {
            return;
        }
        match (self.log, event) {
            (LogFormat::Json, _) => self.entry(&Entry::from(event)),
            // The summary says it, or a failure.
            (LogFormat::Text, Event::Read { .. } | Event::Checked { .. }) => {}
            (LogFormat::Text, _) => self.entry(&Entry::new("info", "progress", event.to_string())),
        }
    }
}

/// Returns what stopped the work as programs read it, the faults of files where `check` has them.
fn failure_json(failure: &Failure) -> Value {
    let mut error = failure.to_json();
    let faults = error.as_object_mut().and_then(|fields| fields.remove("faults"));
    let mut value = json!({ "error": error, "code": failure.code() });
    if let (Some(faults), Some(fields)) = (faults, value.as_object_mut()) {
        fields.insert("faults".to_owned(), faults);
    }
    value
}

/// Prints to standard error. A log that cannot be written keeps nothing from its end.
fn side(text: &str) {
    let _closed = writeln!(std::io::stderr(), "{text}");
}

/// Prints to standard output. A reader that went away is not a fault.
fn print(text: &str) {
    let _closed = writeln!(std::io::stdout(), "{}", text.trim_end_matches('\n'));
}

/// Prints a document for programs.
fn print_json(document: &Value) {
    print(&visible_json(&serde_json::to_string_pretty(document).unwrap_or_default()));
}

/// Reports a panic: its place in the program, and nothing that it was about.
pub(super) fn panicked(panic: &PanicHookInfo<'_>) {
    let place =
        panic.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
    let message = format!("a fault of the program{place}, please report it");
    match FORM.get() {
        Some(LogFormat::Json) => {
            side(&log::json(&Entry::new("error", "panic", message).with_exit(Kind::Bug.code())));
        }
        Some(LogFormat::Text) | None => side(&format!("error: {message}")),
    }
}

/// Prints what clap answers by itself: help and the version.
pub(super) fn answer(said: &clap::Error, json: bool) -> ExitCode {
    if json {
        let name = if said.kind() == clap::error::ErrorKind::DisplayVersion { "version" } else { "help" };
        print_json(&json!({ name: said.to_string().trim_end() }));
    } else {
        let _closed = said.print();
    }
    ExitCode::SUCCESS
}

/// Prints the document of a fault of the program, of which the hook of panics has written the line for people.
pub(super) fn bug(json: bool) -> ExitCode {
    let failure = Failure::bug("it stopped in the middle of its work");
    if json {
        print_json(&failure_json(&failure));
    }
    ExitCode::from(failure.code())
}
