use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file that a user wrote, kept whole so that a later fault can quote it.
#[derive(Debug)]
pub struct SourceFile {
    pub(super) path: PathBuf,
    pub(super) shown: String,
    pub(super) text: String,
}

impl SourceFile {
    /// Makes a file in memory, for text that has no file of its own.
    #[must_use]
    pub fn inline(name: &str, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { path: PathBuf::from(name), shown: name.to_owned(), text: text.into() })
    }

    /// Makes a file that cannot be read, for a fault that names it.
    pub(super) fn unread(shown: &str) -> Arc<Self> {
        Self::inline(shown, "")
    }

    /// Returns where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the path as users are shown it: relative to the project, with `/`.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Returns the whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the file's name without its extension.
    #[must_use]
    pub fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Returns the line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let end =
            (0..=byte.min(self.text.len())).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0);
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// Returns the lines that `span` touches.
    pub(super) fn lines_of(&self, span: Range<usize>) -> impl Iterator<Item = &str> {
        let first = self.line_and_column(span.start).0;
        let last = self.line_and_column(span.end).0;
        self.text.lines().skip(first - 1).take(last + 1 - first)
    }

    /// Returns the byte at which a line and column, both from 1, begin; the end when they lie outside.
    #[must_use]
    pub fn byte_at(&self, line: usize, column: usize) -> usize {
        let mut start = 0;
        for _ in 1..line {
            match self.text[start..].find('\n') {
                Some(at) => start += at + 1,
                None => return self.text.len(),
            }
        }
        self.text[start..]
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(self.text.len(), |(at, _)| start + at)
    }
}
