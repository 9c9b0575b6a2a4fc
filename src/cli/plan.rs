use std::path::Path;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::complete;
use super::output::Output;
use super::values;
use crate::job::{Context, Failure, Options, Stop};
use crate::project::Project;
use crate::run;
use crate::run::Selection;
use crate::schedule::{Machine, PipelineRuns, Process, Rounds, State, Timetable, Timing, read_project};

/// Say what a run would read, change, make and send, without doing it.
#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The pipelines; all of them when none is named.
    #[arg(add = complete::pipelines())]
    pipelines: Vec<String>,
    /// Plan the reports for this period, as `ay2018-19`, or `running` for the one that runs, so far.
    #[arg(long, value_parser = values::period)]
    period: Option<String>,
}

impl Plan {
    pub(super) fn run(self, root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, warnings) = Project::load(root)?;
        out.warnings(&warnings);
        let context = Context::look(project)?;
        let selection =
            if self.pipelines.is_empty() { Selection::All } else { Selection::Named(self.pipelines) };
        let options = Options { period: self.period, ..Options::default() };
        let plan = run::plan(&context, &selection, &options)?;
        for line in plan.lines() {
            out.line(line);
        }
        let due = due(&context, &selection)?;
        for (occurrence, state) in &due {
            out.line(format!("due now: {occurrence} ({state})"));
        }
        let due: Vec<_> = due
            .iter()
            .map(|(occurrence, state)| json!({ "occurrence": occurrence, "state": state }))
            .collect();
        out.value(&json!({ "pipelines": plan.pipelines, "due": due }));
        Ok(())
    }
}

/// Returns what a look at the schedules would start now, and what has become of it so far.
fn due(context: &Context, selection: &Selection) -> Result<Vec<(String, &'static str)>, Failure> {
    let (timetables, _) = read_project(context.project());
    let stop = Stop::default();
    let fixed = context.project().settings.fixed_clock.map(|_| context.clock().now());
    let time = Machine::new(stop.clone()).fixed_at(fixed);
    let runs = PipelineRuns::new(Arc::new(context.project().clone()), context.store(), stop, &|_| ());
    let process = Process::this().map_err(Failure::bug)?;
    let objects = context.store().objects().as_ref();
    let rounds =
        Rounds { objects, starter: &runs, time: &time, timing: Timing::default(), process: &process };
    let chosen = |timetable: &&Timetable| match selection {
        Selection::All => true,
        Selection::Named(names) => names.iter().any(|name| name == timetable.pipeline()),
    };
    let mut due = Vec::new();
    for timetable in timetables.iter().filter(chosen) {
        for (occurrence, state) in rounds.preview(timetable)? {
            let state = match state {
                State::Open => "would start",
                State::Started(_) => "has started",
                State::Ended(_) => continue,
            };
            due.push((occurrence.to_string(), state));
        }
    }
    Ok(due)
}
