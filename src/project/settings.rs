//! `settings.toml`: what this machine is. Not in version control; secrets only by reference.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDateTime;
use serde::Deserialize;

/// The whole of `settings.toml`; every key may be left out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SettingsFile {
    /// Where the store is: a folder, relative to the project.
    pub store: String,
    /// Council-local time at which the clock stands still, as `2026-10-05T06:00`. The demo only.
    #[serde(deserialize_with = "local_minute")]
    pub fixed_clock: Option<NaiveDateTime>,
    /// Where the pseudonym key is.
    pub pseudonym: Option<PseudonymSettings>,
    /// Places that data comes from, by name.
    pub connections: BTreeMap<String, Connection>,
    /// How mail leaves.
    pub mail: Option<MailSettings>,
}

impl Default for SettingsFile {
    fn default() -> Self {
        Self {
            store: "./store".to_owned(),
            fixed_clock: None,
            pseudonym: None,
            connections: BTreeMap::new(),
            mail: None,
        }
    }
}

/// Where the key of the pseudonyms is kept: outside the store, never in the environment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PseudonymSettings {
    /// A file of 32 or more random bytes, readable by its owner alone.
    pub key_file: PathBuf,
}

/// A place that data comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Connection {
    /// Files in a folder.
    Folder(FolderConnection),
    /// One SQLite database file, opened read-only.
    Sqlite(FolderConnection),
}

impl Connection {
    /// The path that the connection names, as written.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        match self {
            Self::Folder(place) | Self::Sqlite(place) => &place.path,
        }
    }
}

/// A folder or a file of this machine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderConnection {
    /// Its path, relative to the project.
    pub path: PathBuf,
}

/// How mail leaves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The sender: `Name <address>`.
    pub from: String,
    /// Where replies go: a team mailbox. The sender when left out.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// Write messages as `.eml` files into this folder.
    #[serde(default)]
    pub folder: Option<FolderConnection>,
    /// ASCII domains that mail may go to; none other.
    #[serde(default)]
    pub allow_domains: Vec<String>,
}

/// Reads `2026-10-05T06:00`, with or without seconds.
fn local_minute<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<NaiveDateTime>, D::Error> {
    let text = String::deserialize(from)?;
    NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S"))
        .map(Some)
        .map_err(|_| {
            serde::de::Error::custom(format!("`{text}` is not a local time such as `2026-10-05T06:00`"))
        })
}
