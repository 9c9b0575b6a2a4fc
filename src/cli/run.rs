use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::complete;
use super::junit::{JunitFile, Suite};
use super::locked::locked;
use super::output::Output;
use super::values;
use crate::job::context::one_of;
use crate::job::{Context, Event, Failure, Options};
use crate::run;
use crate::run::Selection;
use crate::schedule;
use crate::schedule::daemon::Console;
use crate::text::counted;

/// Run pipelines: pull, check, publish, and prepare the reports.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// The pipelines to run.
    #[arg(conflicts_with = "all", add = complete::pipelines())]
    pipelines: Vec<String>,
    /// Run every pipeline, each after those whose tables it reads.
    #[arg(long)]
    all: bool,
    /// Build from what was known at the end of this day, as `2026-01-12`; changes editions only.
    #[arg(long, value_name = "DATE", value_parser = values::day)]
    as_of: Option<NaiveDate>,
    /// Build reports for this period, as `ay2018-19`, or `running` for the one that runs, so far; changes editions only.
    #[arg(long, value_parser = values::period)]
    period: Option<String>,
    /// Make this report of theirs only, of its schedule's period where `--period` names none; may be repeated.
    #[arg(long = "report", value_name = "REPORT", add = complete::reports())]
    reports: Vec<String>,
    /// Send the reports that were prepared.
    #[arg(long)]
    send: bool,
    /// Take extracts whose count of rows moved further than their source allows; recorded.
    #[arg(long)]
    accept_swing: bool,
    /// Write every check that was made to this file, as `JUnit` XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Run {
    pub(super) fn run(self, context: Context, out: &Output) -> Result<(), Failure> {
        if !self.all && self.pipelines.is_empty() {
            let none = Failure::usage("expected the names of pipelines or `--all`, found neither");
            return Err(none.help(one_of(context.project().pipelines.keys())));
        }
        let today = context.clock().today();
        if let Some(as_of) = self.as_of.filter(|as_of| *as_of > today) {
            let what = format!("expected a day up to today, {today}, for `--as-of`, found {as_of}");
            return Err(Failure::usage(what).help("what will be known then is not known now"));
        }
        let junit = self.junit.as_deref().map(JunitFile::new).transpose()?;
        let selection = if self.all { Selection::All } else { Selection::Named(self.pipelines) };
        let options = Options {
            as_of: self.as_of,
            period: self.period,
            reports: self.reports,
            tables_too: false,
            send: self.send,
            accept_swing: self.accept_swing,
            trigger: "by hand".to_owned(),
        };
        locked(context, out, |context, lock| {
            let mut checks = Suite::new("checks");
            let outcome = run::run(context, &selection, &options, lock, &mut |event| {
                if let Event::Checked { check: (pipeline, check), wrong } = event {
                    let message = counted(*wrong, "row is wrong", "rows are wrong");
                    checks.add(pipeline, check, (*wrong > 0).then_some(message.as_str()));
                }
                out.event(event);
            })?;
            if let Some(file) = junit {
                file.write(checks)?;
            }
            write_metrics(context, out);
            let project = context.project();
            for folder in outcome.folders() {
                let path = project.path(&project.settings.store).join(folder);
                out.line(path.strip_prefix(".").unwrap_or(&path).display().to_string());
            }
            conclude(outcome, out)
        })
    }
}

/// Writes the figures for Prometheus, and says so when they cannot be.
pub(super) fn write_metrics(context: &Context, out: &Output) {
    if let Some(unwritten) = schedule::write_metrics(context) {
        out.entry(&unwritten);
    }
}

/// Prints the last lines; returns the most severe failure.
pub(super) fn conclude(outcome: run::Outcome, out: &Output) -> Result<(), Failure> {
    let summary = outcome.summary();
    for line in outcome.closing_lines() {
        out.line(line);
    }
    out.value(&summary);
    outcome.result().map_err(|failure| out.failed(&failure))
}
