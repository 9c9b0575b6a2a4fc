use std::path::Path;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::Failure;
use crate::schedule::daemon;

/// Look at every schedule once and run what is due: for cron and timers.
#[derive(Debug, Args)]
pub(super) struct Tick;

impl Tick {
    pub(super) fn run(root: &Path, out: &Output) -> Result<(), Failure> {
        let mut exits = Vec::new();
        let done = daemon::tick(root, out, &mut exits);
        out.value(&json!({ "exits": exits }));
        match done {
            // People have read each failure when it happened.
            Err(failure) if exits.contains(&failure.code()) => Err(out.reported(&failure)),
            done => done,
        }
    }
}
