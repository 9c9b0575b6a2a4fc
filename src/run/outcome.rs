//! What a run came to, for people and programs.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

use super::Failure;
use crate::text::counted;

/// One thing that happened, as it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A source is being read.
    Reading {
        /// `pipeline.source`.
        source: String,
        /// Files that are new or changed.
        files: usize,
    },
    /// A file or query has been read.
    Read {
        /// `pipeline.source`.
        source: String,
        /// Its rows.
        rows: u64,
    },
    /// A model is being run.
    Building {
        /// `pipeline.model`.
        model: String,
        /// Tables of the pipeline that are done.
        done: usize,
        /// Tables of the pipeline.
        tables: usize,
    },
    /// A check was made.
    Checked {
        /// `pipeline`, and the check's name in it.
        check: (String, String),
        /// Rows that are wrong.
        wrong: u64,
    },
    /// A pipeline was not run.
    Skipped {
        /// The pipeline.
        pipeline: String,
        /// The failed pipeline whose tables it reads.
        because: String,
    },
    /// A pipeline came to its end.
    Finished {
        /// The pipeline.
        pipeline: String,
        /// The exit code that it comes to.
        code: u8,
        /// What it came to, in one line.
        outcome: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reading { source, files } => {
                let noun = if *files == 1 { "file or query" } else { "files" };
                write!(f, "  reading   {source}: {files} {noun}")
            }
            Self::Read { source, rows } => write!(f, "  read      {source}: {rows} rows"),
            Self::Building { model, .. } => write!(f, "  building  {model}"),
            Self::Checked { check: (pipeline, check), wrong } => {
                write!(f, "  checked   {pipeline}, {check}: {wrong} wrong")
            }
            Self::Skipped { pipeline, because } => {
                write!(f, "{pipeline}: skipped, because `{because}` failed")
            }
            Self::Finished { outcome, .. } => f.write_str(outcome),
        }
    }
}

/// What a pipeline made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Made {
    /// Landings made.
    pub landings: usize,
    /// Rows read.
    pub read: u64,
    /// Rows set aside.
    pub quarantined: u64,
    /// Tables published, by name.
    pub tables: Vec<String>,
    /// Editions made, by name.
    pub editions: Vec<String>,
    /// Editions that were there already with the same content.
    pub unchanged: Vec<String>,
    /// Messages delivered.
    pub delivered: usize,
    /// Things that a person should look at, in sentences.
    pub notes: Vec<String>,
}

impl Made {
    /// Whether nothing had to be done.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.landings == 0 && self.tables.is_empty() && self.editions.is_empty() && self.delivered == 0
    }

    /// One sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        if self.is_nothing() {
            return "nothing to do".to_owned();
        }
        let mut parts = Vec::new();
        if self.landings > 0 {
            let aside = if self.quarantined > 0 {
                format!(", {} set aside", self.quarantined)
            } else {
                String::new()
            };
            parts.push(format!("{} rows in {} landings{aside}", self.read, self.landings));
        }
        if !self.tables.is_empty() {
            parts.push(counted(self.tables.len(), "table published", "tables published"));
        }
        if !self.editions.is_empty() {
            parts.push(counted(self.editions.len(), "edition made", "editions made"));
        }
        if self.delivered > 0 {
            parts.push(counted(self.delivered, "message delivered", "messages delivered"));
        }
        parts.join(", ")
    }
}

/// What one pipeline came to.
#[derive(Debug)]
pub struct PipelineOutcome {
    pipeline: String,
    result: Result<Made, Failure>,
    skipped: bool,
}

impl PipelineOutcome {
    pub(super) fn done(pipeline: &str, made: Made) -> Self {
        Self { pipeline: pipeline.to_owned(), result: Ok(made), skipped: false }
    }

    pub(super) fn failed(pipeline: &str, failure: Failure) -> Self {
        Self { pipeline: pipeline.to_owned(), result: Err(failure), skipped: false }
    }

    pub(super) fn skipped(pipeline: &str, because: &str) -> Self {
        let failure = Failure::Gate(format!("skipped, because `{because}` failed"));
        Self { pipeline: pipeline.to_owned(), result: Err(failure), skipped: true }
    }

    /// The exit code that it comes to.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.result.as_ref().map_or_else(Failure::code, |_| 0)
    }

    /// What stopped it, if anything did.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.result.as_ref().err()
    }

    /// The pipeline and what it came to, in one line.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.result {
            Ok(made) => format!("{}: {}", self.pipeline, made.sentence()),
            Err(failure) => format!("{}: failed with code {}", self.pipeline, failure.code()),
        }
    }
}

/// What a run over several pipelines came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pipelines: Vec<PipelineOutcome>,
}

impl Outcome {
    pub(super) fn push(&mut self, outcome: PipelineOutcome) {
        self.pipelines.push(outcome);
    }

    pub(super) fn failed(&self, pipeline: &str) -> bool {
        self.pipelines.iter().any(|outcome| outcome.pipeline == pipeline && outcome.result.is_err())
    }

    /// What was made, over all pipelines that ended well.
    pub fn made(&self) -> impl Iterator<Item = &Made> {
        self.pipelines.iter().filter_map(|outcome| outcome.result.as_ref().ok())
    }

    /// The last lines that a person should read.
    #[must_use]
    pub fn closing_lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.made().flat_map(|made| made.notes.clone()).collect();
        if self.pipelines.iter().all(|outcome| outcome.result.as_ref().is_ok_and(Made::is_nothing)) {
            lines.push("Nothing to do: every source, table and edition is as it was.".to_owned());
        }
        lines
    }

    /// The outcome as a value for programs.
    #[must_use]
    pub fn summary(&self) -> Value {
        let list: Vec<Value> = self
            .pipelines
            .iter()
            .map(|outcome| match &outcome.result {
                Ok(made) => json!({ "pipeline": outcome.pipeline, "code": 0, "made": made }),
                Err(failure) => json!({
                    "pipeline": outcome.pipeline, "code": failure.code(), "error": failure.to_string(),
                    "skipped": outcome.skipped,
                }),
            })
            .collect();
        json!({ "pipelines": list })
    }

    /// The failures as one: all their messages, under the code of the most severe.
    ///
    /// # Errors
    ///
    /// When a pipeline failed.
    pub fn result(self) -> Result<(), Failure> {
        let failures: Vec<(String, Failure)> = self
            .pipelines
            .into_iter()
            .filter(|outcome| !outcome.skipped)
            .filter_map(|outcome| outcome.result.err().map(|failure| (outcome.pipeline, failure)))
            .collect();
        match Failure::worst_of(failures) {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }
}

/// The most severe of several exit codes; `None` when none is a failure.
#[must_use]
pub fn worst(codes: impl IntoIterator<Item = u8>) -> Option<u8> {
    codes.into_iter().filter(|code| *code != 0).max_by_key(|code| severity(*code))
}

/// Which code says the most: that a signal stopped it, a fault of the program, then damage, then what holds
/// everything up.
pub(super) fn severity(code: u8) -> u8 {
    match code {
        130 | 143 => 110,
        1 => 100,
        21 => 90,
        20 | 22 => 80,
        2 | 3 => 70,
        50 => 65,
        31 => 60,
        30 => 55,
        41 => 50,
        11 => 45,
        10 => 40,
        12 => 35,
        40 => 30,
        43 => 20,
        42 => 10,
        _ => 0,
    }
}
