use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::finding::{Finding, Severity};

/// After how many days a finding that has not changed is sent again.
const AGAIN: TimeDelta = TimeDelta::days(7);

/// What a digest knew: for each finding what was last sent of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Memory {
    /// Findings by name.
    pub(crate) findings: BTreeMap<String, Known>,
}

/// What is known of a finding from the digests before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// The day from which it is known.
    pub(crate) since: NaiveDate,
    /// The day on which it was last sent; `None` where it has been accepted since before it was ever sent.
    pub(crate) sent: Option<NaiveDate>,
    /// Its rows when it was last sent or accepted.
    pub(crate) rows: Option<u64>,
    /// Whether it was accepted when it was last looked at.
    pub(crate) accepted: bool,
    /// What it is, for the digest that says that it is over.
    pub(crate) words: String,
}

/// Why a finding is in a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// It was not there when the last digest was sent.
    New,
    /// It has more rows than when it was last sent, by more than a tenth.
    Worse {
        /// Its rows then.
        from: u64,
    },
    /// Nobody accepts it any longer.
    NotAccepted,
    /// It was sent a week ago and is still there.
    Still,
}

/// One line of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// Why it is in the digest.
    pub(crate) status: Status,
    /// What was found.
    pub(crate) finding: Finding,
}

/// What a digest says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// What is new, worse or unchanged for a week; what holds something first.
    pub(crate) items: Vec<Item>,
    /// What is over, in words.
    pub(crate) over: Vec<String>,
    /// Findings that are not in it: known from a digest of less than a week ago.
    pub(crate) known: usize,
    /// Findings that are not in it: accepted until a day.
    pub(crate) accepted: usize,
}

impl News {
    /// Returns whether there is anything to send.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.over.is_empty()
    }

    /// Returns how many of its findings are new, and how many hold something.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let new = self.items.iter().filter(|item| item.status == Status::New).count();
        (new, self.items.iter().filter(|item| item.finding.severity == Severity::Stop).count())
    }
}

/// Compares the findings of today with what digests before said: returns what is news, and what the digest after this one
/// has to know. Findings of today keep the day from which they were first known.
pub(crate) fn news(today: NaiveDate, before: &Memory, findings: &[Finding]) -> (News, Memory) {
    let (mut news, mut memory) = (News::default(), Memory::default());
    for finding in findings {
        let known = before.findings.get(&finding.id);
        let since = known.map_or(finding.since, |known| known.since.min(finding.since));
        let finding = Finding { since, ..finding.clone() };
        let is_accepted = finding.accepted_until.is_some();
        let status = status(today, known, &finding);
        let sent = match (status, is_accepted) {
            (Some(_), _) => Some(today),
            (None, _) => known.and_then(|known| known.sent),
        };
        let rows = match known {
            // Small steps add up: what it is compared with stays what was sent.
            Some(known) if status.is_none() && known.accepted == is_accepted => known.rows,
            _ => finding.rows.rows,
        };
        let words = format!("{}: {}", finding.source, finding.rule);
        memory.findings.insert(finding.id.clone(), Known { since, sent, rows, accepted: is_accepted, words });
        match status {
            Some(status) => news.items.push(Item { status, finding }),
            None if is_accepted => news.accepted += 1,
            None => news.known += 1,
        }
    }
    let is_over =
        |(id, known): &(&String, &Known)| known.sent.is_some() && !memory.findings.contains_key(*id);
    news.over.extend(before.findings.iter().filter(is_over).map(|(_, known)| known.words.clone()));
    news.items.sort_by_key(|item| (item.finding.severity, item.status, item.finding.source.clone()));
    (news, memory)
}

/// Returns why a finding is news; `None` where it is not.
fn status(today: NaiveDate, known: Option<&Known>, finding: &Finding) -> Option<Status> {
    if finding.accepted_until.is_some() {
        return None;
    }
    let Some(known) = known else { return Some(Status::New) };
    if known.accepted {
        return Some(Status::NotAccepted);
    }
    let Some(sent) = known.sent else { return Some(Status::New) };
    match known.rows {
        Some(from) if finding.rows.has_grown(known.rows) => Some(Status::Worse { from }),
        _ => (today - sent >= AGAIN).then_some(Status::Still),
    }
}
