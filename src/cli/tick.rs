use std::path::Path;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::log::Entry;
use super::output::Output;
use super::run::write_metrics;
use super::signals::{self, First};
use crate::project::Project;
use crate::run::{self, Context, Due, Failure};
use crate::schedule::{
    Event, Machine, PipelineRuns, Process, Pulse, Rounds, Timetable, Timing, read_project,
};

/// Look at every schedule once and run what is due: for cron and timers.
#[derive(Debug, Args)]
pub(super) struct Tick;

/// Looks at the mail after the schedules, and tells what that came to; the exit code of a failure.
pub(super) fn look_at_mail(
    context: &Context,
    timetables: &[Timetable],
    tell: &dyn Fn(u8, &str),
) -> Option<u8> {
    let mut due: Vec<Due> = timetables
        .iter()
        .filter_map(|timetable| timetable.next(context.clock().now()))
        .map(|next| Due { pipeline: next.pipeline().to_owned(), at: next.due() })
        .collect();
    due.sort_by_key(|next| next.at);
    match run::attend_mail(context, &due) {
        Ok(0) => None,
        Ok(delivered) => {
            tell(0, &format!("mail: {delivered} delivered"));
            None
        }
        Err(failure) => {
            tell(failure.code(), &format!("mail: {failure}"));
            Some(failure.code())
        }
    }
}

/// Tells of the mail in the log.
pub(super) fn mail_told(out: &Output) -> impl Fn(u8, &str) + '_ {
    |exit, told| {
        let level = if exit == 0 { "info" } else { "error" };
        out.entry(&Entry::new(level, "mail", told).with_exit(exit));
    }
}

impl Tick {
    pub(super) fn run(root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, _) = Project::load(root)?;
        let (timetables, faults) = read_project(&project);
        if faults.has_errors() {
            return Err(faults.into());
        }
        let stop = signals::catch(First::IsTheLast)?;
        let fixed = project.settings.fixed_clock.map(|_| project.clock().now());
        let time = Machine::new(stop.clone()).fixed_at(fixed);
        let context = Context::open(project.clone())?.until(stop.clone());
        let watch = |event: &run::Event| out.event(event);
        let runs = PipelineRuns::new(Arc::new(project), context.store(), stop.clone(), &watch);
        signals::end_in_time(&stop, context.store());
        let process = Process::this().map_err(|error| Failure::Bug(error.to_string()))?;
        let rounds = Rounds {
            objects: context.store().objects().as_ref(),
            starter: &runs,
            time: &time,
            timing: Timing::default(),
            process: &process,
        };
        let pulse = Pulse::new();
        let mut exits = rounds.tick(&timetables, &mut |event| tell(event, &pulse, out))?;
        exits.extend(look_at_mail(&context, &timetables, &mail_told(out)));
        write_metrics(&context, out);
        out.value(&json!({ "exits": exits }));
        let exit = run::worst(exits).or_else(|| stop.asked());
        exit.map_or(Ok(()), |exit| Err(Failure::Ended(exit)))
    }
}

/// Writes an event to the log, and tells the monitor of its schedule.
pub(super) fn tell(event: &Event<'_>, pulse: &Pulse, out: &Output) {
    out.entry(&Entry::from(event));
    if let Err(untold) = pulse.tell(event) {
        out.entry(&Entry::new("warning", "monitor_untold", untold.to_string()));
    }
}
