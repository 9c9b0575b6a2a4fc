use std::time::Duration;

use crate::diagnostic::Diagnostic;

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
