use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::{Context, Failure};
use crate::run;

/// List the published tables.
#[derive(Debug, Args)]
pub(super) struct Tables {
    /// Print the data dictionary of the project instead: every table and column, as Markdown or JSON.
    #[arg(long)]
    dictionary: bool,
}

impl Tables {
    pub(super) fn run(&self, context: &Context, out: &Output) -> Result<(), Failure> {
        if self.dictionary {
            let dictionary = run::dictionary(context.project())?;
            out.line(dictionary.page());
            out.value(&json!(dictionary));
            return Ok(());
        }
        let tables = run::tables(context)?;
        let width = tables.iter().map(|table| table.name.len()).max().unwrap_or_default();
        for table in &tables {
            let title = table.title.as_deref().unwrap_or_default();
            out.line(format!("{:width$}  {:>10} rows  {title}", table.name, table.rows).trim_end());
        }
        if tables.is_empty() {
            out.line("Nothing is published yet: `sufficiency run --all`.");
        }
        out.value(&json!({ "tables": tables }));
        Ok(())
    }
}
