use clap::Args;
use clap_complete::Shell;
use clap_complete::env::Shells;
use serde_json::json;

use super::complete::VARIABLE;
use super::output::Output;
use crate::job::Failure;

/// Print what a shell needs to complete commands, options and the names of the project.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    /// Prints the script by which the shell asks the program how a line may go on.
    pub(super) fn run(self, out: &Output) -> Result<(), Failure> {
        let shells = Shells::builtins();
        let name = self.shell.to_string();
        let shell = shells.completer(&name).ok_or_else(|| Failure::bug(format!("`{name}` is not known")))?;
        let mut script = Vec::new();
        shell
            .write_registration(VARIABLE, "sufficiency", "sufficiency", "sufficiency", &mut script)
            .map_err(Failure::bug)?;
        let script = String::from_utf8_lossy(&script);
        out.line(&script);
        out.value(&json!({ "shell": name, "script": script }));
        Ok(())
    }
}
