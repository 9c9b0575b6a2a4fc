//! The parts of a query: its common table expressions, each as a query of its own.

use std::collections::BTreeMap;

use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast;

/// Returns the common table expressions of a query, by name, each with the start of a query that reads it: what goes
/// before its `SELECT`.
pub(super) fn parts(statement: &Statement) -> BTreeMap<String, String> {
    let Statement::Statement(statement) = statement else { return BTreeMap::new() };
    let ast::Statement::Query(query) = statement.as_ref() else { return BTreeMap::new() };
    let Some(with) = &query.with else { return BTreeMap::new() };
    let named = |cte: &ast::Cte| (cte.alias.name.value.clone(), with.to_string());
    with.cte_tables.iter().map(named).collect()
}

/// Returns whether a statement is a query: not one that writes, copies, explains or sets.
pub(super) fn is_query(statement: &Statement) -> bool {
    matches!(statement, Statement::Statement(inner) if matches!(inner.as_ref(), ast::Statement::Query(_)))
}
