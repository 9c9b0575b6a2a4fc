//! `recipients.toml`: who reads the reports, by role.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

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
    /// Who they are for disclosure control: `commissioning`, `council`, `provider` or `public`.
    #[serde(default = "council")]
    pub audience: String,
    /// The day by which an owner must confirm the list again.
    #[serde(default, deserialize_with = "optional_date")]
    #[schemars(schema_with = "super::schema_parts::date")]
    pub confirm_by: Option<NaiveDate>,
}

fn council() -> String {
    "council".to_owned()
}

/// A TOML local date.
fn optional_date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let value = toml::value::Datetime::deserialize(from)?;
    let date = value.date.filter(|_| value.time.is_none());
    date.and_then(|date| {
        NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
    })
    .map(Some)
    .ok_or_else(|| serde::de::Error::custom("expected a date such as 2027-04-01"))
}
