use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::console::{Console, report};
use super::listen::Listener;
use super::mail::{failed, look_at_mail};
use super::signals::{self, First};
use super::sound::Sound;
use crate::job::{self, Context, Failure, Stop};
use crate::project::Project;
use crate::schedule::event::Event;
use crate::schedule::lease::Timing;
use crate::schedule::metrics_file::write_metrics;
use crate::schedule::pipeline_runs::PipelineRuns;
use crate::schedule::pulse::Pulse;
use crate::schedule::round::Rounds;
use crate::schedule::timepiece::{Machine, Process};
use crate::schedule::timetable::Timetable;

/// Looks at the schedules of the project in `root` until a signal, and runs what is due. Answers `/metrics` and
/// `/healthz` at the address `metrics`, where one is given.
///
/// # Errors
///
/// Faults of the project when it does not load the first time, and a signal.
pub fn serve(root: &Path, metrics: Option<SocketAddr>, console: &dyn Console) -> Result<(), Failure> {
    let sound = Sound::load(root)?;
    sound.report(console);
    let mut left_out = sound.left_out();
    let (project, timetables) = (Arc::new(sound.project), sound.timetables);
    let stop = signals::catch(First::IsTheLast)?;
    let fixed = project.settings.fixed_clock.map(|_| project.clock().now());
    let time = Machine::new(stop.clone()).fixed_at(fixed);
    let context = Arc::new(Context::open(Project::clone(&project))?);
    let watch = |event: &job::Event| console.event(event);
    let runs = PipelineRuns::new(project, context.store(), stop.clone(), &watch);
    signals::end_in_time(&stop, Some(context.store()), console);
    let process = Process::this().map_err(Failure::bug)?;
    let rounds = Rounds {
        objects: context.store().objects().as_ref(),
        starter: &runs,
        time: &time,
        timing: Timing::default(),
        process: &process,
    };
    let listener = metrics
        .map(|address| Listener::open(address, Arc::clone(&context), timetables.clone(), console))
        .transpose()?;
    let pulse = Pulse::new();
    let mut first = Some(timetables);
    let mut broken = String::new();
    let changed = || {
        if let Some(listener) = &listener {
            listener.looked();
        }
        if let Some(timetables) = first.take() {
            return Some(Ok(timetables));
        }
        match Sound::load(root) {
            Ok(sound) => {
                broken.clear();
                let now = sound.left_out();
                if std::mem::replace(&mut left_out, now.clone()) != now {
                    sound.report(console);
                }
                let (project, timetables) = (Arc::new(sound.project), sound.timetables);
                runs.adopt(Arc::clone(&project));
                if let Some(listener) = &listener {
                    listener.adopt(timetables.clone());
                }
                mail(&project, &timetables, &stop, console);
                Some(Ok(timetables))
            }
            Err(faults) => {
                // The same fault is reported once, and not every half minute.
                let found = faults.to_string();
                (std::mem::replace(&mut broken, found.clone()) != found).then_some(Err(faults))
            }
        }
    };
    let mut report = |event: &Event<'_>| {
        if let Some(listener) = &listener {
            listener.heard(event);
        }
        report(event, &pulse, console);
        if matches!(event, Event::Ended { .. })
            && let Some(unwritten) = write_metrics(&context)
        {
            console.entry(&unwritten);
        }
    };
    rounds.serve(changed, &mut report)?;
    stop.asked().map_or(Ok(()), |exit| Err(Failure::stopped(exit)))
}

/// Looks at the mail, with the project and the time as they are now.
fn mail(project: &Project, timetables: &[Timetable], stop: &Stop, console: &dyn Console) {
    match Context::open(project.clone()) {
        Ok(context) => drop(look_at_mail(&context.until(stop.clone()), timetables, console)),
        Err(failure) => failed(console, &failure),
    }
}
