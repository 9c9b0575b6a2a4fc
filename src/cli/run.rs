use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::run::{self, Context, Event, Failure, Options, Selection};

/// Run pipelines: pull, check, publish, and prepare the reports.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// The pipelines to run.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pipelines: Vec<String>,
    /// Run every pipeline, in the order that their SQL asks for.
    #[arg(long)]
    all: bool,
    /// Build from what was known at the end of this day, as `2026-01-12`; changes editions only.
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// Build reports for this period, as `ay2018-19`; changes editions only.
    #[arg(long)]
    period: Option<String>,
    /// Send the reports that were prepared.
    #[arg(long)]
    send: bool,
}

impl Run {
    pub(super) fn run(self, context: &Context, out: &Output) -> Result<(), Failure> {
        let selection = if self.all { Selection::All } else { Selection::Named(self.pipelines) };
        let options = Options {
            as_of: self.as_of,
            period: self.period,
            send: self.send,
            trigger: "by hand".to_owned(),
        };
        let outcome = run::run(context, &selection, &options, &mut |event| show(out, event))?;
        conclude(outcome, out)
    }
}

/// One line for each thing that happened.
pub(super) fn show(out: &Output, event: &Event) {
    out.progress(event.to_string());
}

/// The last lines, and the most severe failure.
pub(super) fn conclude(outcome: run::Outcome, out: &Output) -> Result<(), Failure> {
    out.value(&json!(outcome.summary()));
    for line in outcome.closing_lines() {
        out.line(line);
    }
    outcome.result()
}
