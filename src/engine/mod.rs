//! SQL over Arrow: a DataFusion session, and what it says when SQL is wrong.
//!
//! Knows no store and no pipeline: tables are handed in as batches, or as Parquet files behind an object
//! store, models as SQL files. Queries may only read: data definition, data manipulation and statements are
//! refused, and nothing but the tables handed in can be named.

mod depth;
mod execute;
mod fault;
mod files;
mod limits;
mod order;
mod part;
mod predicate;
mod steady;
mod threads;
mod tidy;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::{
    MemTable, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider, TableProvider,
};
use datafusion::common::{ScalarValue, TableReference};
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use threads::Threads;

use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, did_you_mean};

pub use limits::Limits;
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
    /// The query takes longer than it may.
    #[error("`{file}` takes longer than the limit of {} s", limit.as_secs())]
    Time {
        /// The query's file.
        file: String,
        /// How long it may take.
        limit: Duration,
    },
    /// A file of a table could not be read, or is not what was written: the cause says which.
    #[error("`{file}` cannot read its tables: {cause}")]
    Read {
        /// The query's file.
        file: String,
        /// What the object store said, somewhere among its causes.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The engine itself could not be set up.
    #[error("the query engine cannot start: {0}")]
    Start(String),
}

/// A DataFusion session. The names of the pipeline that it entered last may be left unqualified.
pub struct Engine {
    threads: Arc<Threads>,
    context: SessionContext,
    limits: Limits,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("tables", &self.tables()).finish_non_exhaustive()
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
        let threads = Threads::new(limits.partitions).map_err(|error| start(&error))?;
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
        Ok(Self { threads: Arc::new(threads), context, limits })
    }

    /// Another session without tables, over the threads, the memory and the functions of this one.
    #[must_use]
    pub fn afresh(&self) -> Self {
        let catalogs = Arc::new(MemoryCatalogProviderList::new());
        let state =
            SessionStateBuilder::new_from_existing(self.context.state()).with_catalog_list(catalogs).build();
        let context = SessionContext::new_with_state(state);
        context.register_catalog(CATALOG, Arc::new(MemoryCatalogProvider::new()));
        Self { threads: Arc::clone(&self.threads), context, limits: self.limits }
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
        let table = MemTable::try_new(schema, vec![batches])
            .map_err(|error| EngineError::Start(format!("`{name}`: {error}")))?;
        self.put(name, Arc::new(table))
    }

    fn put(&self, name: &TableName, table: Arc<dyn TableProvider>) -> Result<(), EngineError> {
        let start = |error: DataFusionError| EngineError::Start(format!("`{name}`: {error}"));
        let catalog =
            self.context.catalog(CATALOG).ok_or_else(|| EngineError::Start("no catalog".to_owned()))?;
        if catalog.schema(&name.pipeline).is_none() {
            catalog.register_schema(&name.pipeline, Arc::new(MemorySchemaProvider::new())).map_err(start)?;
        }
        let reference = TableReference::full(CATALOG, name.pipeline.as_str(), name.table.as_str());
        self.context.deregister_table(reference.clone()).map_err(start)?;
        self.context.register_table(reference, table).map_err(start)?;
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

    /// The common table expressions of a query, by name, each with what goes before the `SELECT` of a query that reads it.
    ///
    /// # Errors
    ///
    /// A fault at its line when the text is not SQL.
    pub fn parts(&self, sql: &Arc<SourceFile>) -> Result<BTreeMap<String, String>, Diagnostic> {
        let state = self.context.state();
        let dialect = state.config_options().sql_parser.dialect;
        let statement =
            state.sql_to_statement(sql.text(), &dialect).map_err(|error| fault::diagnostic(sql, &error))?;
        Ok(part::parts(&statement))
    }

    /// Plans a query over the registered tables.
    ///
    /// # Errors
    ///
    /// A fault at its line: not SQL, not a query, nested too deep, an unknown table or column, types that do not fit, or a
    /// function whose answer changes from run to run.
    pub fn plan(&self, sql: &Arc<SourceFile>) -> Result<Planned, Diagnostic> {
        depth::check(sql)?;
        let plan = self
            .threads
            .block_on(self.context.state().create_logical_plan(sql.text()))
            .map_err(|error| self.unknown_table(sql, &error))?;
        let reads_only = SQLOptions::new()
            .with_allow_ddl(false)
            .with_allow_dml(false)
            .with_allow_statements(false)
            .verify_plan(&plan)
            .is_ok();
        let explains =
            matches!(plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_));
        if !reads_only || explains {
            return Err(fault::no_query(sql));
        }
        steady::functions(sql, &plan)?;
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

    /// Plans a model: as [`Self::plan`], and the same rows must give the same answer whatever the order in
    /// which they come and the threads that they are spread over.
    ///
    /// # Errors
    ///
    /// Every fault of [`Self::plan`], rows that are taken in no order, and sums that are not exact.
    pub fn plan_model(&self, sql: &Arc<SourceFile>) -> Result<Planned, Diagnostics> {
        let planned = self.plan(sql)?;
        let mut faults = steady::rows(sql, &planned.plan);
        // A parameter has no type before it is bound, and nothing that it is compared with can be judged.
        if planned.bindings.is_empty() {
            let state = self.context.state();
            let analysed =
                state.analyzer().execute_and_check(planned.plan.clone(), state.config_options(), |_, _| {});
            let _typed = faults.collect(analysed.map_err(|error| fault::diagnostic(sql, &error)));
        }
        faults.or(planned)
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
}

#[cfg(test)]
mod tests;
