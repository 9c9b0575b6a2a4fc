use std::collections::BTreeSet;

use clap::Args;
use serde_json::json;

use super::output::Output;
use super::values;
use crate::job::context::no_such;
use crate::job::{Context, Failure};
use crate::ledger;

/// List the runs, newest last.
#[derive(Debug, Args)]
pub(super) struct History {
    /// Only runs of this pipeline.
    pipeline: Option<String>,
    /// Show at most this many, the newest.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = values::count)]
    count: usize,
}

impl History {
    pub(super) fn run(&self, context: &Context, out: &Output) -> Result<(), Failure> {
        let mut records = ledger::history(context.store().objects().as_ref())?;
        if let Some(name) = &self.pipeline {
            // A pipeline that is gone from the project is still in the records.
            let known: BTreeSet<&str> = context
                .project()
                .pipelines
                .keys()
                .map(String::as_str)
                .chain(records.iter().map(|record| record.started.pipeline.as_str()))
                .collect();
            if !known.contains(name.as_str()) {
                return Err(no_such("pipeline", name, known));
            }
        }
        records.retain(|record| {
            self.pipeline.as_ref().is_none_or(|pipeline| record.started.pipeline == *pipeline)
        });
        let newest = records.split_off(records.len().saturating_sub(self.count));
        for record in &newest {
            let started =
                record.started.started.with_timezone(&context.clock().zone()).format("%Y-%m-%d %H:%M");
            let (code, message) =
                record.finished.as_ref().map_or(("-".to_owned(), "did not finish"), |end| {
                    (end.outcome.code.to_string(), end.outcome.message.as_str())
                });
            let (run, pipeline) = (&record.started.run, &record.started.pipeline);
            out.line(format!(
                "{run}  {started}  {pipeline:20}  {code:>3}  {}",
                message.lines().next().unwrap_or_default()
            ));
        }
        if newest.is_empty() {
            out.line("No runs yet: `sufficiency run` makes one.");
        }
        out.value(&json!({ "runs": newest }));
        Ok(())
    }
}
