//! Whom a table, a report and a role are for, in widening trust.

use schemars::JsonSchema;
use serde::Deserialize;

/// Whom something is for. The order is that of trust: who may see what is for one may see what is for those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everybody.
    Public,
    /// A provider, for its own rows.
    Provider,
    /// The council's officers and members, and its forums.
    Council,
    /// Those who commission alternative provision.
    Commissioning,
}

impl Audience {
    /// Returns the word that it has in TOML.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Provider => "provider",
            Self::Council => "council",
            Self::Commissioning => "commissioning",
        }
    }

    /// Returns whether a reader of this audience may see what is for `other`.
    #[must_use]
    pub fn may_see(self, other: Self) -> bool {
        self >= other
    }
}

impl std::fmt::Display for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}
