//! What DataFusion says of a query, as a fault at its line.

use std::ops::Range;
use std::sync::Arc;

use arrow::error::ArrowError;
use datafusion::common::{SchemaError, Span};
use datafusion::error::DataFusionError;

use super::wording::{self, Wording};
use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::text::{counted, known};

/// Returns `error` as a fault in `sql`.
pub(super) fn diagnostic(sql: &Arc<SourceFile>, error: &DataFusionError) -> Diagnostic {
    if let Some(found) = error.diagnostic() {
        let span = found.span.map(|span| bytes(sql, span));
        let mut message = plain(&found.message);
        if span.is_none() {
            message = plain(&error.strip_backtrace());
        }
        let notes = found.helps.iter().map(|help| help.message.as_str());
        let help = advice(&message, notes.chain(found.notes.iter().map(|note| note.message.as_str())));
        let help = help.or_else(|| columns(error));
        let span = span.or_else(|| place_in(sql, &message));
        return in_our_words(sql, span, &without_place(&message), help);
    }
    let text = error.strip_backtrace();
    let message = without_values(error).unwrap_or_else(|| plain(&text));
    let help = text.lines().find_map(|line| line.trim().strip_prefix("Did you mean ")).map(|name| {
        format!("did you mean `{}`?", name.trim_matches(|letter| letter == '\'' || letter == '?'))
    });
    let span = place_in(sql, &message).or_else(|| end_in(sql, &message)).or_else(|| name_in(sql, &message));
    in_our_words(sql, span, &without_place(&message), help)
}

/// Returns a fault in words that say what was expected, what was found and what to do, where DataFusion's own do not.
fn in_our_words(
    sql: &Arc<SourceFile>,
    span: Option<Range<usize>>,
    message: &str,
    help: Option<String>,
) -> Diagnostic {
    if message.contains("single SQL statement") {
        let end = sql.text().find(';').map(|at| at..at + 1);
        return Diagnostic::error(sql, end, "expected one statement, found another after it")
            .with_help(one_select(sql));
    }
    if message.starts_with("no SQL statements") {
        return Diagnostic::error(sql, None, "expected a query, found none").with_help(one_select(sql));
    }
    let Wording { message, help: ours, cause } = wording::of(message);
    let fault = Diagnostic::error(sql, span, message);
    match cause {
        Some(cause) => fault.with_help(ours).with_help(help).because(cause),
        None => fault.with_help(help).with_help(ours),
    }
}

/// Returns what Arrow says of the rows of a query as a fault of it.
pub(super) fn of_arrow(sql: &Arc<SourceFile>, error: ArrowError) -> Diagnostic {
    diagnostic(sql, &DataFusionError::from(error))
}

/// Returns the help of what is not one query: a model is in a file, whose name is its table's.
fn one_select(sql: &SourceFile) -> String {
    let of_a_file = if sql.shown().contains(".sql") { "; the file's name is the table's name" } else { "" };
    format!("write one SELECT{of_a_file}")
}

/// Returns what DataFusion advises, as we say it.
fn advice<'a>(message: &str, notes: impl Iterator<Item = &'a str>) -> Option<String> {
    let (mut names, mut functions, mut types, mut others) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut sides = Vec::new();
    for note in notes {
        if let Some(name) = note.strip_prefix("possible column ") {
            names.push(format!("`{name}`"));
        } else if let Some(name) = note.strip_prefix("Possible function ") {
            functions.push(name.trim_matches('\''));
        } else if let Some(kind) = note.strip_prefix("has type ") {
            types.push(kind.to_owned());
        } else if let Some(count) = fields_of_a_side(note) {
            sides.push(counted(count, "column", "columns"));
        } else {
            others.push(lower_first(note));
        }
    }
    // DataFusion names the function that is nearest however far it is.
    let called = message.split('\'').nth(1).unwrap_or_default();
    others.extend(did_you_mean(called, functions));
    if !names.is_empty() {
        others.push(format!("did you mean {}?", names.join(" or ")));
    }
    if !sides.is_empty() {
        others.push(format!("the sides have {}", sides.join(" and ")));
    }
    if !types.is_empty() {
        others.push(format!("the types are {}", types.join(" and ")));
    }
    (!others.is_empty()).then(|| others.join("; "))
}

/// Returns the count in a note of DataFusion: `this side has 2 fields`.
fn fields_of_a_side(note: &str) -> Option<u64> {
    note.strip_prefix("this side has ")?.split(' ').next()?.parse().ok()
}

/// Returns the columns that there are, where `error` is about one that there is not.
fn columns(error: &DataFusionError) -> Option<String> {
    let DataFusionError::SchemaError(found, _) = error.find_root() else { return None };
    let SchemaError::FieldNotFound { valid_fields, .. } = found.as_ref() else { return None };
    let mut names: Vec<&str> = valid_fields.iter().map(|field| field.name.as_str()).collect();
    names.dedup();
    (!names.is_empty()).then(|| known(names))
}

