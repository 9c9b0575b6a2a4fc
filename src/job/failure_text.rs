//! How a failure reads: the same lines on a terminal, in a log and in the record of a run, and its fields for
//! programs.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::failure::Failure;
use crate::diagnostic::Diagnostic;

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
        if let Some(name) = self.name() {
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

    /// Returns where it happened: of faults in files, where the first of them is.
    fn place_or_first(&self) -> Option<String> {
        let of_first = || self.faults().iter().next().and_then(Diagnostic::location);
        self.place().map(str::to_owned).or_else(of_first)
    }

    /// Returns what to do: of faults in files, what puts the first of them right.
    fn help_or_first(&self) -> Option<String> {
        let own = self.what_to_do();
        let of_first = || self.faults().iter().next().and_then(Diagnostic::help).map(str::to_owned);
        if own.is_empty() { of_first() } else { Some(own.join("\n")) }
    }

    /// Returns what happened and, where that is not all, its cause.
    fn what_and_cause(&self) -> (String, Option<String>) {
        let cause = self.cause().map(ToString::to_string);
        match (self.what(), cause) {
            ("", Some(cause)) => (cause, None),
            ("", None) => (self.faults().iter().next().map_or("", Diagnostic::message).to_owned(), None),
            (what, cause) => (what.to_owned(), cause),
        }
    }

    /// Returns place, what happened and its cause, in one line; nothing where the faults say it all.
    fn first_line(&self) -> String {
        let name = self.name().map(str::to_owned);
        let place = self.place().map(|place| format!("`{place}`"));
        let what = Some(self.what().to_owned()).filter(|what| !what.is_empty());
        let cause = self.cause().map(ToString::to_string);
        [name, place, what, cause].into_iter().flatten().collect::<Vec<_>>().join(": ")
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
        for help in self.what_to_do() {
            write!(f, "\nhelp: {help}")?;
        }
        for other in self.others() {
            write!(f, "\nalso, with code {}: {other}", other.code())?;
        }
        Ok(())
    }
}
