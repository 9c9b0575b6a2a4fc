use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::job::fingerprint::sha256;
use crate::job::{Context, Failure};
use crate::store::{self, StoreError};

/// `edition.json`: what an edition is and holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edition {
    /// Its name: report, period and revision.
    pub(crate) id: String,
    /// The report.
    pub(crate) report: String,
    /// The period, as `ay2018-19`.
    pub(crate) period: String,
    /// Whose rows it holds, for a report that is split by a key; `None` for a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// 1 for the first.
    pub(crate) revision: u32,
    /// 1 for the first of its revision: what nobody has is made again under the same number.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub(crate) making: u32,
    /// The title, for subjects and lists.
    pub(crate) title: String,
    /// Names the content: tables, templates, commentary, period and parameters.
    pub(crate) fingerprint: String,
    /// The same in parts, by what a person would call each; empty in an edition of before they were kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) parts: BTreeMap<String, String>,
    /// What changed since the edition before it, and why, in sentences; empty in an edition of before it was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changed: Vec<String>,
    /// When it was made; the date of its messages.
    pub(crate) made: DateTime<Utc>,
    /// The run that made it.
    pub(crate) run: String,
    /// The moment up to which landings were known, for an edition of what was known before it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) as_of: Option<DateTime<Utc>>,
    /// The commit that it was built on.
    pub(crate) commit: Option<u64>,
    /// The content of each model shown.
    pub(crate) models: BTreeMap<String, String>,
    /// sha256 of each file, by its name within the edition.
    pub(crate) files: BTreeMap<String, String>,
    /// Pictures of the email: content id and file.
    pub(crate) images: BTreeMap<String, String>,
    /// Files that go with the email.
    pub(crate) attachments: Vec<String>,
    /// The officers' words that are not written and that it waits for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) unwritten: Vec<String>,
}

/// Which revision an edition is, and which making of it; the later, the greater. `r1`, and `r1.2` in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Issue {
    pub(crate) revision: u32,
    pub(crate) making: u32,
}

impl Issue {
    /// That of the first edition of a period.
    pub(crate) const FIRST: Self = Self { revision: 1, making: 1 };

    /// Returns that of the revision after it.
    pub(super) fn revised(self) -> Self {
        Self { revision: self.revision + 1, making: 1 }
    }

    /// Returns that of the same revision, made again.
    pub(super) fn made_again(self) -> Self {
        Self { making: self.making + 1, ..self }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.making {
            1 => write!(f, "r{}", self.revision),
            making => write!(f, "r{}.{making}", self.revision),
        }
    }
}

fn first() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_first(making: &u32) -> bool {
    *making == 1
}

impl Edition {
    /// Writes it as `edition.json`, sealed.
    pub(super) fn written(&self, name: &str) -> Result<Vec<u8>, Failure> {
        Ok(store::seal(name, self)?)
    }

    /// Reads `edition.json`. One of before they were sealed is read as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when a byte of it is not what was written.
    pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Self, StoreError> {
        let plain = serde_json::from_slice::<Self>(bytes);
        plain.or_else(|_sealed_or_damaged| store::unseal(name, bytes))
    }

    /// Returns which revision it is, and which making of it.
    pub(crate) fn issue(&self) -> Issue {
        Issue { revision: self.revision, making: self.making }
    }

    /// Returns the folder of the edition in the store.
    pub(crate) fn folder(&self) -> String {
        folder(&self.report, &self.period, &self.id)
    }

    /// Reads one of its files, its sha256 checked.
    pub(crate) fn read(&self, context: &Context, file: &str) -> Result<Vec<u8>, Failure> {
        let name = format!("{}/{file}", self.folder());
        let bytes = context.store().objects().read(&name)?;
        let damaged = |what: &str| StoreError::Corrupt { name: name.clone(), what: what.into() };
        let bytes = bytes.ok_or_else(|| damaged("it is not there"))?;
        if self.files.get(file).is_none_or(|wanted| *wanted != sha256(&bytes)) {
            return Err(damaged("its sha256 is not the one in edition.json").into());
        }
        Ok(bytes)
    }
}

pub(super) fn folder(report: &str, period: &str, id: &str) -> String {
    format!("editions/{report}/{period}/{id}")
}

/// Reads the editions of a report, by period and revision; of one period when one is named.
pub(crate) fn all(context: &Context, report: &str, period: Option<&str>) -> Result<Vec<Edition>, Failure> {
    let prefix =
        period.map_or_else(|| format!("editions/{report}"), |period| format!("editions/{report}/{period}"));
    beneath(context, &prefix)
}

/// Reads the editions of all reports, those that the project has no more among them.
pub(super) fn every(context: &Context) -> Result<Vec<Edition>, Failure> {
    beneath(context, "editions")
}

fn beneath(context: &Context, prefix: &str) -> Result<Vec<Edition>, Failure> {
    let objects = context.store().objects();
    let mut found = Vec::new();
    for name in objects.list(prefix)?.iter().filter(|name| name.ends_with("/edition.json")) {
        let Some(bytes) = objects.read(name)? else {
            continue;
        };
        found.push(Edition::decode(name, &bytes)?);
    }
    // Names do not sort as revisions do: `r10` is before `r2`, and `r1.2` before `r1`.
    let place = |edition: &Edition| {
        (edition.report.clone(), edition.period.clone(), edition.version.clone(), edition.issue())
    };
    found.sort_by_key(place);
    Ok(found)
}
