use super::{connector, format};
use crate::project::SchemaParts;

/// Returns how the schemas of what connectors and formats read are made.
#[must_use]
pub fn schema_parts() -> SchemaParts {
    SchemaParts { connections: connector::list::schemas(), formats: format::list::schemas() }
}
