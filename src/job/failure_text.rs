//! How a failure reads: the same lines on a terminal, in a log and in the record of a run, and its fields for
//! programs.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::kind::Kind;
use crate::diagnostic::{Cause, Diagnostic};

impl Failure {
    /// Returns what happened, where and why, without what was kept and what to do.
    #[must_use]
    pub fn reason(&self) -> String {
        let mut lines = Vec::new();
        let first = self.first_line();
        if !first.is_empty() {
            lines.push(first);
        }
        lines.extend(self.notes().iter().map(|note| format!("note: {note}")));
        if !self.faults().is_empty() {
            lines.push(self.faults().to_string());
        }
        lines.join("\n")
    }

    /// Returns the fields of the failure, as `--json` shows them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if let Some(name) = self.of_what() {
            set("of", json!(name));
        }
        set("kind", json!(self.kind().name()));
        set("code", json!(self.code()));
        let (what, cause) = self.what_and_cause();
        set("what", json!(what));
        set("place", json!(self.place_or_first()));
        set("kept", json!(self.what_was_kept().map(|kept| kept.to_string())));
        set("help", json!(self.help_or_first()));
        set("cause", json!(cause));
        if !self.notes().is_empty() {
            set("notes", json!(self.notes()));
        }
        if !self.faults().is_empty() {
            set("faults", self.faults().iter().map(Diagnostic::to_json).collect());
        }
        if !self.others().is_empty() {
            set("others", self.others().iter().map(Failure::to_json).collect());
        }
        Value::Object(fields)
    }

    /// Returns what happened, in one line: what the record of a run and a list of runs say of it.
    #[must_use]
    pub fn headline(&self) -> String {
        match self.first_line() {
            line if !line.is_empty() => line,
            _ => [self.place_or_first(), Some(self.what_and_cause().0)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(": "),
        }
    }

    /// Returns where it happened: the file where there is one, and of faults in files, where the first of them is.
    fn place_or_first(&self) -> Option<String> {
        let own = self.file().map(|file| file.replace('`', "")).or_else(|| self.place().map(str::to_owned));
        own.or_else(|| self.first_fault().and_then(Diagnostic::location))
    }

    /// Returns what it is the failure of: by its name, or by where it happened when a file there is its place.
    fn of_what(&self) -> Option<&str> {
        self.place().filter(|_| self.file().is_some()).or_else(|| self.name())
    }

    /// Returns the first of the faults in files.
    fn first_fault(&self) -> Option<&Diagnostic> {
        self.faults().iter().next()
    }

    /// Returns what to do: of faults in files, what puts the first of them right.
    fn help_or_first(&self) -> Option<String> {
        let own = self.what_to_do();
        let of_first = || self.first_fault().and_then(Diagnostic::help).map(str::to_owned);
        if own.is_empty() { of_first().or_else(|| self.next_step()) } else { Some(own.join("\n")) }
    }

    /// Returns the next step that the kind allows, for a failure that names none of its own.
    #[must_use]
    pub(crate) fn next_step(&self) -> Option<String> {
        let step = match self.first_fault() {
            Some(fault) if fault.help().is_some() => return None,
            Some(_) => Kind::Project.next_step(),
            None => self.kind().next_step(),
        };
        self.what_to_do().is_empty().then(|| step.to_owned())
    }

    /// Returns what happened and, where a library or the operating system says more, its cause.
    fn what_and_cause(&self) -> (String, Option<String>) {
        let text = |cause: Cause| cause.to_string();
        match (self.what(), self.cause(), self.first_fault()) {
            ("", Some(error), _) => (error.to_string(), Cause::behind(error).map(text)),
            ("", None, Some(fault)) => (fault.message().to_owned(), fault.cause().map(ToString::to_string)),
            (what, cause, _) => (what.to_owned(), cause.map(|error| text(Cause::of(error)))),
        }
    }

    /// Returns place, what happened and its cause, in one line; nothing where the faults say it all. What is said already
    /// is not said twice: a place that the sentence names, or the name of what the place is part of.
    fn first_line(&self) -> String {
        let (what, cause) = match self.first_fault() {
            Some(_) if self.what().is_empty() && self.cause().is_none() => (String::new(), None),
            _ => self.what_and_cause(),
        };
        let place =
            self.place().map(|place| format!("`{place}`")).filter(|place| !what.contains(place.as_str()));
        let file = self.file().filter(|file| !what.contains(file)).map(str::to_owned);
        let within = |name: &&str| {
            let rest = self.place().and_then(|place| place.strip_prefix(name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let name = self.name().filter(|name| !within(name)).map(str::to_owned);
        let what = Some(what).filter(|what| !what.is_empty());
        [name, place, file, what, cause].into_iter().flatten().collect::<Vec<_>>().join(": ")
    }
}

/// Writes the fields of [`Failure::to_json`].
impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(to)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason())?;
        if let Some(kept) = self.what_was_kept() {
            write!(f, "\nkept: {kept}")?;
        }
        for help in self.what_to_do().iter().cloned().chain(self.next_step()) {
            write!(f, "\nhelp: {help}")?;
        }
        for other in self.others() {
            write!(f, "\nalso, with code {}: {other}", other.code())?;
        }
        Ok(())
    }
}
