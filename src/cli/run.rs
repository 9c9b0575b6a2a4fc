use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::output::Output;
use super::signals::{self, First};
use crate::run::{self, Context, Event, Failure, Options, Selection};
use crate::schedule::{ByHand, Holder, Machine, Process, Timing};

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
    /// Take extracts whose count of rows moved further than their source allows; recorded.
    #[arg(long)]
    accept_swing: bool,
}

impl Run {
    pub(super) fn run(self, context: Context, out: &Output) -> Result<(), Failure> {
        let selection = if self.all { Selection::All } else { Selection::Named(self.pipelines) };
        let options = Options {
            as_of: self.as_of,
            period: self.period,
            send: self.send,
            accept_swing: self.accept_swing,
            trigger: "by hand".to_owned(),
        };
        let stop = signals::catch(First::BreaksOff)?;
        let context = context.until(stop.clone());
        let (store, time) = (context.store(), Machine::new(stop.clone()));
        let process = Process::this().map_err(|error| Failure::Bug(error.to_string()))?;
        let waits = |pipeline: &str, there: &Holder| {
            let ttl = Timing::default().ttl.as_secs();
            out.progress(format!(
                "`{pipeline}` is held by {there}: listening for up to {ttl} s whether it lives"
            ));
        };
        let objects = store.objects().as_ref();
        let hand = ByHand::new(objects, &time, Timing::default(), &process, &stop, &waits);
        let outcome = hand.during(&|| signals::end(&stop, store), || {
            run::run(&context, &selection, &options, &hand, &mut |event| show(out, event))
        })?;
        conclude(outcome, out)?;
        stop.asked().map_or(Ok(()), |code| Err(Failure::Stopped(code)))
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
