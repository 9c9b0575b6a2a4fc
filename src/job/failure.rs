//! Why a run stopped.

use std::error::Error;
use std::sync::Arc;

use super::kept::Kept;
use super::kind::{Kind, severity};
use crate::diagnostic::{Diagnostic, Diagnostics};

/// Why a run stopped: the kind, what happened and where, what was kept, and what to do.
///
/// ```
/// use sufficiency::job::{Failure, Kept, Kind};
///
/// let failure = Failure::new(Kind::Gate, "3 of 40 rows break `total`")
///     .at("finance.ledger_lines")
///     .kept(Kept::LastTables)
///     .help("look at the rows with `sufficiency query`");
/// assert_eq!(failure.code(), 12);
/// ```
#[derive(Debug, Clone)]
pub struct Failure {
    parts: Box<Parts>,
}

/// What a failure says: on the heap, because it is returned by almost everything.
#[derive(Debug, Clone)]
struct Parts {
    kind: Kind,
    what: String,
    place: Option<String>,
    file: Option<String>,
    notes: Vec<String>,
    kept: Option<Kept>,
    help: Vec<String>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
    faults: Diagnostics,
    name: Option<String>,
    others: Vec<Failure>,
}

impl Failure {
    /// Creates a failure that says `what` happened, in one line.
    #[must_use]
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        let parts = Parts {
            kind,
            what: what.into(),
            place: None,
            file: None,
            notes: Vec::new(),
            kept: None,
            help: Vec::new(),
            cause: None,
            faults: Diagnostics::default(),
            name: None,
            others: Vec::new(),
        };
        Self { parts: Box::new(parts) }
    }

    /// Creates a failure of which `error` says what happened, and the errors behind it why.
    #[must_use]
    pub fn of(kind: Kind, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(kind, "").because(error)
    }

    /// Creates a failure that is a fault of the program.
    #[must_use]
    pub fn bug(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Kind::Bug, "a fault of the program")
            .because(error)
            .help("please report it, with what it says here and what `sufficiency --version` prints")
    }

    /// Creates a failure to do what an argument or a setting asks for.
    #[must_use]
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// Creates a failure of a secret or of the permission to read something.
    #[must_use]
    pub fn credentials(what: impl Into<String>) -> Self {
        Self::new(Kind::Credentials, what)
    }

    /// Creates a failure of a check, or of data that are too old or not there yet.
    #[must_use]
    pub fn gate(what: impl Into<String>) -> Self {
        Self::new(Kind::Gate, what)
    }

    /// Creates the failure of work that a signal stopped, with the exit code that it asks for.
    #[must_use]
    pub fn stopped(code: u8) -> Self {
        Self::new(Kind::Stopped(code), "stopped by a signal").kept(Kept::Published)
    }

    /// Creates the failure of work that has reported itself, with the exit code that it came to.
    #[must_use]
    pub fn ended(code: u8) -> Self {
        Self::new(Kind::Ended(code), format!("ended with exit code {code}"))
    }

    /// Returns the same failure as one of what was typed, not of a file: a query, or a name in it.
    #[must_use]
    pub(crate) fn typed(mut self) -> Self {
        if self.parts.kind == Kind::Project {
            self.parts.kind = Kind::Usage;
        }
        self
    }

    /// Adds where it happened: a source, a table, a file, an edition.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.parts.place = Some(place.into());
        self
    }

    /// Adds the file that it is about, within where it happened, and the row or the line of it where one is known, as
    /// `` `ledger.csv` row 7 ``.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.parts.file = Some(file.into());
        self
    }

    /// Adds a line of detail.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.parts.notes.push(note.into());
        self
    }

    /// Adds what was kept.
    #[must_use]
    pub fn kept(mut self, kept: Kept) -> Self {
        self.parts.kept = Some(kept);
        self
    }

    /// Adds what was kept, to each failure that does not say it.
    #[must_use]
    pub(crate) fn preserving(mut self, kept: Kept) -> Self {
        self.parts.kept.get_or_insert(kept);
        self.parts.others = self.parts.others.into_iter().map(|other| other.preserving(kept)).collect();
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.parts.help.push(help.into());
        self
    }

    /// Adds the error that caused it.
    #[must_use]
    pub fn because(mut self, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.parts.cause = Some(Arc::from(error.into()));
        self
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.parts.kind
    }

    /// Returns the exit code of the kind.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.kind().code()
    }

    /// Returns the faults of the project's files, where it is about them.
    #[must_use]
    pub fn faults(&self) -> &Diagnostics {
        &self.parts.faults
    }

    /// Returns what happened, in one line; empty where the faults or the cause say it.
    pub(super) fn what(&self) -> &str {
        &self.parts.what
    }

    /// Returns where it happened.
    pub(super) fn place(&self) -> Option<&str> {
        self.parts.place.as_deref()
    }

    /// Returns the file that it is about, as `` `ledger.csv` row 7 ``.
    pub(super) fn file(&self) -> Option<&str> {
        self.parts.file.as_deref()
    }

    /// Returns the lines of detail.
    pub(super) fn notes(&self) -> &[String] {
        &self.parts.notes
    }

    /// Returns what was kept, where it is known.
    #[must_use]
    pub fn what_was_kept(&self) -> Option<Kept> {
        self.parts.kept
    }

    /// Returns what to do, a line for each thing.
    #[must_use]
    pub fn what_to_do(&self) -> &[String] {
        &self.parts.help
    }

    /// Returns the error that caused it.
    pub(super) fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.parts.cause.as_deref()
    }

    /// Returns the pipeline, report or source that it is the failure of, where several may fail.
    pub(super) fn name(&self) -> Option<&str> {
        self.parts.name.as_deref()
    }

    /// Returns the other failures of the same run, the most severe first.
    #[must_use]
    pub fn others(&self) -> &[Failure] {
        &self.parts.others
    }

    /// Returns the most severe of the failures of several things, each by its name, with the others behind it. `None`
    /// when there is none.
    pub(crate) fn worst_of(mut failures: Vec<(String, Self)>) -> Option<Self> {
        failures.sort_by_key(|(_, failure)| severity(failure.code()));
        let (name, worst) = failures.pop()?;
        if failures.is_empty() {
            return Some(worst);
        }
        let others = failures.into_iter().rev().map(|(name, failure)| failure.named(&name));
        Some(worst.with_others(&name, others))
    }

    /// Returns whether it came of one source, so that others can still be read: not of a signal, a lock that was lost, a
    /// store that refuses or a fault of the program.
    pub(crate) fn is_of_one_source(&self) -> bool {
        matches!(
            self.kind(),
            Kind::Project
                | Kind::Usage
                | Kind::Credentials
                | Kind::SourceUnavailable
                | Kind::SourceRejected
                | Kind::Gate
        )
    }

    /// Returns the same failure as that of `name`, with `others` behind it.
    pub(crate) fn with_others(self, name: &str, others: impl IntoIterator<Item = Self>) -> Self {
        let mut failure = self.named(name);
        failure.parts.others.extend(others);
        failure
    }

    /// Returns the same failure as that of `name`, unless it has a name.
    fn named(mut self, name: &str) -> Self {
        self.parts.name.get_or_insert_with(|| name.to_owned());
        self
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.parts.cause.as_ref().map(|cause| -> &(dyn Error + 'static) { cause.as_ref() })
    }
}

impl From<Diagnostics> for Failure {
    fn from(faults: Diagnostics) -> Self {
        let mut failure = Self::new(Kind::Project, "");
        failure.parts.faults = faults;
        failure
    }
}

impl From<Diagnostic> for Failure {
    fn from(fault: Diagnostic) -> Self {
        Diagnostics::from(fault).into()
    }
}

#[cfg(test)]
mod tests;
