//! Settings that a room above knows: a kind by its name, and a table as it was written.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned};

/// A kind of place or of file, such as `folder` or `csv`, with its settings as they were written. The connector or the
/// format of that name reads them as its own type.
#[derive(Clone)]
pub struct Written {
    kind: Spanned<String>,
    /// The tables around the settings, the outermost first.
    within: Vec<String>,
    /// The file that holds them.
    text: Arc<str>,
    /// The same file as faults may quote it, byte for byte as long.
    quoted: Arc<SourceFile>,
}

/// Shows the kind alone: settings may name what is secret.
impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written").field("kind", self.kind.get_ref()).finish_non_exhaustive()
    }
}

impl Written {
    /// Reads a kind and its settings from a line of TOML, as `folder = { path = "." }`.
    ///
    /// # Errors
    ///
    /// The fault of a text that is not TOML, or does not name one kind.
    pub fn inline(text: &str) -> Result<Self, Diagnostic> {
        let file = SourceFile::inline("settings.toml", text);
        let table = DeTable::parse(text).map_err(|error| Diagnostic::from_toml(&file, &error))?;
        one(Reading { text, quoted: &file }.kinds(&[], table.get_ref(), |_, _| true))
            .map_err(|message| Diagnostic::error(&file, None, message))
    }

    /// Returns the name of the kind.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.kind.get_ref()
    }

    /// Reads the settings as those of its kind.
    ///
    /// # Errors
    ///
    /// The fault of the first key that is not as `T` has it, at its line.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Diagnostic> {
        let fault = |error: toml::de::Error| Diagnostic::from_toml(&self.quoted, &error);
        let table = DeTable::parse(&self.text).map_err(fault)?;
        let mut value = toml::Spanned::new(table.span(), DeValue::Table(table.into_inner()));
        for key in self.within.iter().chain([self.kind.get_ref()]) {
            let DeValue::Table(table) = value.get_mut() else { break };
            let Some(inner) = table.remove(key.as_str()) else { break };
            value = inner;
        }
        T::deserialize(ValueDeserializer::from(value)).map_err(fault)
    }

    /// Makes a fault at the name of the kind.
    #[must_use]
    pub fn fault(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(&self.quoted, Some(self.kind.span()), message)
    }
}

/// The text of a file, and the same as faults may quote it.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) quoted: &'a Arc<SourceFile>,
}

impl Reading<'_> {
    /// Returns the entries of `table`, which lies `within` others, that `is_kind` takes, as kinds with their settings.
    pub(super) fn kinds(
        self,
        within: &[&str],
        table: &DeTable<'_>,
        is_kind: impl Fn(&str, &DeValue<'_>) -> bool,
    ) -> Vec<Written> {
        let kinds = table.iter().filter(|(name, value)| is_kind(name.get_ref(), value.get_ref()));
        let text: Arc<str> = self.text.into();
        kinds
            .map(|(name, _)| Written {
                kind: Spanned::new(name.span(), name.get_ref().to_string()),
                within: within.iter().map(|&name| name.to_owned()).collect(),
                text: Arc::clone(&text),
                quoted: Arc::clone(self.quoted),
            })
            .collect()
    }

    /// Returns the connections of `settings.toml`, by name, with the faults of those that do not name one kind of place.
    pub(super) fn connections(self) -> (Vec<(String, Written)>, Diagnostics) {
        let (mut found, mut faults) = (Vec::new(), Diagnostics::default());
        let table = DeTable::parse(self.text).ok();
        let connections = table.as_ref().and_then(|table| table.get_ref().get("connections"));
        let tables = connections.and_then(|connections| connections.get_ref().as_table());
        if let (Some(other), None) = (connections, tables) {
            faults.push(Diagnostic::error(self.quoted, Some(other.span()), "expected connections by name"));
        }
        for (name, value) in tables.into_iter().flatten() {
            let within = ["connections", name.get_ref()];
            let kinds = value.get_ref().as_table().map(|table| self.kinds(&within, table, |_, _| true));
            match one(kinds.unwrap_or_default()) {
                Ok(written) => found.push((name.get_ref().to_string(), written)),
                Err(message) => faults.push(Diagnostic::error(self.quoted, Some(name.span()), message)),
            }
        }
        (found, faults)
    }
}

/// Returns the only one of `kinds`, or what is wrong with them.
fn one(mut kinds: Vec<Written>) -> Result<Written, String> {
    match (kinds.pop(), kinds.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err("expected a kind of place with its settings, found none".to_owned()),
        (Some(last), false) => {
            let names = kinds.iter().chain([&last]).map(|kind| format!("`{}`", kind.kind()));
            Err(format!("expected one kind of place, found {}", names.collect::<Vec<_>>().join(" and ")))
        }
    }
}
