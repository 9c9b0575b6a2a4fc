use std::cell::RefCell;
use std::sync::Arc;

use super::occurrence::{Occurrence, Publication};
use super::record::Ended;
use super::starter::{Hold, Starter};
use crate::job::{self, Context, Failure, Options, Stop};
use crate::project::Project;
use crate::run;
use crate::store::{Store, StoreError};

/// Starts occurrences as runs of the project's pipelines, and sends what they make by each report's policy.
///
/// A run reads the clock at its own start, so one that waited knows the time at which it began.
pub struct PipelineRuns<'a> {
    project: RefCell<Arc<Project>>,
    store: &'a Store,
    stop: Stop,
    watch: &'a dyn Fn(&job::Event),
    /// What stopped runs, each by its pipeline, where somebody asks.
    failures: Option<&'a RefCell<Vec<(String, Failure)>>>,
}

impl<'a> PipelineRuns<'a> {
    /// Starts runs of `project` as it is now, until `stop`; `watch` gets what happens in them.
    #[must_use]
    pub fn new(project: Arc<Project>, store: &'a Store, stop: Stop, watch: &'a dyn Fn(&job::Event)) -> Self {
        Self { project: RefCell::new(project), store, stop, watch, failures: None }
    }

    /// Returns the same, which adds to `failures` what stops a run.
    #[must_use]
    pub fn failing_into(self, failures: &'a RefCell<Vec<(String, Failure)>>) -> Self {
        Self { failures: Some(failures), ..self }
    }

    /// Takes a changed project for the runs to come.
    pub fn adopt(&self, project: Arc<Project>) {
        self.project.replace(project);
    }
}

impl Starter for PipelineRuns<'_> {
    fn start(&self, occurrence: &Occurrence, hold: &Hold<'_>) -> Ended {
        let project = Project::clone(&self.project.borrow());
        let options = Options {
            send: true,
            tables_too: true,
            period: occurrence.period().map(str::to_owned),
            reports: occurrence.reports().to_vec(),
            trigger: occurrence.to_string(),
            ..Options::default()
        };
        let mut outcome = String::new();
        let mut watch = |event: &job::Event| {
            if let job::Event::Finished { outcome: newest, .. } = event {
                outcome.clone_from(newest);
            }
            (self.watch)(event);
        };
        let result = Context::open(project)
            .and_then(|context| {
                let context = context.until(self.stop.clone());
                run::run_one(&context, occurrence.pipeline(), &options, hold, &mut watch)
            })
            .and_then(run::Outcome::result);
        if let (Err(failure), Some(failures)) = (&result, self.failures) {
            failures.borrow_mut().push((occurrence.pipeline().to_owned(), failure.clone()));
        }
        match result {
            Ok(()) => Ended { exit: 0, outcome },
            Err(failure) if outcome.is_empty() => {
                Ended { exit: failure.code(), outcome: failure.to_string() }
            }
            Err(failure) => Ended { exit: failure.code(), outcome },
        }
    }

    fn newest_publication(&self, pipeline: &str) -> Result<Option<Publication>, StoreError> {
        let head = self.store.head()?;
        let published = head.as_ref().and_then(|commit| commit.pipelines.get(pipeline));
        Ok(published.map(|published| Publication { name: format!("{:06}", published.seq), at: published.at }))
    }
}

impl std::fmt::Debug for PipelineRuns<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PipelineRuns").field("root", &self.project.borrow().root).finish_non_exhaustive()
    }
}
