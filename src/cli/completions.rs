use clap::{Args, Command};
use clap_complete::Shell;

use super::output::Output;

/// Print what a shell needs to complete commands and options.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    /// Prints the script that completes `program`.
    pub(super) fn run(self, program: &mut Command) {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, program, "sufficiency", &mut script);
        Output::bytes(&script);
    }
}
