//! Where a source is read from, and what a connector says of it.

use std::borrow::Cow;
use std::path::Path;

use crate::diagnostic::Cause;
use crate::job::context::no_such;
use crate::job::{Context, Failure, Kept, Kind};
use crate::privacy::without_pupil_numbers;
use crate::project::{Pipeline, SourceDefinition};
use crate::source::{Place, SourceError, SourceFailure};

/// Returns the place that a source is read from.
pub(crate) fn place<'a>(context: &'a Context, definition: &SourceDefinition) -> Result<Place<'a>, Failure> {
    let name = definition.file.connection.get_ref();
    let connection = context.project().settings.connections.get(name).ok_or_else(|| {
        no_such("connection", name, context.project().settings.connections.keys()).at("settings.toml")
    })?;
    Ok(Place { root: Path::new(&context.project().root), connection })
}

/// Returns the name of a source, for a message.
pub(crate) fn source_name(pipeline: &Pipeline, definition: &SourceDefinition) -> String {
    format!("{}.{}", pipeline.name, definition.name)
}

/// Makes the failure of what a connector says, with the source it happened in and what was kept. It is recorded and
/// printed, and may quote a cell or a name: pupil numbers are left out of it.
pub(crate) fn failure(pipeline: &Pipeline, definition: &SourceDefinition, error: SourceError) -> Failure {
    let failure = failure_of(error, &source_name(pipeline, definition));
    if failure.faults().is_empty() { failure.kept(Kept::LastTables) } else { failure }
}

/// Makes the failure of what a connector says of the source `at`.
pub(crate) fn failure_of(error: SourceError, at: &str) -> Failure {
    let (help, place) = (error.help(), error.place());
    let of = |kind, error: SourceError| match without_pupil_numbers(&Cause::of(&error).to_string()) {
        Cow::Borrowed(_) => Failure::of(kind, error),
        Cow::Owned(safe) => Failure::of(kind, safe),
    };
    let failure = match error.failure() {
        SourceFailure::Unavailable => of(Kind::SourceUnavailable, error),
        SourceFailure::Denied => of(Kind::Credentials, error),
        SourceFailure::Rejected => of(Kind::SourceRejected, error),
        SourceFailure::Internal => Failure::bug(error),
        SourceFailure::Project => match error {
            SourceError::Contract(fault) => return (*fault).into(),
            error => of(Kind::Project, error),
        },
    };
    let place = place.map(|place| without_pupil_numbers(&place).into_owned());
    let failure = place.into_iter().fold(failure.at(at), Failure::in_file);
    help.into_iter().fold(failure, |failure, help| failure.help(without_pupil_numbers(&help)))
}
