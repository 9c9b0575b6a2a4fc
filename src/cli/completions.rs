use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::output::Output;

/// Print what a shell needs to complete commands and options.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::Cli::command(), "sufficiency", &mut script);
        Output::bytes(&script);
    }
}
