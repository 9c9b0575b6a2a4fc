use super::connector;
use super::contract;
use super::format;
use crate::diagnostic::Diagnostics;
use crate::project::{Project, SourceDefinition, Written};

/// Returns every fault of `source` that its text shows, for the connection that it names. Opens nothing.
#[must_use]
pub fn check(source: &SourceDefinition, connection: Option<&Written>) -> Diagnostics {
    let mut faults = contract::check::settings(source);
    faults.extend(format::list::check(source));
    if !faults.has_errors() {
        faults.extend(contract::rules::check(source));
    }
    if let Some(connector) = connection.and_then(|connection| connector::list::of(connection).ok()) {
        faults.extend(connector.check(source));
    }
    faults
}

/// Returns the faults of what connectors and formats read of a project's files: their own settings, and tables that are
/// none of theirs.
#[must_use]
pub fn settings(project: &Project) -> Diagnostics {
    let mut faults = Diagnostics::default();
    for connection in project.settings.connections.values() {
        faults.collect(connector::list::of(connection).map(drop));
    }
    for source in project.pipelines.values().flat_map(|pipeline| pipeline.sources.values()) {
        faults.collect(format::list::declared(source).map(drop));
    }
    faults
}

#[cfg(test)]
mod tests;
