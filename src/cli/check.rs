use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::junit::{JunitFile, Suite};
use super::output::Output;
use crate::diagnostic::Diagnostics;
use crate::job::Failure;
use crate::project::Project;
use crate::run;
use crate::schedule;
use crate::site;
use crate::text::counted;

/// Read every file of the project and say what is wrong with it, without opening a connection.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Write what was found to this file, as `JUnit` XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(&self, root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, mut faults) = Project::read(root);
        if let Some(project) = &project {
            faults.extend(run::check(project));
            faults.extend(schedule::read_project(project).1);
            faults.extend(site::check(&project.root));
        }
        let faults = faults.one_a_place();
        if let Some(path) = &self.junit {
            JunitFile::new(path)?.write(suite(&faults))?;
        }
        let Some(project) = project.filter(|_| !faults.has_errors()) else {
            return Err(faults.into());
        };
        let models: usize = project.pipelines.values().map(|pipeline| pipeline.models.len()).sum();
        let sources: usize = project.pipelines.values().map(|pipeline| pipeline.sources.len()).sum();
        out.line(format!(
            "No faults in {}, {}, {} and {}.",
            counted(project.pipelines.len(), "pipeline", "pipelines"),
            counted(sources, "source", "sources"),
            counted(models, "model", "models"),
            counted(project.reports.len(), "report", "reports"),
        ));
        let unreached = run::unreached(&project);
        for connection in &unreached {
            out.line(connection.to_string());
        }
        out.faults(&faults, json!({ "unreached": unreached }));
        Ok(())
    }
}

/// Returns one case for each fault, or one for all files where there is none.
fn suite(faults: &Diagnostics) -> Suite {
    let mut suite = Suite::new("check");
    for fault in faults.iter() {
        suite.add("project", fault.message(), Some(&fault.draw(false)));
    }
    if faults.is_empty() {
        suite.add("project", "every file", None);
    }
    suite
}
