use schemars::JsonSchema;
use serde::Deserialize;

/// What becomes of a table in an edition that reports its period so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Running {
    /// It is left out, because its figures mean something of a whole period only.
    #[default]
    LeftOut,
    /// It is there, as in an edition of a whole period.
    Shown,
    /// It is there, and in no edition of a whole period.
    Only,
    /// It is there, of the period before: the last one that has finished, beside the one that runs.
    LastFinished,
}
