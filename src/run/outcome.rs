//! What a run came to, for people and programs.

use serde_json::{Value, json};

use crate::job::{Failure, Kept, Made};

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
        let failure = Failure::gate(format!("skipped, because `{because}` failed")).kept(Kept::LastTables);
        Self { pipeline: pipeline.to_owned(), result: Err(failure), skipped: true }
    }

    /// Returns the exit code that it comes to.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.result.as_ref().map_or_else(Failure::code, |_| 0)
    }

    /// Returns what stopped it, if anything did.
    pub(super) fn failure(&self) -> Option<&Failure> {
        self.result.as_ref().err()
    }

    /// Returns the pipeline and what it came to, in one line.
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

    /// Returns what was made, over all pipelines that ended well.
    pub fn made(&self) -> impl Iterator<Item = &Made> {
        self.pipelines.iter().filter_map(|outcome| outcome.result.as_ref().ok())
    }

    /// Returns the last lines that a person should read.
    #[must_use]
    pub fn closing_lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.made().flat_map(|made| made.notes.clone()).collect();
        if self.pipelines.iter().all(|outcome| outcome.result.as_ref().is_ok_and(Made::is_nothing)) {
            lines.push("Nothing to do: every source, table and edition is as it was.".to_owned());
        }
        lines
    }

    /// Returns the folders of the editions that were made, below the store.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.made().flat_map(|made| made.folders.iter().map(String::as_str))
    }

    /// Returns the outcome as a value for programs.
    #[must_use]
    pub fn summary(&self) -> Value {
        let list: Vec<Value> = self
            .pipelines
            .iter()
            .map(|outcome| match &outcome.result {
                Ok(made) => json!({ "pipeline": outcome.pipeline, "code": 0, "made": made }),
                Err(failure) => json!({
                    "pipeline": outcome.pipeline, "code": failure.code(), "error": failure.to_json(),
                    "skipped": outcome.skipped,
                }),
            })
            .collect();
        json!({ "pipelines": list })
    }

    /// Returns the failures as one: the most severe, with the others behind it.
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
