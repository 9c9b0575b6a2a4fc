use std::collections::BTreeSet;

use super::fault::{Diagnostic, Place, Severity};

/// Every fault found in one pass, in the order found.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    pub(super) list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one fault.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all faults of `other`.
    pub fn extend(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Returns the value, or `None` after keeping its faults.
    pub fn collect<T>(&mut self, result: Result<T, impl Into<Diagnostics>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(faults) => {
                self.extend(faults.into());
                None
            }
        }
    }

    /// Returns the same faults, each place once: what two checks find at one place is one fault.
    #[must_use]
    pub fn one_a_place(mut self) -> Self {
        let mut seen = BTreeSet::new();
        self.list.retain(|fault| match &fault.place {
            Some(Place { file, span: Some(span), .. }) => {
                seen.insert((fault.severity, file.shown().to_owned(), span.start, span.end))
            }
            _ => true,
        });
        self
    }

    /// Keeps the faults that are wanted.
    pub fn retain(&mut self, is_wanted: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(is_wanted);
    }

    /// Returns whether there is an error among them.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|fault| fault.severity == Severity::Error)
    }

    /// Returns whether nothing at all was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the faults, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Returns the value if no error was found, else the faults.
    ///
    /// # Errors
    ///
    /// Returns the faults themselves when one of them is an error.
    pub fn or<T>(self, value: T) -> Result<T, Diagnostics> {
        if self.has_errors() { Err(self) } else { Ok(value) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { list: vec![diagnostic] }
    }
}
