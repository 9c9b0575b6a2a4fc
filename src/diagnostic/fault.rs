use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use super::cause::Cause;
use super::nearest::did_you_mean;
use super::source_file::SourceFile;
use crate::text;

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The project still loads and runs.
    Warning,
    /// The project does not load.
    Error,
}

/// One fault, with its place where it has one.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) place: Option<Place>,
    pub(super) help: Option<String>,
    pub(super) cause: Option<Cause>,
}

/// Bytes of a file that a fault points at.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) file: Arc<SourceFile>,
    pub(super) span: Option<Range<usize>>,
    /// Whether the line may be shown: one that holds a secret may not.
    pub(super) quoted: bool,
}

impl Diagnostic {
    /// Makes an error in `file`, at the bytes `span` where they are known.
    #[must_use]
    pub fn error(file: &Arc<SourceFile>, span: Option<Range<usize>>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            message: message.into(),
            place: Some(Place { file: Arc::clone(file), span, quoted: true }),
            help: None,
            cause: None,
        }
    }

    /// Makes a warning in `file`, at the bytes `span` where they are known.
    #[must_use]
    pub fn warning(file: &Arc<SourceFile>, span: Option<Range<usize>>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, span, message) }
    }

    /// Makes an error of a file or a folder that cannot be read, by its path as it is shown.
    #[must_use]
    pub fn of_path(shown: &str, message: impl Into<String>) -> Self {
        Self::error(&SourceFile::unread(shown), None, message)
    }

    /// Makes an error that no single file holds, such as a name that two folders have.
    #[must_use]
    pub fn placeless(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), place: None, help: None, cause: None }
    }

    /// Returns the same fault as a warning.
    #[must_use]
    pub fn as_warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// Makes the fault that the TOML reader found in `file`. A line that names a secret is not quoted.
    #[must_use]
    pub fn from_toml(file: &Arc<SourceFile>, error: &toml::de::Error) -> Self {
        let message = in_toml(&error.message().trim_end().replace('\n', ": "));
        let (message, help) = match unknown_name(&message) {
            Some((short, help)) => (short, Some(help)),
            None => (in_our_form(&message).unwrap_or(message), None),
        };
        let fault = Self { help, ..Self::error(file, error.span(), message) };
        let mut lines = error.span().into_iter().flat_map(|span| file.lines_of(span));
        if lines.any(|line| names_a_secret(file, line)) { fault.unquoted() } else { fault }
    }

    /// Returns the same fault without the line that it points at.
    #[must_use]
    pub fn unquoted(mut self) -> Self {
        if let Some(place) = &mut self.place {
            place.quoted = false;
        }
        let nearly = self.help.take().filter(|help| help.starts_with("did you mean"));
        let secrets = || "secrets are kept in files of their own, which are named here".to_owned();
        self.with_help(nearly.unwrap_or_else(secrets))
    }

    /// Returns the same fault with a line of help beneath it.
    #[must_use]
    pub fn with_help(self, help: impl Into<Option<String>>) -> Self {
        Self { help: help.into().or(self.help), ..self }
    }

    /// Returns the same fault with what a library or the operating system says of it.
    #[must_use]
    pub fn because(self, cause: impl Into<Cause>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// Returns how bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns what is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns what would put it right, where that is known.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Returns what a library or the operating system says of it, where one said anything.
    #[must_use]
    pub fn cause(&self) -> Option<&Cause> {
        self.cause.as_ref()
    }

    /// Returns the file that it is about, as users are shown it: where it is, or, of one that cannot be read, the first that
    /// its message names.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        match &self.place {
            Some(place) => Some(place.file.shown()),
            None => self.message.split('`').nth(1).filter(|named| named.contains('/')),
        }
    }

    /// Returns `file:line:column`, or the file alone; `None` for a fault without a place.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        let place = self.place.as_ref()?;
        let path = place.file.shown();
        Some(match &place.span {
            Some(span) => {
                let (line, column) = place.file.line_and_column(span.start);
                format!("{path}:{line}:{column}")
            }
            None => path.to_owned(),
        })
    }
}

/// Returns the message of the TOML reader in TOML's words, where it has Rust's.
fn in_toml(message: &str) -> String {
    let mut words = message.to_owned();
    for (rust, toml) in [
        ("expected usize", "expected a whole number"),
        ("expected u8", "expected a whole number"),
        ("expected u16", "expected a whole number"),
        ("expected u32", "expected a whole number"),
        ("expected u64", "expected a whole number"),
        ("expected i64", "expected a whole number"),
        ("expected f64", "expected a number"),
        ("type: sequence", "type: a list"),
        ("type: map", "type: a table"),
        ("expected a sequence", "expected a list"),
        ("expected a map", "expected a table"),
    ] {
        if let Some(at) =
            words.find(rust).filter(|at| !words[at + rust.len()..].starts_with(char::is_alphanumeric))
        {
            words.replace_range(at..at + rust.len(), toml);
        }
    }
    words
}

/// Returns whether a line of TOML in `file` says what may be a secret.
fn names_a_secret(file: &SourceFile, line: &str) -> bool {
    let line = line.to_lowercase();
    if file.shown() == "settings.toml" && line.contains("key") {
        return true;
    }
    ["password", "passwd", "secret", "token", "api_key", "private_key"].iter().any(|word| line.contains(word))
}

/// Returns an "unknown field `x`, expected one of …" message as ours, and the help that its list allows: the name that is
/// nearly right, or all that would be.
fn unknown_name(message: &str) -> Option<(String, String)> {
    let (expected, rest) = match message.strip_prefix("unknown field `") {
        Some(rest) => ("a key that is known here", rest),
        None => ("a word that is known here", message.strip_prefix("unknown variant `")?),
    };
    let (name, list) = rest.split_once('`')?;
    let known: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let help = did_you_mean(name, &known).unwrap_or_else(|| text::known(&known));
    Some((format!("expected {expected}, found `{name}`"), help))
}

/// Returns what the TOML reader says of a missing key or of a value of another kind in the form of our messages.
fn in_our_form(message: &str) -> Option<String> {
    if let Some(rest) = message.strip_prefix("missing field ") {
        return Some(format!("expected the key {rest}, found none"));
    }
    let forms = ["invalid type: ", "invalid value: ", "invalid length "];
    let rest = forms.iter().find_map(|form| message.strip_prefix(form))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    Some(format!("expected {expected}, found {found}"))
}
