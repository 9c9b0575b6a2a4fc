use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::run::{self, Context, Failure, Options, Selection};

/// Say what a run would read, change, make and send, without doing it.
#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The pipelines; all of them when none is named.
    pipelines: Vec<String>,
    /// Plan the reports for this period, as `ay2018-19`.
    #[arg(long)]
    period: Option<String>,
}

impl Plan {
    pub(super) fn run(self, context: &Context, out: &Output) -> Result<(), Failure> {
        let selection =
            if self.pipelines.is_empty() { Selection::All } else { Selection::Named(self.pipelines) };
        let options = Options { period: self.period, ..Options::default() };
        let plan = run::plan(context, &selection, &options)?;
        for line in plan.lines() {
            out.line(line);
        }
        out.value(&json!(plan));
        Ok(())
    }
}
