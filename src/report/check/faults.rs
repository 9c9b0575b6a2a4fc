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

/// Returns whether a name can be part of the names of files and pictures.
pub(super) fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.bytes().all(plain)
}
