use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::junit::{JunitFile, Suite};
use super::output::Output;
use crate::build;
use crate::job::Failure;
use crate::project::Project;

/// Run the models' own tests: small tables in, the exact table out.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Only the tests of these models, as `pipeline.model`, or of all models of these pipelines.
    models: Vec<String>,
    /// Write the results to this file, as `JUnit` XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Test {
    pub(super) fn run(&self, root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, warnings) = Project::load(root)?;
        out.warnings(&warnings);
        let junit = self.junit.as_deref().map(JunitFile::new).transpose()?;
        let results = build::model_tests(&project, &self.models)?;
        let failed = results.iter().filter(|result| result.difference.is_some()).count();
        for result in &results {
            match &result.difference {
                None => out.line(format!("ok    {}", result.name)),
                Some(difference) => out.line(format!("WRONG {}\n{difference}", result.name)),
            }
        }
        out.line(format!("{} passed, {failed} failed", results.len() - failed));
        let list: Vec<_> = results
            .iter()
            .map(|result| json!({ "test": result.name, "passed": result.difference.is_none(), "difference": result.difference }))
            .collect();
        out.value(&json!({ "tests": list }));
        if let Some(file) = junit {
            let mut suite = Suite::new("model tests");
            for result in &results {
                let pipeline = result.name.split('.').next().unwrap_or_default();
                suite.add(pipeline, &result.name, result.difference.as_deref());
            }
            file.write(suite)?;
        }
        if failed > 0 {
            return Err(Failure::gate(format!("{failed} of {} model tests failed", results.len()))
                .help("correct the model, or what its `expected.csv` says"));
        }
        Ok(())
    }
}
