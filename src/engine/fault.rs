//! What DataFusion says of a query, as a fault at its line.

use std::ops::Range;
use std::sync::Arc;

use datafusion::common::Span;
use datafusion::error::DataFusionError;

use crate::diagnostic::{Diagnostic, SourceFile};

/// `error` as a fault in `sql`.
pub(super) fn diagnostic(sql: &Arc<SourceFile>, error: &DataFusionError) -> Diagnostic {
    if let Some(told) = error.diagnostic() {
        let span = told.span.map(|span| bytes(sql, span));
        let mut message = plain(&told.message);
        if span.is_none() {
            message = plain(&error.strip_backtrace());
        }
        let helps: Vec<&str> = told
            .helps
            .iter()
            .map(|help| help.message.as_str())
            .chain(told.notes.iter().map(|note| note.message.as_str()))
            .collect();
        let help = (!helps.is_empty()).then(|| helps.join("; "));
        return Diagnostic::error(sql, span.or_else(|| place_in(sql, &message)), without_place(&message))
            .with_help(help);
    }
    let message = plain(&error.strip_backtrace());
    let span = place_in(sql, &message);
    Diagnostic::error(sql, span, without_place(&message))
}

/// The table that a "table … not found" message names, as users write it.
pub(super) fn missing_table(message: &str) -> Option<String> {
    let rest = message.strip_prefix("table '")?;
    let (name, _) = rest.split_once("' not found")?;
    let name = name.strip_prefix(super::CATALOG).map_or(name, |rest| rest.trim_start_matches('.'));
    Some(name.to_owned())
}

/// The message without DataFusion's own headings.
fn plain(message: &str) -> String {
    let mut message = message.trim();
    for heading in [
        "Error during planning: ",
        "SQL error: ",
        "Schema error: ",
        "Execution error: ",
        "Arrow error: ",
        "sql parser error: ",
    ] {
        message = message.strip_prefix(heading).unwrap_or(message);
    }
    let message = message.strip_prefix("ParserError(\"").map_or(message, |rest| rest.trim_end_matches("\")"));
    let message = message.lines().next().unwrap_or_default().trim();
    let mut letters = message.chars();
    letters
        .next()
        .map_or_else(String::new, |first| {
            let second_is_lower = letters.clone().next().is_some_and(|second| !second.is_uppercase());
            let first = if second_is_lower { first.to_lowercase().to_string() } else { first.to_string() };
            first + letters.as_str()
        })
        .replace(&format!("{}.", super::CATALOG), "")
}

/// ` at Line: 2, Column: 8`, which the parser ends its messages with.
fn place_in(sql: &Arc<SourceFile>, message: &str) -> Option<Range<usize>> {
    let (_, rest) = message.rsplit_once("Line: ")?;
    let (line, column) = rest.split_once(", Column: ")?;
    let column: String = column.chars().take_while(char::is_ascii_digit).collect();
    let start = sql.byte_at(line.parse().ok()?, column.parse().ok()?);
    let word = sql.text()[start..]
        .find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .unwrap_or(0)
        .max(1);
    Some(start..(start + word).min(sql.text().len()))
}

fn without_place(message: &str) -> String {
    message.split(" at Line: ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}

fn bytes(sql: &Arc<SourceFile>, span: Span) -> Range<usize> {
    let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let start = sql.byte_at(number(span.start.line), number(span.start.column));
    let end = sql.byte_at(number(span.end.line), number(span.end.column));
    start..end.max(start)
}
