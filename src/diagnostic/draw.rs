//! How a fault looks: as rustc draws one, or as JSON.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use super::fault::{Diagnostic, Severity};
use super::faults::Diagnostics;
use crate::text::visible;

impl Diagnostic {
    /// Draws the fault as text, with the source line and a caret; in colour when asked.
    #[must_use]
    pub fn draw(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let (message, help) = (visible(&self.message), self.help.as_deref().map(visible));
        let because = || Level::NOTE.with_name("cause");
        let cause = self.cause.as_ref().map(ToString::to_string);
        let cause = cause.as_deref().map(visible);
        let title = level.primary_title(&*message);
        let mut group = match &self.place {
            // Nothing is quoted, so there is no gutter to hang the help on.
            None => {
                let cause = cause.as_deref();
                let cause = cause.map(|cause| Group::with_title(because().secondary_title(cause)));
                let help = help.as_deref().map(|help| Group::with_title(Level::HELP.secondary_title(help)));
                let groups = [Group::with_title(title)].into_iter().chain(cause).chain(help);
                return groups.map(|group| renderer.render(&[group])).collect::<Vec<_>>().join("\n");
            }
            Some(place) => {
                let text = place.file.text();
                match &place.span {
                    Some(span) if place.quoted => {
                        let end = span.end.min(text.len());
                        let start = span.start.min(end);
                        let snippet = Snippet::source(text)
                            .path(place.file.shown())
                            .annotation(AnnotationKind::Primary.span(start..end));
                        Group::with_title(title).element(snippet)
                    }
                    Some(span) => {
                        let (line, column) = place.file.line_and_column(span.start);
                        let origin = Origin::path(place.file.shown()).line(line).char_column(column);
                        Group::with_title(title).element(origin)
                    }
                    None => Group::with_title(title).element(Origin::path(place.file.shown())),
                }
            }
        };
        if let Some(cause) = &cause {
            group = group.element(because().message(&**cause));
        }
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(&**help));
        }
        renderer.render(&[group])
    }

    /// Returns the fault as one JSON object: severity, message, file, line, column, cause, help.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let position = self.place.as_ref().map(|place| {
            let at = place.span.as_ref().map(|span| place.file.line_and_column(span.start));
            (place.file.shown(), at)
        });
        json!({
            "severity": self.severity,
            "message": self.message,
            "file": position.map(|(file, _)| file),
            "line": position.and_then(|(_, at)| at).map(|(line, _)| line),
            "column": position.and_then(|(_, at)| at).map(|(_, column)| column),
            "cause": self.cause.as_ref().map(ToString::to_string),
            "help": self.help,
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.draw(false))
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
