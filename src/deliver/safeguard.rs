//! Whether an edition may leave without a person's word.
//!
//! A wrong recipient cannot be taken back, so whoever is new to a report waits, and a list that grows
//! suddenly waits whole. Nothing here applies to a transport from which nothing leaves.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::deliveries::Deliveries;
use super::history::History;
use super::outbox::Verdict;
use super::outbox_error::OutboxError;
use super::recipients::Recipient;
use crate::project::Approval;

/// Decides on each of `recipients`, in their order.
///
/// `outbound` is [`super::Transport::is_outbound`]. A later revision of an edition that has gone out never
/// leaves by itself; pass `revision` as `true` for one.
///
/// # Errors
///
/// [`OutboxError`] when the histories of the report cannot be read.
pub fn verdicts(
    deliveries: &Deliveries<'_>,
    report: &str,
    approval: Approval,
    revision: bool,
    recipients: &[Recipient],
    outbound: bool,
) -> Result<Vec<Verdict>, OutboxError> {
    if !outbound {
        let reason = "the messages do not leave this machine".to_owned();
        return Ok(vec![Verdict::Send { reason }; recipients.len()]);
    }
    let past = Past::of(&deliveries.report(report)?);
    let whole_list = past.hold_all(approval, revision, recipients.len());
    Ok(recipients.iter().map(|recipient| past.verdict(recipient, whole_list.as_ref())).collect())
}

/// An address, and the version that it had of a report that is split by a key: another provider's rows are new to an
/// address that has had its own.
type Reader = (Option<String>, String);

/// Whom a report has gone to.
struct Past {
    addresses: BTreeSet<Reader>,
    domains: BTreeSet<String>,
    /// The addresses that the report last went to, over all versions and revisions of one period.
    last: usize,
}

impl Past {
    /// Gathers what the histories say of deliveries that left this machine: a trial into a folder counts for nothing.
    fn of(histories: &[History]) -> Self {
        let mut past = Self { addresses: BTreeSet::new(), domains: BTreeSet::new(), last: 0 };
        let mut issues: BTreeMap<&str, (DateTime<Utc>, BTreeSet<Reader>)> = BTreeMap::new();
        for history in histories.iter().filter(|history| history.has_left()) {
            let (Some(plan), Some(record)) = (history.plan(), history.records().first()) else { continue };
            let address = (plan.version.clone(), plan.recipient.folded());
            past.addresses.insert(address.clone());
            past.domains.insert(plan.recipient.domain().to_owned());
            let issue = issues.entry(plan.period.as_str()).or_insert((record.at, BTreeSet::new()));
            issue.0 = issue.0.max(record.at);
            issue.1.insert(address);
        }
        past.last = issues.values().max_by_key(|(at, _)| *at).map_or(0, |(_, addresses)| addresses.len());
        past
    }

    /// Returns why nobody on the list may get it without a person's word.
    fn hold_all(&self, approval: Approval, revision: bool, count: usize) -> Option<String> {
        if revision {
            return Some("a changed edition leaves only by `report send` or `report correct`".to_owned());
        }
        match approval {
            Approval::Always => Some("every edition of this report is approved by a person".to_owned()),
            Approval::First if self.addresses.is_empty() => {
                Some("the first edition of this report is approved by a person".to_owned())
            }
            // A fifth more, in whole recipients: 5 to 6 is held, 6 to 7 is not.
            _ if self.last > 0 && count * 5 >= self.last * 6 => {
                Some(format!("the list has grown from {} to {count} recipients", self.last))
            }
            Approval::First | Approval::Never => None,
        }
    }

    fn verdict(&self, recipient: &Recipient, whole_list: Option<&String>) -> Verdict {
        if let Some(reason) = whole_list {
            return Verdict::Hold { reason: reason.clone() };
        }
        let address = &recipient.address;
        if !self.domains.contains(address.domain()) {
            return Verdict::Hold {
                reason: format!("the domain `{}` is new to this report", address.domain()),
            };
        }
        if !self.addresses.contains(&(recipient.version.clone(), address.folded())) {
            let what = if recipient.version.is_some() { "version of this report" } else { "report" };
            return Verdict::Hold { reason: format!("the address `{address}` is new to this {what}") };
        }
        Verdict::Send { reason: "this report has gone to this address before".to_owned() }
    }
}

#[cfg(test)]
mod tests;
