use std::path::Path;

use clap::Args;

use super::output::Output;
use crate::project::Project;
use crate::run::{self, Failure};
use crate::schedule;

/// Read every file of the project and say what is wrong with it, without opening a connection.
#[derive(Debug, Args)]
pub(super) struct Check;

impl Check {
    pub(super) fn run(root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, mut faults) = Project::read(root);
        if let Some(project) = &project {
            faults.extend(run::check(project));
            faults.extend(schedule::read_project(project).1);
        }
        let faults = faults.one_a_place();
        let Some(project) = project.filter(|_| !faults.has_errors()) else {
            return Err(Failure::Project(faults));
        };
        let models: usize = project.pipelines.values().map(|pipeline| pipeline.models.len()).sum();
        let sources: usize = project.pipelines.values().map(|pipeline| pipeline.sources.len()).sum();
        out.line(format!(
            "No faults in {} pipelines, {sources} sources, {models} models and {} reports.",
            project.pipelines.len(),
            project.reports.len()
        ));
        out.faults(&faults);
        Ok(())
    }
}
