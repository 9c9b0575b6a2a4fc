use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::job::Failure;
use crate::project::Project;
use crate::run;

/// Show where the columns of a table come from, read off the SQL: which columns of which sources, through which models, and
/// in which tables of reports they are shown.
#[derive(Debug, Args)]
pub(super) struct Lineage {
    /// The table, as `pipeline.table`, or one column of it, as `pipeline.table.column`; the tables of all reports, each with
    /// its sources, when left out.
    table: Option<String>,
}

impl Lineage {
    pub(super) fn run(&self, project: &Project, out: &Output) -> Result<(), Failure> {
        let map = run::lineage(project)?;
        if let Some(name) = &self.table {
            let table = map.find(project, name)?;
            for line in table.lines() {
                out.line(line);
            }
            out.value(&json!(table));
            return Ok(());
        }
        let mut tables = Vec::new();
        for place in map.shown() {
            let sources = map.sources_of(place);
            out.line(format!("{}, table {}: rows of {}", place.report, place.table, place.model));
            for source in &sources {
                out.line(format!("    {source}"));
            }
            tables.push(json!({
                "report": place.report, "table": place.table, "model": place.model, "sources": sources,
            }));
        }
        out.value(&json!({ "tables": tables }));
        Ok(())
    }
}
