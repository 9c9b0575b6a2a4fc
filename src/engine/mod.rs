//! SQL over Arrow: a DataFusion session, and what it says when SQL is wrong.
//!
//! Knows no file, no store and no pipeline: tables are handed in as schemas and batches, models as
//! SQL files. Queries may only read: data definition, data manipulation and statements are refused, and
//! nothing but the tables handed in can be named.

mod fault;
mod order;
mod predicate;

mod tidy;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::MemTable;
use datafusion::catalog::{MemoryCatalogProvider, MemorySchemaProvider};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{ParamValues, ScalarValue, TableReference};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, SortExpr, Volatility, col};
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use tokio::runtime::Runtime;

use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};

pub use order::order;
pub use predicate::Predicate;

/// Name of the one catalog. Users never write it.
const CATALOG: &str = "sufficiency";

/// The name of a table: pipeline and table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    /// The pipeline, which is the SQL schema.
    pub pipeline: String,
    /// The table.
    pub table: String,
}

impl TableName {
    /// `pipeline.table`.
    pub fn new(pipeline: impl Into<String>, table: impl Into<String>) -> Self {
        Self { pipeline: pipeline.into(), table: table.into() }
    }

    /// Reads `pipeline.table`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (pipeline, table) = text.split_once('.')?;
        Some(Self::new(pipeline, table))
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.pipeline, self.table)
    }
}

/// Values bound to `$name` in a query.
pub type Bindings = BTreeMap<String, ScalarValue>;

/// A query, planned: its columns are known, nothing has been read.
#[derive(Debug, Clone)]
pub struct Planned {
    plan: LogicalPlan,
    source: Arc<SourceFile>,
    /// The columns of the result, in the types that the store keeps.
    pub schema: SchemaRef,
    /// The `$names` that the query uses.
    pub bindings: BTreeSet<String>,
}

/// What running a planned query can come to.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The query is wrong, or the data made it fail.
    #[error("{0}")]
    Query(Diagnostic),
    /// The query needs more memory than it may have.
    #[error("`{file}` needs more memory than the limit: {detail}")]
    Memory {
        /// The query's file.
        file: String,
        /// What DataFusion says of it.
        detail: String,
    },
    /// The engine itself could not be set up.
    #[error("the query engine cannot start: {0}")]
    Start(String),
}

/// A DataFusion session. The names of the pipeline that it entered last may be left unqualified.
pub struct Engine {
    runtime: Runtime,
    context: SessionContext,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("tables", &self.tables()).finish_non_exhaustive()
    }
}

/// What an engine may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Partitions that a plan is spread over: the count of cores.
    pub partitions: usize,
    /// Bytes that queries may hold before they spill or fail.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let partitions = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { partitions, memory: 2 << 30 }
    }
}

