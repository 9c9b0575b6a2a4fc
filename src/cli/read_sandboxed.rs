use std::fs::File;
use std::os::fd::AsFd;

use crate::job::Failure;
use crate::source::{self, sandbox};

/// Reads the file on standard input for the process that started this one, within its limits.
#[derive(Debug, clap::Args)]
pub(super) struct ReadSandboxed {
    /// The format, by its key in a source's settings.
    format: String,
    /// What of the file is asked for, in the words of the format.
    #[arg(default_value = "")]
    asked: String,
}

impl ReadSandboxed {
    pub(super) fn run(self) -> Result<(), Failure> {
        let by_hand = || {
            Failure::usage("expected the program itself to start this, found somebody else")
                .help("`sufficiency run` reads the files of a source")
        };
        let unheard = |error: std::io::Error| by_hand().because(error);
        let parser = source::parser(&self.format).ok_or_else(by_hand)?;
        let from = File::from(std::io::stdin().as_fd().try_clone_to_owned().map_err(unheard)?);
        sandbox::serve(parser, &self.asked, from, std::io::stdout().lock()).map_err(unheard)
    }
}
