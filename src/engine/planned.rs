use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::LogicalPlan;

use crate::diagnostic::SourceFile;

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
