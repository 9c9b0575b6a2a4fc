use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::{
    MemTable, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider, TableProvider,
};
use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::sqlparser::parser::ParserError;

use super::error::EngineError;
use super::limits::Limits;
use super::planned::Planned;
use super::table_name::{CATALOG, TableName};
use super::threads::Threads;
use super::{arithmetic, checked, depth, fault, parameters, part, similar, steady, tidy};
use crate::diagnostic::{Cause, Diagnostic, Diagnostics, SourceFile, did_you_mean};

/// The name of an optimiser rule that changes the types of sums.
const SUMS_IN_TWO_STEPS: &str = "single_distinct_aggregation_to_group_by";

/// The tables that queries read, by pipeline and text.
type Reads = HashMap<(String, String), BTreeSet<TableName>>;

/// A DataFusion session. The names of the pipeline that it entered last may be left unqualified.
pub struct Engine {
    pub(super) threads: Arc<Threads>,
    pub(super) context: SessionContext,
    pub(super) limits: Limits,
    /// What is known of queries: the same few are asked about at every step.
    reads: Arc<Mutex<Reads>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("tables", &self.tables()).finish_non_exhaustive()
    }
}

impl Engine {
    /// Starts a session without tables.
    ///
    /// # Errors
    ///
    /// [`EngineError::Start`] when threads or the runtime cannot be had.
    pub fn new(limits: Limits) -> Result<Self, EngineError> {
        let start = |error: &(dyn std::error::Error + 'static)| EngineError::Start(Cause::of(error));
        let threads = Threads::new(limits.partitions).map_err(|error| start(&error))?;
        let mut config = SessionConfig::new()
            .with_default_catalog_and_schema(CATALOG, "none")
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(false)
            .with_target_partitions(limits.partitions);
        let options = config.options_mut();
        options.sql_parser.collect_spans = true;
        // `amount * 1.2` stays exact: as a float the figure would make one of the product.
        options.sql_parser.parse_float_as_decimal = true;
        options.sql_parser.map_string_types_to_utf8view = false;
        options.execution.parquet.schema_force_view_types = false;
        options.optimizer.enable_window_topn = true;
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory)))
            .build_arc()
            .map_err(|error| start(&error))?;
        let mut context = SessionContext::new_with_config_rt(config, environment);
        // It sums in two steps where different values are counted beside a sum, and the second widens a decimal: the plan
        // has another type than the rows, and a comparison with another decimal fails.
        context.remove_optimizer_rule(SUMS_IN_TWO_STEPS);
        checked::register(&mut context).map_err(|error| start(&error))?;
        arithmetic::register(&mut context).map_err(|error| start(&error))?;
        similar::register(&mut context).map_err(|error| start(&error))?;
        context.register_catalog(CATALOG, Arc::new(MemoryCatalogProvider::new()));
        Ok(Self { threads: Arc::new(threads), context, limits, reads: Arc::default() })
    }

    /// Starts another session without tables, over the threads, the memory and the functions of this one.
    #[must_use]
    pub fn without_tables(&self) -> Self {
        let catalogs = Arc::new(MemoryCatalogProviderList::new());
        let state =
            SessionStateBuilder::new_from_existing(self.context.state()).with_catalog_list(catalogs).build();
        let context = SessionContext::new_with_state(state);
        context.register_catalog(CATALOG, Arc::new(MemoryCatalogProvider::new()));
        Self {
            threads: Arc::clone(&self.threads),
            context,
            limits: self.limits,
            reads: Arc::clone(&self.reads),
        }
    }

    /// Resolves unqualified names in `pipeline` from here on.
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
            .map_err(|error| EngineError::Start(Cause::of(&error)))?;
        self.put(name, Arc::new(table))
    }

    pub(super) fn put(&self, name: &TableName, table: Arc<dyn TableProvider>) -> Result<(), EngineError> {
        let start = |error: DataFusionError| EngineError::Start(Cause::of(&error));
        let catalog = self.context.catalog(CATALOG).ok_or_else(|| EngineError::Start("no catalog".into()))?;
        if catalog.schema(&name.pipeline).is_none() {
            catalog.register_schema(&name.pipeline, Arc::new(MemorySchemaProvider::new())).map_err(start)?;
        }
        let reference = TableReference::full(CATALOG, name.pipeline.as_str(), name.table.as_str());
        self.context.deregister_table(reference.clone()).map_err(start)?;
        self.context.register_table(reference, table).map_err(start)?;
        Ok(())
    }

    /// Returns the tables that a query reads, by its own words; common table expressions and table functions are
    /// not tables.
    ///
    /// # Errors
    ///
    /// A fault at its line when the text is not SQL.
    pub fn reads(&self, sql: &Arc<SourceFile>, pipeline: &str) -> Result<BTreeSet<TableName>, Diagnostic> {
        let known = || self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        let question = (pipeline.to_owned(), sql.text().to_owned());
        if let Some(reads) = known().get(&question) {
            return Ok(reads.clone());
        }
        let reads = self.reads_of(sql, pipeline)?;
        known().insert(question, reads.clone());
        Ok(reads)
    }

    fn reads_of(&self, sql: &Arc<SourceFile>, pipeline: &str) -> Result<BTreeSet<TableName>, Diagnostic> {
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

    /// Returns the common table expressions of a query, by name, each with what goes before the `SELECT` of a query that
    /// reads it.
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

    /// Returns the parameters that a query names with `$`, by its own words: not those in its texts and comments.
    ///
    /// # Errors
    ///
    /// A fault at its line when the text cannot be read as words of SQL.
    pub fn parameters(&self, sql: &Arc<SourceFile>) -> Result<BTreeSet<String>, Diagnostic> {
        let named = parameters::named(sql.text());
        let named = named.map_err(|error| fault::diagnostic(sql, &ParserError::from(error).into()))?;
        Ok(named.into_iter().map(|(name, _)| name).collect())
    }

    /// Plans a query over the registered tables.
    ///
    /// # Errors
    ///
    /// A fault at its line: not SQL, not a query, nested too deep, an unknown table or column, types that do not fit, or a
    /// function whose answer changes from run to run.
    pub fn plan(&self, sql: &Arc<SourceFile>) -> Result<Planned, Diagnostic> {
        depth::check(sql)?;
        let state = self.context.state();
        let dialect = state.config_options().sql_parser.dialect;
        let statement =
            state.sql_to_statement(sql.text(), &dialect).map_err(|error| fault::diagnostic(sql, &error))?;
        // What is not a query is refused before its names are looked up.
        if !part::is_query(&statement) {
            return Err(fault::no_query(sql));
        }
        let plan = self
            .threads
            .block_on(state.statement_to_plan(statement))
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
            return Err(Diagnostic::error(sql, None, "expected a query with columns, found one without"));
        }
        tidy::refuse_unpublishable(sql, &schema)?;
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

    /// Makes a planning fault; an unknown table gets the nearest known name.
    pub(super) fn unknown_table(&self, sql: &Arc<SourceFile>, error: &DataFusionError) -> Diagnostic {
        let diagnostic = fault::diagnostic(sql, error);
        let Some(name) = fault::missing_table(diagnostic.message()) else { return diagnostic };
        let known = self.tables();
        let bare = known.iter().map(|known| known.table.clone());
        let full = known.iter().map(ToString::to_string);
        diagnostic.with_help(did_you_mean(&name, full.chain(bare)))
    }

    /// Lists the tables that the session has.
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
