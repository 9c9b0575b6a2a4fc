use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::Connector;
use super::folder::Folder;
use super::postgres::Postgres;
use super::sqlite::Sqlite;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::project::{KindSchema, Written};
use crate::text;

/// One kind of place.
pub(super) struct Kind {
    /// Its key in `settings.toml`, and how the schema of its settings is made.
    pub(super) schema: KindSchema,
    /// Reads its settings.
    pub(super) read: fn(&Written) -> Result<Box<dyn Connector>, Diagnostic>,
}

/// Every kind of place that sources are read from, one line for each.
const KINDS: &[Kind] = &[kind::<Folder>("folder"), kind::<Sqlite>("sqlite"), kind::<Postgres>("postgres")];

pub(super) const fn kind<C: Connector + DeserializeOwned + JsonSchema + 'static>(name: &'static str) -> Kind {
    Kind {
        schema: (name, |generator| generator.subschema_for::<C>()),
        read: |written| Ok(Box::new(written.read::<C>()?)),
    }
}

/// Returns the connector that serves `connection`, or the fault of its settings.
pub(in crate::source) fn of(connection: &Written) -> Result<Box<dyn Connector>, Diagnostic> {
    let kind = KINDS.iter().find(|kind| kind.schema.0 == connection.kind());
    let kind = kind.ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.schema.0).collect();
        let help = did_you_mean(connection.kind(), &known);
        connection
            .fault(format!(
                "expected a kind of place that sources are read from, found `{}`",
                connection.kind()
            ))
            .with_help(help.unwrap_or_else(|| text::known(&known)))
    })?;
    (kind.read)(connection)
}

/// Returns how the schema of each kind's settings is made.
pub(in crate::source) fn schemas() -> Vec<KindSchema> {
    KINDS.iter().map(|kind| kind.schema).collect()
}
