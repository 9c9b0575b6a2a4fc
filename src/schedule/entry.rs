//! What happens, as lines of a log.

use serde::Serialize;

use super::event::Event;
use crate::job;

/// One line of the log. These are all the fields that there are, and none is taken from a row of data: names,
/// counts and codes only.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<serde_json::Value>,
    message: String,
}

impl Entry {
    /// Creates a line of a level (`info`, `warning`, `error`) about one kind of event.
    #[must_use]
    pub fn new(level: &'static str, event: &'static str, message: impl Into<String>) -> Self {
        Self {
            level,
            event,
            pipeline: None,
            occurrence: None,
            table: None,
            check: None,
            rows: None,
            exit: None,
            failure: None,
            message: message.into(),
        }
    }

    /// Creates the line of a failure, with its exit code and its fields.
    #[must_use]
    pub fn failed(event: &'static str, failure: &job::Failure) -> Self {
        let fields = Some(failure.to_json());
        Self { failure: fields, ..Self::new("error", event, failure.to_string()).with_exit(failure.code()) }
    }

    /// Returns the same with the exit code that it comes to.
    #[must_use]
    pub fn with_exit(self, code: u8) -> Self {
        Self { exit: Some(code), ..self }
    }

    /// Returns the line as a person reads it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.message
    }
}

/// Returns the pipeline of `pipeline.table`.
fn pipeline_of(table: &str) -> Option<String> {
    table.split_once('.').map(|(pipeline, _)| pipeline.to_owned())
}

impl From<&job::Event> for Entry {
    fn from(event: &job::Event) -> Self {
        use job::Event;
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

impl From<&Event<'_>> for Entry {
    fn from(event: &Event<'_>) -> Self {
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
