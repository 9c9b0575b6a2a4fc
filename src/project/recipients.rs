//! `recipients.toml`: who reads the reports, by role.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::audience::Audience;
use crate::diagnostic::Spanned;

/// The whole of `recipients.toml`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientsFile {
    /// Role mailboxes, by role.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
}

/// The mailboxes of one role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Addresses; each gets its own message.
    pub to: Vec<Spanned<String>>,
    /// Whom they are trusted as: they may see what is for `public`, `provider`, `council` or `commissioning`, and what
    /// is for an audience before it in this list. Left out it is `council`, and `check` asks for it.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// The day by which an owner must confirm the list again.
    #[serde(default, deserialize_with = "optional_date")]
    #[schemars(schema_with = "super::schema_parts::date")]
    pub confirm_by: Option<NaiveDate>,
}

impl Role {
    /// Returns whom its mailboxes are trusted as: the council's own, where it does not say.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.audience.unwrap_or(Audience::Council)
    }
}

/// Reads a TOML local date.
pub(super) fn optional_date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let value = toml::value::Datetime::deserialize(from)?;
    let date = value.date.filter(|_| value.time.is_none());
    date.and_then(|date| {
        NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
    })
    .map(Some)
    .ok_or_else(|| serde::de::Error::custom("expected a date such as 2027-04-01"))
}
