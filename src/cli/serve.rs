use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use clap::Args;

use super::listen::Listener;
use super::output::Output;
use super::run::write_metrics;
use super::signals::{self, First};
use super::tick::{look_at_mail, mail_told, tell};
use crate::diagnostic::Diagnostics;
use crate::project::Project;
use crate::run::{self, Context, Failure, Stop};
use crate::schedule::{
    Event, Machine, PipelineRuns, Process, Pulse, Rounds, Timetable, Timing, read_project,
};

/// Look at the schedules until told to stop, and run what is due: the daemon.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Answer `/metrics` and `/healthz` at this address, as `127.0.0.1:9464`; nowhere when left out.
    #[arg(long, value_name = "ADDR")]
    metrics_listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) fn run(self, root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, timetables) = load(root)?;
        let stop = signals::catch(First::IsTheLast)?;
        let fixed = project.settings.fixed_clock.map(|_| project.clock().now());
        let time = Machine::new(stop.clone()).fixed_at(fixed);
        let context = Arc::new(Context::open(Project::clone(&project))?);
        let watch = |event: &run::Event| out.event(event);
        let runs = PipelineRuns::new(project, context.store(), stop.clone(), &watch);
        signals::end_in_time(&stop, context.store());
        let process = Process::this().map_err(|error| Failure::Bug(error.to_string()))?;
        let rounds = Rounds {
            objects: context.store().objects().as_ref(),
            starter: &runs,
            time: &time,
            timing: Timing::default(),
            process: &process,
        };
        let listener = self
            .metrics_listen
            .map(|address| Listener::open(address, Arc::clone(&context), timetables.clone(), out))
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
            match load(root) {
                Ok((project, timetables)) => {
                    broken.clear();
                    runs.adopt(Arc::clone(&project));
                    if let Some(listener) = &listener {
                        listener.adopt(timetables.clone());
                    }
                    mail(&project, &timetables, &stop, &mail_told(out));
                    Some(Ok(timetables))
                }
                Err(faults) => {
                    // The same fault is told of once, and not every half minute.
                    let told = faults.to_string();
                    (std::mem::replace(&mut broken, told.clone()) != told).then_some(Err(faults))
                }
            }
        };
        let mut told = |event: &Event<'_>| {
            if let Some(listener) = &listener {
                listener.heard(event);
            }
            tell(event, &pulse, out);
            if matches!(event, Event::Ended { .. }) {
                write_metrics(&context, out);
            }
        };
        rounds.serve(changed, &mut told)?;
        stop.asked().map_or(Ok(()), |exit| Err(Failure::Ended(exit)))
    }
}

/// Looks at the mail, with the project and the time as they are now.
fn mail(project: &Project, timetables: &[Timetable], stop: &Stop, tell: &dyn Fn(u8, &str)) {
    match Context::open(project.clone()) {
        Ok(context) => drop(look_at_mail(&context.until(stop.clone()), timetables, tell)),
        Err(failure) => tell(failure.code(), &format!("mail: {failure}")),
    }
}

/// The project in `root` as it is now, and its schedules.
fn load(root: &Path) -> Result<(Arc<Project>, Vec<Timetable>), Diagnostics> {
    let (project, _) = Project::load(root)?;
    let (timetables, faults) = read_project(&project);
    faults.or((Arc::new(project), timetables))
}
