use clap::{Args, Command};
use clap_complete::Shell;
use serde_json::json;

use super::output::Output;

/// Print what a shell needs to complete commands and options.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    /// Prints the script that completes `program`.
    pub(super) fn run(self, program: &mut Command, out: &Output) {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, program, "sufficiency", &mut script);
        let script = String::from_utf8_lossy(&script);
        out.line(&script);
        out.value(&json!({ "shell": self.shell.to_string(), "script": script }));
    }
}
