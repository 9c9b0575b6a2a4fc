use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use crate::calendar::Reported;
use crate::store::Quality;

/// What marks a draft, in every medium.
pub const DRAFT: &str = "DRAFT";

/// What a document says of its own making; everything in it that is not a model's row.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Whose report it is.
    pub council: String,
    /// The service that issues it.
    pub service: String,
    /// Protective marking.
    pub marking: String,
    /// The period that the edition is for, whole or so far.
    pub period: Reported,
    /// The day that stocks are counted on.
    pub as_at: NaiveDate,
    /// Up to when the data was known.
    pub as_of: DateTime<Tz>,
    /// The edition, as people quote it.
    pub edition: String,
    /// The run that made it.
    pub run: String,
    /// The team mailbox that answers.
    pub reply_to: String,
    /// Every published table that the report rests on.
    pub sources: Vec<SourceFact>,
    /// Parts of its sources that were due and have not been received, in sentences.
    pub missing: Vec<String>,
    /// What became of the rows read.
    pub rows: RowFacts,
    /// Counts from 1 to one less than this are hidden.
    pub threshold: u32,
    /// Parameters of the project, as name and value, for the method box.
    pub parameters: Vec<(String, String)>,
    /// Officers' own words in Markdown, by the name that the narrative uses.
    pub commentary: BTreeMap<String, String>,
    /// The edition before this one, to say which of its figures have changed since; `None` for the first.
    pub earlier: Option<Earlier>,
    /// The titles of tables whose measures are other ones than in the edition before; said once.
    pub redefined: Vec<String>,
    /// What is attached, one line each: `needs_assessment.xlsx: every table, as a workbook`.
    pub attachments: Vec<String>,
    /// Whether it is a draft, which no reader has.
    pub draft: bool,
}

impl Facts {
    /// Returns them as a draft says them.
    #[must_use]
    pub fn drafted(self) -> Self {
        Self { marking: format!("{DRAFT}, not for circulation · {}", self.marking), draft: true, ..self }
    }
}

/// An edition that was made before.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its name.
    pub edition: String,
    /// Whether it is of the same period: an earlier revision.
    pub same_period: bool,
    /// Why its figures may differ from those of now: `data received since then: exclusions`. Nothing where nothing is known.
    pub why: String,
    /// Its tables as CSV, by name.
    pub tables: BTreeMap<String, String>,
}

/// One table that a report rests on, and how old its newest data is.
#[derive(Debug, Clone)]
pub struct SourceFact {
    /// `pipeline.table`.
    pub table: String,
    /// Its name in words.
    pub label: String,
    /// The day of its newest data.
    pub newest: NaiveDate,
    /// Days from then to the edition.
    pub age_days: i64,
    /// The greatest age that the report accepts, where it says.
    pub max_age_days: Option<i64>,
    /// The six scores of what was read.
    pub quality: Quality,
    /// The pounds set aside, by column of money, where there are any.
    pub pounds_set_aside: BTreeMap<String, String>,
}

/// What became of the rows read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowFacts {
    /// Read from the sources.
    pub read: u64,
    /// Published.
    pub published: u64,
    /// Set aside because they broke a contract.
    pub quarantined: u64,
    /// Left out because an equal row was there already.
    pub duplicates: u64,
}

impl SourceFact {
    /// Returns whether it is no older than the report accepts.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.max_age_days.is_none_or(|most| self.age_days <= most)
    }
}
