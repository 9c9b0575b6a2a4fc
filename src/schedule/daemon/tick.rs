use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use super::console::{Console, report};
use super::mail::look_at_mail;
use super::signals::{self, First};
use super::sound::Sound;
use crate::job::{self, Context, Failure, Kind, worst};
use crate::schedule::entry::Entry;
use crate::schedule::lease::Timing;
use crate::schedule::metrics_file::write_metrics;
use crate::schedule::pipeline_runs::PipelineRuns;
use crate::schedule::pulse::Pulse;
use crate::schedule::round::Rounds;
use crate::schedule::timepiece::{Machine, Process};

/// Looks at every schedule of the project in `root` once, runs what is due, and looks at the mail. `exits` is given the
/// exit codes of all that happened, in order and without zeros.
///
/// # Errors
///
/// Faults of the project, the store's own, a signal, and the most severe of what stopped runs and the mail, with the others
/// behind it. Those have been reported as they happened.
pub fn tick(root: &Path, console: &dyn Console, exits: &mut Vec<u8>) -> Result<(), Failure> {
    let sound = Sound::load(root)?;
    sound.report(console);
    let failures: RefCell<Vec<(String, Failure)>> = RefCell::default();
    for (pipeline, faults) in &sound.project.faulty {
        exits.push(Kind::Project.code());
        failures.borrow_mut().push((pipeline.clone(), faults.clone().into()));
    }
    let Sound { project, timetables } = sound;
    let stop = signals::catch(First::IsTheLast)?;
    let fixed = project.settings.fixed_clock.map(|_| project.clock().now());
    let time = Machine::new(stop.clone()).fixed_at(fixed);
    let context = Context::open(project.clone())?.until(stop.clone());
    let watch = |event: &job::Event| console.event(event);
    let runs =
        PipelineRuns::new(Arc::new(project), context.store(), stop.clone(), &watch).failing_into(&failures);
    signals::end_in_time(&stop, Some(context.store()), console);
    let process = Process::this().map_err(Failure::bug)?;
    let rounds = Rounds {
        objects: context.store().objects().as_ref(),
        starter: &runs,
        time: &time,
        timing: Timing::default(),
        process: &process,
    };
    let pulse = Pulse::new();
    let mut said: Vec<(u8, String)> = Vec::new();
    exits.extend(rounds.tick(&timetables, &mut |event| {
        said.push((event.exit(), Entry::from(event).text().to_owned()));
        report(event, &pulse, console);
    })?);
    if let Some(failure) = look_at_mail(&context, &timetables, console) {
        exits.push(failure.code());
        failures.borrow_mut().push(("mail".to_owned(), failure));
    }
    if let Some(unwritten) = write_metrics(&context) {
        console.entry(&unwritten);
    }
    let Some(exit) = worst(exits.iter().copied()) else {
        return stop.asked().map_or(Ok(()), |code| Err(Failure::stopped(code)));
    };
    let mut failures = failures.take();
    // What keeps a run from being started, such as a clock that cannot be right, is not the failure of one.
    if failures.iter().all(|(_, failure)| failure.code() != exit) {
        let said = said.into_iter().find(|(code, _)| *code == exit).map(|(_, text)| text);
        let what = said.unwrap_or_else(|| format!("what was due ended with exit code {exit}"));
        let failure =
            Failure::new(Kind::of(exit), what).help("`sufficiency schedule list` says what is due when");
        failures.push(("schedule".to_owned(), failure));
    }
    Failure::worst_of(failures).map_or(Ok(()), Err)
}
