use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, SourceFile, Spanned};

/// A template and where its text lies.
pub(super) struct Template<'a> {
    pub(super) file: &'a Arc<SourceFile>,
    pub(super) text: &'a str,
    /// Where the text begins in the file; `None` when the file writes it with escapes.
    start: Option<usize>,
    /// What to point at when a fault's own place is not known.
    pub(super) whole: Option<Range<usize>>,
}

impl<'a> Template<'a> {
    /// Reads the whole of a file.
    pub(super) fn of_file(file: &'a Arc<SourceFile>) -> Self {
        Self { file, text: file.text(), start: Some(0), whole: None }
    }

    /// Reads a text of `report.toml`.
    pub(super) fn of_setting(file: &'a Arc<SourceFile>, text: &'a Spanned<String>) -> Self {
        let written = file.text().get(text.span()).unwrap_or_default();
        let start = written.find(text.get_ref().as_str()).map(|at| text.span().start + at);
        Self { file, text: text.get_ref(), start, whole: Some(text.span()) }
    }

    /// Parses the template; the fault is at the line from which it cannot be read.
    pub(super) fn parse(&self) -> Result<handlebars::Template, Diagnostic> {
        match handlebars::Template::compile(self.text) {
            Ok(parsed) => Ok(parsed),
            Err(error) => {
                if let Some((range, name)) = unclosed(self.text) {
                    let message = format!("the block `{name}` is not closed");
                    return Err(Diagnostic::error(
                        self.file,
                        self.place(range).or(self.whole.clone()),
                        message,
                    )
                    .with_help(format!("write `{{{{/{name}}}}}` where it ends")));
                }
                let at = error.pos().map(|(line, column)| self.byte(line, column));
                let place = at.and_then(|at| self.place(at..at + 1)).or(self.whole.clone());
                let reason = error.reason().to_string();
                let message = match reason.lines().next() {
                    // What follows is a list of the grammar's own words.
                    Some(first) if first.starts_with("invalid handlebars syntax") => {
                        "the template cannot be read from here on: a brace, a quote or a name is missing"
                    }
                    Some(first) => first,
                    None => "the template cannot be read",
                };
                Err(Diagnostic::error(self.file, place, message))
            }
        }
    }

    /// Returns the byte of the text at a line and a column, both from 1.
    pub(super) fn byte(&self, line: usize, column: usize) -> usize {
        SourceFile::inline("", self.text).byte_at(line, column)
    }

    /// Returns a range of the text as a range of the file.
    pub(super) fn place(&self, range: Range<usize>) -> Option<Range<usize>> {
        self.start.map(|start| start + range.start..start + range.end)
    }
}

/// Returns the last block that is opened and never closed, where no other is wrong.
fn unclosed(text: &str) -> Option<(Range<usize>, String)> {
    let mut open: Vec<(Range<usize>, String)> = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find("{{") {
        let begins = at + found;
        // `{{~#if …}}` also takes the space before it.
        let start = begins + 2 + usize::from(text.get(begins + 2..)?.starts_with('~'));
        let inside = text.get(start..)?;
        let word = |from: usize| -> String {
            let rest = inside.get(from..).unwrap_or_default().trim_start();
            rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
        };
        if inside.starts_with('#') {
            let name = word(1);
            open.push((begins..start + 1 + name.len(), name));
        } else if inside.starts_with('/') && open.pop()?.1 != word(1) {
            return None;
        }
        at = start;
    }
    open.pop()
}
