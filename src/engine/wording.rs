//! Messages of DataFusion and of its SQL parser in the form of ours: what was expected, and what was found.

mod planning;

use planning::Reworded;

use crate::diagnostic::Cause;
use crate::text::counted;

/// A message as we say it, with what to do where only this message says it, and the engine's own words where there are
/// no other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wording {
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) cause: Option<Cause>,
}

/// How the message of a table that is not there begins.
pub(super) const NO_TABLE: &str = "expected the name of a table, found ";

/// Returns `message` as we say it; one that has no other words stays as it is.
pub(super) fn of(message: &str) -> Wording {
    let reworded = parser(message)
        .or_else(|| tokens(message))
        .or_else(|| names(message))
        .or_else(|| types(message))
        .or_else(|| planning::of(message));
    match reworded {
        Some((message, help)) => Wording { message, help, cause: None },
        None => others(message),
    }
}

/// Returns a message that has no other words: what the engine says is its cause, so that nobody takes it for ours.
fn others(message: &str) -> Wording {
    if let Some(why) = message.strip_prefix(NO_EXPRESSION) {
        let help = Some("write a `\\` before a sign that stands for itself, such as `(` or `+`".to_owned());
        let cause = why.strip_prefix(": ").map(Cause::from);
        return Wording { message: NO_EXPRESSION.to_owned(), help, cause };
    }
    if message.starts_with("expected ") {
        return Wording { message: message.to_owned(), help: None, cause: None };
    }
    Wording {
        message: "expected SQL that the engine can run, found some that it refuses".to_owned(),
        help: Some("write it in another way: the cause says what the engine expects".to_owned()),
        cause: Some(message.into()),
    }
}

/// What is said of a text that is not a regular expression.
const NO_EXPRESSION: &str = "expected a regular expression, found a text that is none";

/// Returns what a library says of a text that is not a regular expression, without the text, which may be a person's.
pub(super) fn regular_expression(message: &str) -> Option<String> {
    let lower = message.to_lowercase();
    let is_one = lower.contains("regex parse error") || lower.contains("regular expression did not compile");
    let why = lower.lines().filter_map(|line| line.trim().strip_prefix("error: ")).next_back();
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    is_one.then(|| format!("{NO_EXPRESSION}{why}"))
}

/// Rewords what the parser says: `expected: an expression, found: EOF`.
fn parser(message: &str) -> Reworded {
    let (expected, found) = message.strip_prefix("expected: ")?.rsplit_once(", found: ")?;
    let expected = match expected {
        "end of statement" => "the end of the query".to_owned(),
        "identifier" => "a name".to_owned(),
        // What the bracket holds may go on as well.
        ")" => "`)`, or more of what it closes".to_owned(),
        // A keyword, or a sign.
        sign if !sign.chars().any(char::is_lowercase) => format!("`{sign}`"),
        words => words.to_owned(),
    };
    let found = if found == "EOF" { "the end of the query".to_owned() } else { format!("`{found}`") };
    Some((format!("expected {expected}, found {found}"), None))
}

/// Rewords what ends too soon: a text in quotes, or a comment.
fn tokens(message: &str) -> Reworded {
    let lower = message.to_lowercase();
    let what = if lower.starts_with("unterminated") && lower.contains("string") {
        "text, a `'`"
    } else if lower.starts_with("unexpected eof while in a multi-line comment") {
        "comment, `*/`"
    } else if lower.starts_with("expected close delimiter") {
        "name, a `\"`"
    } else {
        return None;
    };
    Some((format!("expected the end of a {what}, found the end of the query"), None))
}

/// Rewords names that there are not, and names that there are twice.
fn names(message: &str) -> Reworded {
    let named = |before: &str, after: &str| {
        let rest = message.strip_prefix(before)?;
        Some(rest.split_once(after)?.0.to_owned())
    };
    if let Some(name) = named("column '", "' not found") {
        return Some((format!("expected the name of a column, found `{name}`"), None));
    }
    if let Some(name) = named("table '", "' not found") {
        return Some((format!("{NO_TABLE}`{name}`"), None));
    }
    if let Some(name) = named("invalid function '", "'") {
        return Some((format!("expected the name of a function, found `{name}`"), None));
    }
    if message.contains("unique expression names") {
        let help = "give one of them another name with `AS`".to_owned();
        return Some((
            "expected a name of its own for each column, found one name twice".to_owned(),
            Some(help),
        ));
    }
    None
}

/// Rewords what a function cannot take, in number or in type.
fn types(message: &str) -> Reworded {
    let rest = message.strip_prefix("function '")?;
    let (name, rest) = rest.split_once("' failed to match any signature")?;
    let received = rest.split_once("but received ").map_or("", |(_, rest)| rest);
    let found = received.split([' ', '.', ',']).next().unwrap_or_default();
    let wanted = rest.split_once("expects ").map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
    let message = match (found.parse::<usize>(), wanted.and_then(|wanted| wanted.parse::<usize>().ok())) {
        (Ok(count), Some(wanted)) => {
            format!("expected {} of `{name}`, found {count}", counted(wanted, "argument", "arguments"))
        }
        (Ok(count), None) => format!("expected the arguments of `{name}`, found {count}"),
        (Err(_), _) if found.is_empty() => format!("expected types that `{name}` takes, found others"),
        (Err(_), _) => format!("expected a type that `{name}` takes, found {found}"),
    };
    Some((message, None))
}

#[cfg(test)]
mod tests;
