//! Running a planned query: bound, in a stated order, within its limits.

use std::collections::HashMap;
use std::error::Error;

use arrow::array::RecordBatch;
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, SortExpr, col};
use datafusion::prelude::DataFrame;

use super::error::EngineError;
use super::planned::{Bindings, Planned};
use super::session::Engine;
use super::threads::NoAnswer;
use super::{fault, tidy};

/// How joins are made.
#[derive(Clone, Copy)]
enum Joins {
    /// As DataFusion likes best: over a table in memory, which cannot spill.
    Hashed,
    /// Over sorted rows, which spill.
    Sorted,
}

/// Why a plan gave no rows.
enum Stopped {
    Failed(DataFusionError),
    TimeUp,
    Broken,
}

impl Engine {
    /// Runs a planned query. Rows come in the order of `sort`, completed by every other column, so that
    /// the same input gives the same bytes whatever the count of partitions.
    ///
    /// # Errors
    ///
    /// [`EngineError::Query`] at the query's file, [`EngineError::Memory`] or [`EngineError::Time`].
    pub fn run(
        &self,
        planned: &Planned,
        sort: &[String],
        bindings: &Bindings,
    ) -> Result<RecordBatch, EngineError> {
        self.execute(planned, bindings, |plan| sorted(plan, sort))
    }

    /// Runs a planned query in the order that it asks for itself.
    ///
    /// # Errors
    ///
    /// As [`Engine::run`].
    pub fn run_as_written(&self, planned: &Planned, bindings: &Bindings) -> Result<RecordBatch, EngineError> {
        self.execute(planned, bindings, Ok)
    }

    fn execute(
        &self,
        planned: &Planned,
        bindings: &Bindings,
        arrange: impl Fn(LogicalPlan) -> Result<LogicalPlan, DataFusionError>,
    ) -> Result<RecordBatch, EngineError> {
        let source = &planned.source;
        planned.check_bindings(bindings).map_err(EngineError::Query)?;
        let values: HashMap<String, ScalarValue> =
            bindings.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let plan = planned
            .plan
            .clone()
            .with_param_values(ParamValues::from(values))
            .and_then(arrange)
            .map_err(|error| self.failure(planned, Stopped::Failed(error)))?;
        let batches = match self.collect(plan.clone(), Joins::Hashed) {
            // A hashed join holds one side whole. Sorted, both may lie on disk.
            Err(Stopped::Failed(error)) if is_exhausted(&error) => self.collect(plan, Joins::Sorted),
            other => other,
        }
        .map_err(|stopped| self.failure(planned, stopped))?;
        let rows = tidy::batch(&planned.schema, &batches)
            .map_err(|error| EngineError::Query(fault::of_arrow(source, error)))?;
        tidy::refuse_too_large(source, &rows).map_err(EngineError::Query)?;
        Ok(rows)
    }

    fn collect(&self, plan: LogicalPlan, joins: Joins) -> Result<Vec<RecordBatch>, Stopped> {
        let mut state = self.context.state();
        if matches!(joins, Joins::Sorted) {
            let options = state.config_mut().options_mut();
            options.optimizer.prefer_hash_join = false;
            // With one partition DataFusion takes a hashed join whatever its settings say.
            options.execution.target_partitions = options.execution.target_partitions.max(2);
            // Each sort sets this much aside for its merge; several of them must fit.
            let merge = &mut options.execution.sort_spill_reservation_bytes;
            *merge = (*merge).min(self.limits.memory / 16);
            // Small batches leave gaps that the next one fits into.
            let config = state.config_mut();
            *config = config.clone().with_batch_size(config.batch_size().min(1024));
        }
        let frame = DataFrame::new(state, plan);
        match self.threads.answer_within(self.limits.time, frame.collect()) {
            Ok(answer) => answer.map_err(Stopped::Failed),
            Err(NoAnswer::TimeUp) => Err(Stopped::TimeUp),
            Err(NoAnswer::Broken) => Err(Stopped::Broken),
        }
    }

    fn failure(&self, planned: &Planned, stopped: Stopped) -> EngineError {
        let source = &planned.source;
        let file = source.shown().to_owned();
        match stopped {
            Stopped::TimeUp => EngineError::Time { file, limit: self.limits.time },
            Stopped::Broken => EngineError::Start(format!("`{file}` ended without an answer").into()),
            Stopped::Failed(error) => match error.find_root() {
                DataFusionError::ResourcesExhausted(detail) => {
                    EngineError::Memory { file, source: detail.lines().next().unwrap_or_default().into() }
                }
                _ if is_of_a_file(&error) => EngineError::Read { file, source: Box::new(error) },
                _ => EngineError::Query(fault::diagnostic(source, &error)),
            },
        }
    }
}

/// Returns whether `error` comes from reading a file, whatever it has passed through since.
fn is_of_a_file(error: &DataFusionError) -> bool {
    std::iter::successors(Some(error as &dyn Error), |error| (*error).source())
        .any(<dyn Error>::is::<object_store::Error>)
}

fn is_exhausted(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}

/// Puts `plan` in the order of `sort` and then of every other column; nulls last.
fn sorted(plan: LogicalPlan, sort: &[String]) -> Result<LogicalPlan, DataFusionError> {
    let fields: Vec<String> = plan.schema().fields().iter().map(|field| field.name().clone()).collect();
    let rest = fields.iter().filter(|name| !sort.contains(name));
    let order: Vec<SortExpr> = sort
        .iter()
        .chain(rest)
        .map(|name| col(datafusion::common::Column::from_name(name)).sort(true, false))
        .collect();
    LogicalPlanBuilder::from(plan).sort(order)?.build()
}
