//! The log: lines for people, or one JSON object a line for programs.

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::calendar::Clock;
use crate::{run, schedule};

/// The form of the log on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One object a line, with a fixed list of fields.
    Json,
}

/// One line of the log. These are all the fields that there are, and none is taken from a row of data: names,
/// counts and codes only.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry {
    level: &'static str,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<u8>,
    message: String,
}

impl Entry {
    pub(super) fn new(level: &'static str, event: &'static str, message: impl Into<String>) -> Self {
        Self {
            level,
            event,
            pipeline: None,
            occurrence: None,
            table: None,
            check: None,
            rows: None,
            exit: None,
            message: message.into(),
        }
    }

    /// The same with the exit code that it comes to.
    pub(super) fn with_exit(self, code: u8) -> Self {
        Self { exit: Some(code), ..self }
    }

    /// As a person reads it.
    pub(super) fn text(&self) -> &str {
        &self.message
    }

    /// As a program reads it, with the time.
    pub(super) fn json(&self) -> String {
        let time = Clock::system(chrono_tz::UTC).now().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let mut line = Map::from_iter([("time".to_owned(), Value::String(time))]);
        if let Ok(Value::Object(fields)) = serde_json::to_value(self) {
            line.extend(fields);
        }
        Value::Object(line).to_string()
    }
}

/// The pipeline of `pipeline.table`.
fn pipeline_of(table: &str) -> Option<String> {
    table.split_once('.').map(|(pipeline, _)| pipeline.to_owned())
}

impl From<&run::Event> for Entry {
    fn from(event: &run::Event) -> Self {
        use run::Event;
        let entry = |level, name| Self::new(level, name, event.to_string().trim_start());
        match event {
            Event::Reading { source, .. } => Self {
                pipeline: pipeline_of(source),
                table: Some(source.clone()),
                ..entry("info", "reading")
            },
            Event::Read { source, rows } => Self {
                pipeline: pipeline_of(source),
                table: Some(source.clone()),
                rows: Some(*rows),
                ..entry("info", "read")
            },
            Event::Building { model, .. } => {
                Self { pipeline: pipeline_of(model), table: Some(model.clone()), ..entry("info", "building") }
            }
            Event::Checked { check: (pipeline, check), wrong } => Self {
                pipeline: Some(pipeline.clone()),
                check: Some(check.clone()),
                rows: Some(*wrong),
                ..entry(if *wrong == 0 { "info" } else { "error" }, "checked")
            },
            Event::Skipped { pipeline, .. } => {
                Self { pipeline: Some(pipeline.clone()), ..entry("warning", "pipeline_skipped") }
            }
            Event::Finished { pipeline, code, .. } => Self {
                pipeline: Some(pipeline.clone()),
                exit: Some(*code),
                ..entry(if *code == 0 { "info" } else { "error" }, "finished")
            },
        }
    }
}

impl From<&schedule::Event<'_>> for Entry {
    fn from(event: &schedule::Event<'_>) -> Self {
        let level = match event.exit() {
            0 if event.is_warning() => "warning",
            0 => "info",
            _ => "error",
        };
        let occurrence = event.occurrence();
        Self {
            pipeline: occurrence.map(|occurrence| occurrence.pipeline().to_owned()),
            occurrence: occurrence.map(ToString::to_string),
            exit: Some(event.exit()),
            ..Self::new(level, event.name(), event.to_string())
        }
    }
}

#[cfg(test)]
mod tests;
