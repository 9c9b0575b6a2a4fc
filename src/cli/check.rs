use std::path::Path;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::project::Project;
use crate::run::{self, Failure};
use crate::schedule;

/// Read every file of the project and say what is wrong with it, without opening a connection.
#[derive(Debug, Args)]
pub(super) struct Check;

impl Check {
    pub(super) fn run(root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, mut faults) = Project::load(root)?;
        faults.extend(run::check(&project));
        faults.extend(schedule::read_project(&project).1);
        if faults.has_errors() {
            return Err(Failure::Project(faults));
        }
        out.warnings(&faults);
        let models: usize = project.pipelines.values().map(|pipeline| pipeline.models.len()).sum();
        let sources: usize = project.pipelines.values().map(|pipeline| pipeline.sources.len()).sum();
        out.line(format!(
            "No faults in {} pipelines, {sources} sources, {models} models and {} reports.",
            project.pipelines.len(),
            project.reports.len()
        ));
        let unreached = run::unreached(&project);
        for line in &unreached {
            out.line(line);
        }
        out.value(&json!({ "faults": [], "unreached": unreached }));
        Ok(())
    }
}
