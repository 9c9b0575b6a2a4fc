use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned};

/// Collects faults of `report.toml`.
pub(super) struct Faults<'a> {
    pub(super) source: &'a Arc<SourceFile>,
    pub(super) list: Diagnostics,
}

impl Faults<'_> {
    pub(super) fn at(&mut self, place: &Spanned<String>, message: String, help: Option<String>) {
        self.list.push(Diagnostic::error(self.source, Some(place.span()), message).with_help(help));
    }

    pub(super) fn warn(&mut self, place: &Spanned<String>, message: String) {
        self.list.push(Diagnostic::warning(self.source, Some(place.span()), message));
    }
}
