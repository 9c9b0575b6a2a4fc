//! What would make the same rows give another answer: a clock, dice, rows in no order, sums of floats.

use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, DFSchemaRef};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    Distinct, Expr, ExprSchemable, LogicalPlan, Volatility, WindowFunctionDefinition,
};

use super::fault;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile};

/// Aggregates that give what comes first, or all in the order that they come.
const ORDERED: [&str; 6] = ["array_agg", "first_value", "last_value", "nth_value", "string_agg", "listagg"];

/// Window functions that number or look at neighbours.
const RANKED: [&str; 10] = [
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "row_number",
];

/// Aggregates that add.
const ADDING: [&str; 12] = [
    "avg",
    "corr",
    "covar_pop",
    "covar_samp",
    "mean",
    "regr_slope",
    "stddev",
    "stddev_pop",
    "sum",
    "var",
    "var_pop",
    "var_samp",
];

/// Refuses functions that would give another answer in another run.
pub(super) fn functions(sql: &Arc<SourceFile>, plan: &LogicalPlan) -> Result<(), Diagnostic> {
    let mut unsteady: Option<String> = None;
    each_expression(plan, |part, _| {
        if let Expr::ScalarFunction(call) = part
            && call.func.signature().volatility != Volatility::Immutable
        {
            unsteady.get_or_insert_with(|| call.func.name().to_owned());
        }
        Ok(())
    })
    .map_err(|error| fault::diagnostic(sql, &error))?;
    let Some(name) = unsteady else { return Ok(()) };
    let message = format!("`{name}()` gives another answer in another run");
    let help = "use `$as_at`, `$period_start` or `$period_end`, which belong to the run";
    Err(Diagnostic::error(sql, word(sql, &name), message).with_help(help.to_owned()))
}

/// Finds every part of a model that depends on the order in which its rows happen to come, and every sum that would not
/// be exact.
pub(super) fn rows(sql: &Arc<SourceFile>, plan: &LogicalPlan) -> Diagnostics {
    let mut faults = Diagnostics::default();
    let mut tell = |name: &str, message: String, help: &str| {
        faults.push(Diagnostic::error(sql, word(sql, name), message).with_help(help.to_owned()));
    };
    let walked = plan.apply_with_subqueries(|node| {
        match node {
            LogicalPlan::Limit(limit) if !is_sorted(&limit.input) => {
                tell(
                    "limit",
                    "which rows `LIMIT` keeps is not said".to_owned(),
                    "write `ORDER BY` before it",
                );
            }
            LogicalPlan::Distinct(Distinct::On(on)) if on.sort_expr.is_none() => tell(
                "distinct",
                "which rows `DISTINCT ON` keeps is not said".to_owned(),
                "write `ORDER BY`, beginning with the columns of `ON`",
            ),
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    });
    let looked = walked.and_then(|_| {
        each_expression(plan, |part, schema| {
            match part {
                Expr::AggregateFunction(call) => {
                    let name = call.func.name().to_lowercase();
                    if ORDERED.contains(&name.as_str()) && call.params.order_by.is_empty() {
                        tell(
                            &name,
                            format!("`{name}` takes its rows in no order"),
                            &format!("say in which, as in `{name}(… ORDER BY …)`"),
                        );
                    }
                    if ADDING.contains(&name.as_str()) {
                        for argument in &call.params.args {
                            inexact(&name, &argument.get_type(schema)?, &mut tell);
                        }
                    }
                }
                Expr::WindowFunction(call) => {
                    let name = call.fun.name().to_lowercase();
                    if RANKED.contains(&name.as_str()) && call.params.order_by.is_empty() {
                        tell(
                            &name,
                            format!("`{name}` takes its rows in no order"),
                            "say in which, as in `OVER (PARTITION BY … ORDER BY …)`",
                        );
                    }
                    if matches!(call.fun, WindowFunctionDefinition::AggregateUDF(_))
                        && ADDING.contains(&name.as_str())
                    {
                        for argument in &call.params.args {
                            inexact(&name, &argument.get_type(schema)?, &mut tell);
                        }
                    }
                }
                _ => {}
            }
            Ok(())
        })
    });
    if let Err(error) = looked {
        faults.push(fault::diagnostic(sql, &error));
    }
    faults
}

/// Complains of a sum over numbers of type `kind` that is not exact whatever the order.
fn inexact(name: &str, kind: &DataType, tell: &mut impl FnMut(&str, String, &str)) {
    if kind.is_floating() {
        let message =
            format!("`{name}` adds floating-point numbers, whose sum depends on the order of the rows");
        tell(name, message, "cast what it adds to DECIMAL");
    }
}

/// Calls `look` with every expression of `plan`, its subqueries included, and the columns that it is over.
fn each_expression(
    plan: &LogicalPlan,
    mut look: impl FnMut(&Expr, &DFSchema) -> Result<(), DataFusionError>,
) -> Result<(), DataFusionError> {
    plan.apply_with_subqueries(|node| {
        let schema = columns_of(node);
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                look(part, &schema)?;
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}

/// Returns the columns that the expressions of `node` are over.
fn columns_of(node: &LogicalPlan) -> DFSchemaRef {
    match node.inputs().as_slice() {
        [only] => Arc::clone(only.schema()),
        _ => Arc::clone(node.schema()),
    }
}

/// Returns whether the rows of `plan` come in an order that it asks for.
fn is_sorted(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => is_sorted(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => is_sorted(&alias.input),
        LogicalPlan::Limit(limit) => is_sorted(&limit.input),
        LogicalPlan::Sort(_) | LogicalPlan::Values(_) | LogicalPlan::EmptyRelation(_) => true,
        _ => false,
    }
}

/// Returns where the word `name` stands first, as SQL has words.
fn word(sql: &Arc<SourceFile>, name: &str) -> Option<Range<usize>> {
    let text = sql.text().to_ascii_lowercase();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name)
        .map(|(start, _)| start..start + name.len())
        .find(|at| !text[..at.start].ends_with(is_part) && !text[at.end..].starts_with(is_part))
}
