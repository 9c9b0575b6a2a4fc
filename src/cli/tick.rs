use std::path::Path;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::output::Output;
use super::signals::{self, First};
use crate::project::Project;
use crate::run::{self, Context, Due, Failure};
use crate::schedule::{
    Event, Machine, PipelineRuns, Process, Rounds, Timepiece, Timetable, Timing, read_project,
};

/// Look at every schedule once and run what is due: for cron and timers.
#[derive(Debug, Args)]
pub(super) struct Tick {
    #[command(flatten)]
    log: Log,
}

/// How what happens is written to the log.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Log {
    /// The form of the log on standard error.
    #[arg(long, value_enum, default_value = "text", value_name = "FORM")]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

impl Log {
    /// One line of the log.
    pub(super) fn write(self, out: &Output, time: &dyn Timepiece, exit: u8, message: &str) {
        match self.log_format {
            LogFormat::Text => out.progress(message),
            LogFormat::Json => {
                out.progress(json!({ "time": time.now(), "exit": exit, "message": message }).to_string());
            }
        }
    }
}

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

impl Tick {
    pub(super) fn run(self, root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, _) = Project::load(root)?;
        let (timetables, faults) = read_project(&project);
        if faults.has_errors() {
            return Err(faults.into());
        }
        let stop = signals::catch(First::IsTheLast)?;
        let fixed = project.settings.fixed_clock.map(|_| project.clock().now());
        let time = Machine::new(stop.clone()).fixed_at(fixed);
        let context = Context::open(project.clone())?.until(stop.clone());
        let watch = |event: &run::Event| self.log.write(out, &time, 0, &event.to_string());
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
        let mut tell = |event: &Event<'_>| self.log.write(out, &time, event.exit(), &event.to_string());
        let mut exits = rounds.tick(&timetables, &mut tell)?;
        let told = |exit: u8, words: &str| self.log.write(out, &time, exit, words);
        exits.extend(look_at_mail(&context, &timetables, &told));
        out.value(&json!({ "exits": exits }));
        let exit = run::worst(exits).or_else(|| stop.asked());
        exit.map_or(Ok(()), |exit| Err(Failure::Ended(exit)))
    }
}