/// Returns what the data did to a query, without the values that did it: they may be a person's.
fn without_values(error: &DataFusionError) -> Option<String> {
    match error.find_root() {
        DataFusionError::ArrowError(found, _) => match found.as_ref() {
            ArrowError::CastError(text) => {
                let kind = text.rsplit_once("to value of ").map(|(_, rest)| rest.trim_end_matches(" type"));
                let kind = kind.map_or_else(
                    || "the type of a cast".to_owned(),
                    |kind| format!("a value of type {kind}"),
                );
                Some(format!("expected {kind}, found another value"))
            }
            ArrowError::ParseError(_) => {
                Some("expected a text that can be read as the type asked for, found another".to_owned())
            }
            ArrowError::DivideByZero => {
                Some("expected a number other than 0 to divide by, found 0".to_owned())
            }
            ArrowError::ArithmeticOverflow(_) => {
                Some("expected numbers whose result fits their type, found larger ones".to_owned())
            }
            ArrowError::InvalidArgumentError(text) => Some(unquoted(&plain(text))),
            _ => None,
        },
        DataFusionError::Execution(text) => Some(unquoted(&plain(text))),
        _ => None,
    }
}

/// Returns `message` without what it quotes.
fn unquoted(message: &str) -> String {
    let mut parts = message.split(['\'', '"']);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.enumerate().fold(first, |text, (at, part)| if at % 2 == 0 { text + "…" } else { text + part })
}

/// Returns the last letter, when the parser came to the end too soon.
fn end_in(sql: &Arc<SourceFile>, message: &str) -> Option<Range<usize>> {
    let end = sql.text().trim_end();
    let last = end.chars().next_back()?;
    message.contains("found: EOF").then(|| end.len() - last.len_utf8()..end.len())
}

/// Returns the function that a message names and that stands in the query once.
fn name_in(sql: &Arc<SourceFile>, message: &str) -> Option<Range<usize>> {
    let rest = message.split_once("unction '").or_else(|| message.split_once("unction call: "))?.1;
    let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    let text = sql.text().to_ascii_lowercase();
    let call = format!("{}(", name.to_ascii_lowercase());
    let mut found = text.match_indices(&call).map(|(at, _)| at);
    match (found.next(), found.next()) {
        (Some(at), None) if !name.is_empty() => Some(at..at + name.len()),
        _ => None,
    }
}

/// Refuses what is not a query: the whole of its first word is pointed at.
pub(super) fn no_query(sql: &Arc<SourceFile>) -> Diagnostic {
    let start = first_word(sql.text());
    let length = sql.text()[start..].find(|letter: char| !letter.is_alphanumeric()).unwrap_or(0).max(1);
    let span = start..(start + length).min(sql.text().len());
    let message = match sql.text().get(span.clone()).unwrap_or_default() {
        "" => "expected a query, found none".to_owned(),
        found => format!("expected a query, found `{found}`"),
    };
    Diagnostic::error(sql, Some(span), message).with_help(one_select(sql))
}

/// Returns where the first word begins, after white space and comments.
fn first_word(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start();
        at = text.len() - trimmed.len();
        let length = if trimmed.starts_with("--") {
            trimmed.find('\n')
        } else if trimmed.starts_with("/*") {
            trimmed.find("*/").map(|end| end + 2)
        } else {
            return at;
        };
        let Some(length) = length else { return text.len() };
        at += length;
    }
}

/// Returns the table that is not there, as users write it, where a message of ours names one.
pub(super) fn missing_table(message: &str) -> Option<String> {
    let name = message.strip_prefix(wording::NO_TABLE)?.trim_matches('`');
    let name =
        name.strip_prefix(super::table_name::CATALOG).map_or(name, |rest| rest.trim_start_matches('.'));
    Some(name.to_owned())
}

/// What DataFusion writes before its messages, and before each other.
const HEADINGS: [&str; 8] = [
    "Arrow error: ",
    "Error during planning: ",
    "Execution error: ",
    "Internal error: ",
    "SQL error: ",
    "Schema error: ",
    "This feature is not implemented: ",
    "sql parser error: ",
];

/// Returns the message without DataFusion's own headings.
fn plain(message: &str) -> String {
    // The last cause says what is wrong, those before it say where DataFusion was.
    let mut message = message.rsplit("caused by\n").next().unwrap_or(message).trim();
    if let Some(pattern) = wording::regular_expression(message) {
        return pattern;
    }
    while let Some(rest) = HEADINGS.iter().find_map(|heading| message.strip_prefix(heading)) {
        message = rest;
    }
    let quoted = message.strip_prefix("ParserError(\"").or_else(|| message.strip_prefix("TokenizerError(\""));
    let message = quoted.map_or(message, |rest| rest.trim_end_matches("\")"));
    let message = message.lines().next().unwrap_or_default().trim();
    lower_first(message).replace(&format!("{}.", super::table_name::CATALOG), "")
}

/// Returns `message` with a small first letter, but where it begins with an abbreviation.
fn lower_first(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map_or_else(String::new, |first| {
        let second_is_lower = letters.clone().next().is_some_and(|second| !second.is_uppercase());
        let first = if second_is_lower { first.to_lowercase().to_string() } else { first.to_string() };
        first + letters.as_str()
    })
}

/// Finds the place that ` at Line: 2, Column: 8` names, which the parser ends its messages with.
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
    let message = message.split(" at Line: ").next().unwrap_or_default();
    // A full stop is left off, but not one that the parser found.
    if message.ends_with(" .") { message.to_owned() } else { message.trim_end_matches('.').to_owned() }
}

fn bytes(sql: &Arc<SourceFile>, span: Span) -> Range<usize> {
    let number = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let start = sql.byte_at(number(span.start.line), number(span.start.column));
    let end = sql.byte_at(number(span.end.line), number(span.end.column));
    start..end.max(start)
}
