//! A program that runs what is due, for other tests to start and to freeze.
//!
//! It is this test binary, run again with one ignored test. It says `begun` when it builds its first model,
//! and `exits [..]` at its end.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sufficiency::job::{Context, Event, Stop};
use sufficiency::project::Project;
use sufficiency::schedule::{Machine, PipelineRuns, Process, Rounds, Timing, read_project};

/// What the program is to do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// The project.
    pub(super) folder: PathBuf,
    /// What the clock on the wall shows.
    pub(super) now: DateTime<Utc>,
}

impl Order {
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--ignored", "--exact", "operation::program::runs_what_is_due", "--nocapture"])
            .env("SCHEDULE_PROGRAM", serde_json::to_string(self).unwrap());
        command
    }
}

/// Looks at the schedules once, with leases that are soon given up for silent.
pub(super) fn tick(folder: &Path, now: DateTime<Utc>, say: &dyn Fn(&str)) -> Vec<u8> {
    let (project, _) = Project::load(folder).unwrap_or_else(|faults| panic!("{faults}"));
    let (timetables, faults) = read_project(&project);
    assert!(!faults.has_errors(), "{faults}");
    let stop = Stop::default();
    let time = Machine::new(stop.clone()).fixed_at(Some(now));
    let context = Context::open(project.clone()).unwrap();
    let watch = |event: &Event| {
        if matches!(event, Event::Building { .. }) {
            say("begun");
            // Long enough to be frozen in.
            std::thread::sleep(Duration::from_millis(700));
        }
    };
    let runs = PipelineRuns::new(Arc::new(project), context.store(), stop, &watch);
    let process = Process::this().unwrap();
    let rounds = Rounds {
        objects: context.store().objects().as_ref(),
        starter: &runs,
        time: &time,
        timing: Timing { ttl: Duration::from_secs(3), beat: Duration::from_secs(1) },
        process: &process,
    };
    rounds.tick(&timetables, &mut |event| say(&event.to_string())).unwrap()
}

#[test]
#[ignore = "a program: other tests start it in processes of their own"]
#[expect(clippy::disallowed_methods, reason = "how the test that starts it says what to do")]
fn runs_what_is_due() {
    let order = std::env::var("SCHEDULE_PROGRAM").expect("other tests start this one");
    let order: Order = serde_json::from_str(&order).unwrap();
    let say = |line: &str| {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(format!("\n{line}\n").as_bytes()).unwrap();
        stdout.flush().unwrap();
    };
    let exits = tick(&order.folder, order.now, &say);
    say(&format!("exits {exits:?}"));
}
