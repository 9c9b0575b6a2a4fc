use std::fmt::{Display, Formatter};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::project::Pipeline;
use crate::text::{counted, hex};

/// The fewest rows of a source about persons that are said as a count.
const FEW: u64 = 5;

/// Bytes of the hash that names a finding: 32 bits are enough to distinguish the findings of one council.
const NAME: usize = 4;

/// What a finding keeps from happening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Severity {
    /// Tables or reports are held until it is put right.
    Stop,
    /// Rows are set aside and in no table.
    Quarantine,
    /// Nothing is held.
    Warn,
}

impl Severity {
    /// Returns the severity as tables have it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Stop => "STOP",
            Self::Quarantine => "QUARANTINE",
            Self::Warn => "WARN",
        }
    }
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Topic {
    /// Nothing has landed yet.
    NeverLanded,
    /// The newest extract is older than what reads it allows.
    Late,
    /// Files were refused whole by the newest run.
    Refused,
    /// The newest extract has no row in the table.
    NoRows,
    /// A month, term or year of a series was due and has no row.
    PartMissing,
    /// A month, term or year of a series has far fewer rows than those before it.
    PartThin,
    /// The count of rows moved by more than a fifth from one version of a file to the next.
    Swing,
    /// Rows broke a rule and were set aside.
    SetAside,
    /// Something was counted and not refused.
    Warned,
    /// Rows of a table break a check.
    Check,
}

impl Topic {
    /// Returns the topic as tables have it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NeverLanded => "NEVER_LANDED",
            Self::Late => "LATE",
            Self::Refused => "REFUSED",
            Self::NoRows => "NO_ROWS",
            Self::PartMissing => "PART_MISSING",
            Self::PartThin => "PART_THIN",
            Self::Swing => "SWING",
            Self::SetAside => "SET_ASIDE",
            Self::Warned => "WARNED",
            Self::Check => "CHECK",
        }
    }
}

impl Display for Topic {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// One fault of one source, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Names it, from its source, its topic and what of it: the same fault has the same name tomorrow.
    pub id: String,
    /// Who answers for the data, as `sufficiency.toml` names the team.
    pub owner: String,
    /// `pipeline.source`; the pipeline alone for files refused and checks.
    pub source: String,
    /// What it is about.
    pub topic: Topic,
    /// Which rule, part of a series, check or file; empty where the topic says all.
    pub detail: String,
    /// What it keeps from happening.
    pub severity: Severity,
    /// Rows; `None` where rows are not what is counted.
    #[serde(serialize_with = "few_are_hidden")]
    pub rows: Counted,
    /// Of so many rows, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// The pounds in those rows, by column; empty where a source about persons has few of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pounds: Vec<String>,
    /// The rule that it breaks, in one sentence without a full stop.
    pub rule: String,
    /// The day from which it is known.
    pub since: NaiveDate,
    /// The command that shows the rows, or the next step.
    pub command: String,
    /// The day until which a person accepted it, where one did and that day has not come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_until: Option<NaiveDate>,
}

/// A count of rows, of a source that may be about persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// The rows; `None` where rows are not what is counted.
    pub rows: Option<u64>,
    /// Whether they are about persons: then fewer than five are said as that.
    pub personal: bool,
}

impl Counted {
    /// Returns the count as it may be said: `None` where there is none or where it is too small to be said.
    #[must_use]
    pub fn said(self) -> Option<u64> {
        self.rows.filter(|_| !self.is_few())
    }

    /// Returns whether there are more rows than `before`, by more than a tenth.
    #[must_use]
    pub(super) fn has_grown(self, before: Option<u64>) -> bool {
        let counts = before.zip(self.rows);
        counts.is_some_and(|(before, now)| u128::from(now) * 10 > u128::from(before) * 11)
    }

    /// Returns whether there are rows, and too few to be counted out.
    #[must_use]
    pub fn is_few(self) -> bool {
        self.personal && self.rows.is_some_and(|rows| (1..FEW).contains(&rows))
    }
}

fn few_are_hidden<S: serde::Serializer>(count: &Counted, serializer: S) -> Result<S::Ok, S::Error> {
    count.said().serialize(serializer)
}

impl Finding {
    /// Creates a finding about `source`, which `pipeline` makes, or about the pipeline itself. It counts nothing yet, and its
    /// command is to run the pipeline.
    pub(super) fn new(
        pipeline: &Pipeline,
        source: String,
        topic: Topic,
        detail: &str,
        severity: Severity,
        rule: String,
        since: NaiveDate,
    ) -> Self {
        Self {
            id: Self::id_of(&source, topic, detail),
            owner: pipeline.file.owner.get_ref().clone(),
            source,
            topic,
            detail: detail.to_owned(),
            severity,
            rows: Counted::default(),
            of: None,
            pounds: Vec::new(),
            rule,
            since,
            command: format!("sufficiency run {}", pipeline.name),
            accepted_until: None,
        }
    }

    /// Returns the name of a finding.
    pub(super) fn id_of(source: &str, topic: Topic, detail: &str) -> String {
        let hash = Sha256::digest(format!("{source}\n{topic}\n{detail}"));
        hex(hash.get(..NAME).unwrap_or(&hash))
    }

    /// Returns the share of its rows in hundredths of a per cent, where both counts may be said.
    #[must_use]
    pub fn share(&self) -> Option<u64> {
        let (rows, of) = (self.rows.said()?, self.of.filter(|of| *of > 0)?);
        // Half up, as shares are rounded everywhere.
        let share = (u128::from(rows) * 20_000 + u128::from(of)) / (2 * u128::from(of));
        u64::try_from(share).ok()
    }

    /// Returns how many rows it is about, in words; `None` where rows are not what is counted.
    #[must_use]
    pub fn amount(&self) -> Option<String> {
        if self.rows.is_few() {
            return Some(format!("fewer than {FEW} rows"));
        }
        let rows = self.rows.said()?;
        let mut words = match (self.of, self.share()) {
            (Some(of), Some(share)) => {
                format!(
                    "{rows} of {} ({}.{} per cent)",
                    counted(of, "row", "rows"),
                    (share + 5) / 100,
                    (share + 5) / 10 % 10
                )
            }
            _ => counted(rows, "row", "rows"),
        };
        for pounds in &self.pounds {
            words.push_str(", ");
            words.push_str(pounds);
        }
        Some(words)
    }

    /// Says it in one line, without its command: source, rows, rule, since when.
    #[must_use]
    pub fn line(&self) -> String {
        let amount = self.amount().map(|amount| format!("{amount} ")).unwrap_or_default();
        format!("{}: {amount}{}; since {}", self.source, self.rule, self.since.format("%-d %B %Y"))
    }
}
