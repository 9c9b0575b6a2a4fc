use clap::Args;
use serde_json::json;

use super::complete;
use super::output::Output;
use crate::job::{Context, Failure};
use crate::run;

/// Show what a table holds: its columns, where it came from, and the files that hold it.
#[derive(Debug, Args)]
pub(super) struct Describe {
    /// The table, as `pipeline.table`.
    #[arg(add = complete::tables())]
    table: String,
}

impl Describe {
    pub(super) fn run(&self, context: &Context, out: &Output) -> Result<(), Failure> {
        let table = run::describe(context, &self.table)?;
        for line in table.lines() {
            out.line(line);
        }
        out.value(&json!(table));
        Ok(())
    }
}
