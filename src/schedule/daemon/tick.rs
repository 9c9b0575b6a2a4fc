use std::path::Path;
use std::sync::Arc;

use super::console::{Console, report};
use super::mail::look_at_mail;
use super::signals::{self, First};
use super::sound::Sound;
use crate::job::{self, Context, Failure, Kind, worst};
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
/// Faults of the project, the store's own, and the most severe of `exits` as [`Failure::ended`].
pub fn tick(root: &Path, console: &dyn Console, exits: &mut Vec<u8>) -> Result<(), Failure> {
    let sound = Sound::load(root)?;
    sound.report(console);
    exits.extend(sound.project.faulty.keys().map(|_| Kind::Project.code()));
    let Sound { project, timetables } = sound;
    let stop = signals::catch(First::IsTheLast)?;
    let fixed = project.settings.fixed_clock.map(|_| project.clock().now());
    let time = Machine::new(stop.clone()).fixed_at(fixed);
    let context = Context::open(project.clone())?.until(stop.clone());
    let watch = |event: &job::Event| console.event(event);
    let runs = PipelineRuns::new(Arc::new(project), context.store(), stop.clone(), &watch);
    signals::end_in_time(&stop, context.store());
    let process = Process::this().map_err(Failure::bug)?;
    let rounds = Rounds {
        objects: context.store().objects().as_ref(),
        starter: &runs,
        time: &time,
        timing: Timing::default(),
        process: &process,
    };
    let pulse = Pulse::new();
    exits.extend(rounds.tick(&timetables, &mut |event| report(event, &pulse, console))?);
    exits.extend(look_at_mail(&context, &timetables, console));
    if let Some(unwritten) = write_metrics(&context) {
        console.entry(&unwritten);
    }
    let exit = worst(exits.iter().copied()).or_else(|| stop.asked());
    exit.map_or(Ok(()), |exit| Err(Failure::ended(exit)))
}
