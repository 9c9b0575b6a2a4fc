use std::fs::File;
use std::os::fd::AsFd;

use crate::job::Failure;
use crate::source::sandbox::{self, Task};

/// Reads the file on standard input for the process that started this one, within its limits.
#[derive(Debug, clap::Args)]
pub(super) struct ReadSandboxed {
    /// A workbook, of which this sheet is read, by name or pattern; without it the file is Parquet.
    #[arg(long)]
    sheet: Option<String>,
    /// The workbook is of persons: no sheet of another name is named.
    #[arg(long, requires = "sheet")]
    of_persons: bool,
}

impl ReadSandboxed {
    pub(super) fn run(self) -> Result<(), Failure> {
        let unheard =
            |error: std::io::Error| Failure::usage("this is started by the program itself").because(error);
        let from = File::from(std::io::stdin().as_fd().try_clone_to_owned().map_err(unheard)?);
        let task = self
            .sheet
            .as_deref()
            .map_or(Task::Parquet, |sheet| Task::Workbook { sheet, of_persons: self.of_persons });
        sandbox::serve(task, from, std::io::stdout().lock()).map_err(unheard)
    }
}
