use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::LogicalPlan;

use super::parameters;
use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::text;

/// Values bound to `$name` in a query.
pub type Bindings = BTreeMap<String, ScalarValue>;

/// A query, planned: its columns are known, nothing has been read.
#[derive(Debug, Clone)]
pub struct Planned {
    pub(super) plan: LogicalPlan,
    pub(super) source: Arc<SourceFile>,
    /// The columns of the result, in the types that the store keeps.
    pub schema: SchemaRef,
    /// The `$names` that the query uses.
    pub bindings: BTreeSet<String>,
}

impl Planned {
    /// Finds a parameter that the query names and that is not among `known`.
    ///
    /// # Errors
    ///
    /// A fault at the parameter's place in the query, with the nearest name that is known.
    pub fn check_bindings(&self, known: &Bindings) -> Result<(), Diagnostic> {
        let Some(unbound) = self.bindings.iter().find(|name| !known.contains_key(*name)) else {
            return Ok(());
        };
        let at = parameters::place(&self.source, unbound);
        let near = did_you_mean(unbound, known.keys());
        let help = near.unwrap_or_else(|| text::known(known.keys().map(|name| format!("${name}"))));
        let message = format!("expected the name of a parameter, found `${unbound}`");
        Err(Diagnostic::error(&self.source, at, message).with_help(help))
    }
}
