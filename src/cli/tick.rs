use std::path::Path;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::{Failure, Kind};
use crate::schedule::daemon;

/// Look at every schedule once and run what is due: for cron and timers.
#[derive(Debug, Args)]
pub(super) struct Tick;

impl Tick {
    pub(super) fn run(root: &Path, out: &Output) -> Result<(), Failure> {
        let mut exits = Vec::new();
        let done = daemon::tick(root, out, &mut exits);
        if done.as_ref().err().is_none_or(|failure| matches!(failure.kind(), Kind::Ended(_))) {
            out.value(&json!({ "exits": exits }));
        }
        done
    }
}
