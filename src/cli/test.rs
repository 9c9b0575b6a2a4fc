use std::path::Path;

use clap::Args;
use serde_json::json;

use super::output::Output;
use crate::project::Project;
use crate::run::{self, Failure};

/// Run the models' own tests: small tables in, the exact table out.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Only the tests of these models, as `pipeline.model`.
    models: Vec<String>,
}

impl Test {
    pub(super) fn run(&self, root: &Path, out: &Output) -> Result<(), Failure> {
        let (project, warnings) = Project::load(root)?;
        out.warnings(&warnings);
        let results = run::model_tests(&project, &self.models)?;
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
        if failed > 0 {
            return Err(Failure::Gate(format!("{failed} of {} model tests failed", results.len())));
        }
        Ok(())
    }
}
