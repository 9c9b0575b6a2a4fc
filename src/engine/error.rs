use std::time::Duration;

use crate::diagnostic::{Cause, Diagnostic};

/// What running a planned query can come to.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The query is wrong, or the data made it fail.
    #[error("{0}")]
    Query(Diagnostic),
    /// The query needs more memory than it may have.
    #[error("`{file}` needs more memory than the limit")]
    Memory {
        /// The query's file.
        file: String,
        /// What DataFusion says of it.
        source: Cause,
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
    #[error("`{file}` cannot read its tables")]
    Read {
        /// The query's file.
        file: String,
        /// What the object store said, somewhere among its causes.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The engine itself could not be set up.
    #[error("the query engine cannot start")]
    Start(#[source] Cause),
}

/// The fault of a file of the project for which it happened, where files alone are looked at.
impl From<EngineError> for Diagnostic {
    fn from(error: EngineError) -> Self {
        let (what, cause) = (error.to_string(), Cause::behind(&error));
        let fault = match error {
            EngineError::Query(fault) => return fault,
            EngineError::Memory { file, .. } | EngineError::Time { file, .. } => {
                Self::of_path(&file, what).with_help("let the query read fewer rows".to_owned())
            }
            EngineError::Read { file, .. } => Self::of_path(&file, what),
            EngineError::Start(_) => {
                Self::placeless(what).with_help("this is a fault of the program: please report it".to_owned())
            }
        };
        cause.into_iter().fold(fault, Self::because)
    }
}
