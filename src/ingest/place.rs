//! Where a source is read from, and what a connector says of it.

use std::path::Path;

use crate::job::{Context, Failure};
use crate::project::{Connection, Pipeline, SourceDefinition};
use crate::source::{Place, SourceError, SourceFailure};

pub(crate) fn place<'a>(context: &'a Context, definition: &SourceDefinition) -> Result<Place<'a>, Failure> {
    let name = definition.file.connection.get_ref();
    let connection: &Connection = context
        .project()
        .settings
        .connections
        .get(name)
        .ok_or_else(|| Failure::Usage(format!("no connection `{name}` in `settings.toml`")))?;
    Ok(Place { root: Path::new(&context.project().root), connection })
}

/// Names a source in a message.
pub(crate) fn place_name(pipeline: &Pipeline, definition: &SourceDefinition) -> String {
    format!("`{}.{}`", pipeline.name, definition.name)
}

/// What a connector says, with the source it happened in and what became of the tables.
pub(crate) fn failure(pipeline: &Pipeline, definition: &SourceDefinition, error: &SourceError) -> Failure {
    if let SourceError::Contract(fault) = error {
        return Failure::Project((**fault).clone().into());
    }
    let message = format!(
        "{}: {error}\nnothing was published and the last good tables stand",
        place_name(pipeline, definition)
    );
    match error.failure() {
        SourceFailure::Unavailable => Failure::SourceUnavailable(message),
        SourceFailure::Denied => Failure::Credentials(message),
        SourceFailure::Rejected => Failure::SourceRejected(message),
        SourceFailure::Project => Failure::Usage(message),
        SourceFailure::Internal => Failure::Bug(message),
    }
}
