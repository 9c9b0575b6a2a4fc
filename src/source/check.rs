use super::connector;
use super::contract;
use super::format;
use crate::diagnostic::Diagnostics;
use crate::project::{Connection, SourceDefinition};

/// Returns every fault of `source` that its text shows, for the connection that it names. Opens nothing.
#[must_use]
pub fn check(source: &SourceDefinition, connection: Option<&Connection>) -> Diagnostics {
    let mut faults = contract::check::settings(source);
    faults.extend(format::list::check(source));
    if !faults.has_errors() {
        faults.extend(contract::rules::check(source));
    }
    if let Some(connection) = connection {
        faults.extend(connector::list::of(connection).check(source));
    }
    faults
}

#[cfg(test)]
mod tests;
