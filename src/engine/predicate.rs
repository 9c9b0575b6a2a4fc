//! One SQL expression over the rows of a batch: the rules of a contract. No table, no query, no reading.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::common::cast::as_boolean_array;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, Volatility};
use datafusion::optimizer::simplify_expressions::{ExprSimplifier, SimplifyContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::{depth, fault};
use crate::diagnostic::{Diagnostic, SourceFile};

/// A rule, planned once over the columns of a contract.
#[derive(Debug, Clone)]
pub struct Predicate {
    expression: Arc<dyn PhysicalExpr>,
    sql: Arc<SourceFile>,
}

impl Predicate {
    /// Plans `sql` over rows of `schema`.
    ///
    /// # Errors
    ///
    /// A fault at its place in `sql`: not an expression, an unknown column, not true or false, or a
    /// function whose answer changes from run to run.
    pub fn plan(schema: &SchemaRef, sql: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        depth::check(sql)?;
        let failed = |error: &DataFusionError| fault::diagnostic(sql, error);
        let mut config = SessionConfig::new();
        config.options_mut().sql_parser.collect_spans = true;
        config.options_mut().sql_parser.parse_float_as_decimal = true;
        config.options_mut().sql_parser.map_string_types_to_utf8view = false;
        let context = SessionContext::new_with_config(config);
        let columns = DFSchema::try_from(schema.as_ref().clone()).map_err(|error| failed(&error))?;
        let logical = context.parse_sql_expr(sql.text(), &columns).map_err(|error| failed(&error))?;
        if let Some(name) = unsteady(&logical).map_err(|error| failed(&error))? {
            let message = format!("`{name}()` gives another answer in another run");
            return Err(Diagnostic::error(sql, None, message));
        }
        // Some functions, `coalesce` among them, can only be computed in the form that they are simplified to.
        let fields = SimplifyContext::builder().with_schema(Arc::new(columns.clone())).build();
        let simplifier = ExprSimplifier::new(fields);
        let logical = simplifier.coerce(logical, &columns).map_err(|error| failed(&error))?;
        let logical = simplifier.simplify(logical).map_err(|error| failed(&error))?;
        let expression = context.create_physical_expr(logical, &columns).map_err(|error| failed(&error))?;
        let kind = expression.data_type(schema).map_err(|error| failed(&error))?;
        if kind != DataType::Boolean {
            return Err(Diagnostic::error(sql, None, "a rule is true or false for each row")
                .with_help("write a comparison, such as `ended_on >= started_on`".to_owned()));
        }
        Ok(Self { expression, sql: Arc::clone(sql) })
    }

    /// Returns whether each row is right. A row that cannot be judged, because a value that the rule needs is missing,
    /// is right: that a value must be there is for the contract to say.
    ///
    /// # Errors
    ///
    /// A fault when the data make the expression fail, as a division by zero does.
    pub fn evaluate(&self, batch: &RecordBatch) -> Result<BooleanArray, Diagnostic> {
        let failed = |error: &DataFusionError| fault::diagnostic(&self.sql, error);
        let value = self.expression.evaluate(batch).map_err(|error| failed(&error))?;
        let array = value.into_array(batch.num_rows()).map_err(|error| failed(&error))?;
        let judged = as_boolean_array(&array).map_err(|error| failed(&error))?;
        if judged.null_count() == 0 {
            return Ok(judged.clone());
        }
        Ok(judged.iter().map(|verdict| Some(verdict.unwrap_or(true))).collect())
    }
}

/// Finds the first function in `expression` that would give another answer in another run.
fn unsteady(expression: &Expr) -> Result<Option<String>, DataFusionError> {
    let mut found = None;
    expression.apply(|part| {
        if let Expr::ScalarFunction(call) = part
            && call.func.signature().volatility != Volatility::Immutable
        {
            found = Some(call.func.name().to_owned());
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests;
