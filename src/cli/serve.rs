use std::net::SocketAddr;
use std::path::Path;

use clap::Args;

use super::output::Output;
use super::values;
use crate::job::Failure;
use crate::schedule::daemon;

/// Look at the schedules until a signal stops it, and run what is due: the daemon.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Answer `/metrics` and `/healthz` at this address, as `127.0.0.1:9464`; nowhere when left out.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    metrics_listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) fn run(self, root: &Path, out: &Output) -> Result<(), Failure> {
        daemon::serve(root, self.metrics_listen, out)
    }
}
