use schemars::JsonSchema;
use serde::Deserialize;

/// What happens to a row that is wrong (domain L).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleSeverity {
    /// Nothing is published.
    Stop,
    /// The row is set aside.
    #[default]
    Quarantine,
    /// The row is counted.
    Warn,
}