impl Engine {
    /// A session without tables.
    ///
    /// # Errors
    ///
    /// [`EngineError::Start`] when threads or the runtime cannot be had.
    pub fn new(limits: Limits) -> Result<Self, EngineError> {
        let start = |error: &dyn std::fmt::Display| EngineError::Start(error.to_string());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(limits.partitions)
            .build()
            .map_err(|error| start(&error))?;
        let mut config = SessionConfig::new()
            .with_default_catalog_and_schema(CATALOG, "none")
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(false)
            .with_target_partitions(limits.partitions);
        let options = config.options_mut();
        options.sql_parser.collect_spans = true;
        options.sql_parser.map_string_types_to_utf8view = false;
        options.execution.parquet.schema_force_view_types = false;
        options.optimizer.enable_window_topn = true;
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory)))
            .build_arc()
            .map_err(|error| start(&error))?;
        let context = SessionContext::new_with_config_rt(config, environment);
        context.register_catalog(CATALOG, Arc::new(MemoryCatalogProvider::new()));
        Ok(Self { runtime, context })
    }

    /// From here on, unqualified names belong to `pipeline`.
    pub fn enter(&self, pipeline: &str) {
        let state = self.context.state_ref();
        state.write().config_mut().options_mut().catalog.default_schema.replace_range(.., pipeline);
    }

    /// Gives the session a table; one of that name is replaced.
    ///
    /// # Errors
    ///
    /// [`EngineError::Start`] when the batches are not of `schema`.
    pub fn register(
        &self,
        name: &TableName,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), EngineError> {
        let start = |error: DataFusionError| EngineError::Start(format!("`{name}`: {error}"));
        let catalog =
            self.context.catalog(CATALOG).ok_or_else(|| EngineError::Start("no catalog".to_owned()))?;
        if catalog.schema(&name.pipeline).is_none() {
            catalog.register_schema(&name.pipeline, Arc::new(MemorySchemaProvider::new())).map_err(start)?;
        }
        let reference = TableReference::full(CATALOG, name.pipeline.as_str(), name.table.as_str());
        self.context.deregister_table(reference.clone()).map_err(start)?;
        let table = MemTable::try_new(schema, vec![batches]).map_err(start)?;
        self.context.register_table(reference, Arc::new(table)).map_err(start)?;
        Ok(())
    }

    /// The tables that a query reads, by its own words; common table expressions and table functions are
    /// not tables.
    ///
    /// # Errors
    ///
    /// A fault at its line when the text is not SQL.
    pub fn reads(&self, sql: &Arc<SourceFile>, pipeline: &str) -> Result<BTreeSet<TableName>, Diagnostic> {
        let state = self.context.state();
        let dialect = state.config_options().sql_parser.dialect;
        let statement =
            state.sql_to_statement(sql.text(), &dialect).map_err(|error| fault::diagnostic(sql, &error))?;
        let references =
            state.resolve_table_references(&statement).map_err(|error| fault::diagnostic(sql, &error))?;
        let functions = state.table_functions();
        Ok(references
            .iter()
            .filter(|reference| reference.schema().is_some() || !functions.contains_key(reference.table()))
            .map(|reference| TableName::new(reference.schema().unwrap_or(pipeline), reference.table()))
            .collect())
    }

    /// Plans a query over the registered tables.
    ///
    /// # Errors
    ///
    /// A fault at its line: not SQL, not a query, an unknown table or column, types that do not fit, or a
    /// function whose answer changes from run to run.
    pub fn plan(&self, sql: &Arc<SourceFile>) -> Result<Planned, Diagnostic> {
        let plan = self
            .runtime
            .block_on(self.context.state().create_logical_plan(sql.text()))
            .map_err(|error| self.unknown_table(sql, &error))?;
        SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .map_err(|_| {
                Diagnostic::error(sql, None, "only a query is allowed here")
                    .with_help("write one SELECT; the file's name is the table's name".to_owned())
            })?;
        if matches!(plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_)) {
            return Err(Diagnostic::error(sql, None, "only a query is allowed here"));
        }
        Self::steady(sql, &plan)?;
        let bindings = plan
            .get_parameter_names()
            .map_err(|error| fault::diagnostic(sql, &error))?
            .into_iter()
            .map(|name| name.trim_start_matches('$').to_owned())
            .collect();
        let schema = tidy::schema(plan.schema().as_arrow());
        if schema.fields().is_empty() {
            return Err(Diagnostic::error(sql, None, "this query has no columns"));
        }
        tidy::refuse_unkept(sql, &schema)?;
        Ok(Planned { plan, source: Arc::clone(sql), schema, bindings })
    }

    /// Refuses functions that would give another answer in another run.
    fn steady(sql: &Arc<SourceFile>, plan: &LogicalPlan) -> Result<(), Diagnostic> {
        let mut unsteady: Option<String> = None;
        let walked = plan.apply_with_subqueries(|node| {
            node.apply_expressions(|expression| {
                expression.apply(|part| {
                    if let Expr::ScalarFunction(call) = part
                        && call.func.signature().volatility != Volatility::Immutable
                    {
                        unsteady.get_or_insert_with(|| call.func.name().to_owned());
                        return Ok(TreeNodeRecursion::Stop);
                    }
                    Ok(TreeNodeRecursion::Continue)
                })
            })
        });
        walked.map_err(|error| fault::diagnostic(sql, &error))?;
        match unsteady {
            None => Ok(()),
            Some(name) => {
                let lower = sql.text().to_lowercase();
                let span = lower.find(&name).map(|start| start..start + name.len());
                Err(Diagnostic::error(sql, span, format!("`{name}()` gives another answer in another run"))
                    .with_help(
                        "use `$as_at`, `$period_start` or `$period_end`, which belong to the run".to_owned(),
                    ))
            }
        }
    }

    /// A planning fault; an unknown table gets the nearest known name.
    fn unknown_table(&self, sql: &Arc<SourceFile>, error: &DataFusionError) -> Diagnostic {
        let diagnostic = fault::diagnostic(sql, error);
        let Some(name) = fault::missing_table(diagnostic.message()) else { return diagnostic };
        let known = self.tables();
        let bare = known.iter().map(|known| known.table.clone());
        let full = known.iter().map(ToString::to_string);
        diagnostic.with_help(did_you_mean(&name, full.chain(bare)))
    }

    /// The tables that the session has.
    #[must_use]
    pub fn tables(&self) -> Vec<TableName> {
        let Some(catalog) = self.context.catalog(CATALOG) else { return Vec::new() };
        let mut names = Vec::new();
        for pipeline in catalog.schema_names() {
            let tables = catalog.schema(&pipeline).map(|schema| schema.table_names()).unwrap_or_default();
            names.extend(tables.into_iter().map(|table| TableName::new(pipeline.clone(), table)));
        }
        names.sort();
        names
    }

    /// Runs a planned query. Rows come in the order of `sort`, completed by every other column, so that
    /// the same input gives the same bytes whatever the count of partitions.
    ///
    /// # Errors
    ///
    /// [`EngineError::Query`] at the query's file, or [`EngineError::Memory`].
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
        let failed = |error: &DataFusionError| match error.find_root() {
            DataFusionError::ResourcesExhausted(detail) => {
                EngineError::Memory { file: source.shown().to_owned(), detail: detail.clone() }
            }
            _ => EngineError::Query(fault::diagnostic(source, error)),
        };
        if let Some(unbound) = planned.bindings.iter().find(|name| !bindings.contains_key(*name)) {
            let help = did_you_mean(unbound, bindings.keys());
            let at = source.text().find(&format!("${unbound}")).map(|start| start..start + unbound.len() + 1);
            let message = format!("no run parameter `${unbound}`");
            return Err(EngineError::Query(Diagnostic::error(source, at, message).with_help(help)));
        }
        let values: HashMap<String, ScalarValue> =
            bindings.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let plan = planned
            .plan
            .clone()
            .with_param_values(ParamValues::from(values))
            .and_then(arrange)
            .map_err(|error| failed(&error))?;
        let frame = DataFrame::new(self.context.state(), plan);
        let batches = self.runtime.block_on(frame.collect()).map_err(|error| failed(&error))?;
        tidy::batch(&planned.schema, &batches)
            .map_err(|error| EngineError::Query(Diagnostic::error(source, None, error.to_string())))
    }
}

/// `plan` in the order of `sort` and then of every other column; nulls last.
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

#[cfg(test)]
mod tests;
