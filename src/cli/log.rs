//! The log: lines for people, or one JSON object a line for programs.

use clap::ValueEnum;
use serde_json::{Map, Value};

use crate::calendar::Clock;
use crate::schedule::Entry;

/// The form of the log on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One object a line, with a fixed list of fields.
    Json,
}

/// Returns `entry` as a program reads it, with the time.
pub(super) fn json(entry: &Entry) -> String {
    let time = Clock::system(chrono_tz::UTC).now().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let mut line = Map::from_iter([("time".to_owned(), Value::String(time))]);
    if let Ok(Value::Object(fields)) = serde_json::to_value(entry) {
        line.extend(fields);
    }
    Value::Object(line).to_string()
}

#[cfg(test)]
mod tests;
