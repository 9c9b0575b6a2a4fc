//! Why the figures of an edition may differ from those of the one before it.

use std::collections::BTreeMap;

use super::content::{FIGURES, differing};
use super::correction::Correction;
use super::freshness::Freshness;
use super::record::Edition;

/// The most sources that are named.
const NAMED: usize = 5;

/// Says what came between an edition and the one that is made now: data that was received, of the same period, what else
/// of its content is other than it was, and what the old one corrected. Nothing where nothing is known.
pub(super) fn why(
    old: &Edition,
    correction: Option<&Correction>,
    period: &str,
    parts: &BTreeMap<String, String>,
    ages: &[Freshness],
) -> String {
    let received = ages.iter().filter(|age| age.received > old.made);
    let received: Vec<String> = received.map(|age| age.table.table.replace('_', " ")).collect();
    let mut reasons = Vec::new();
    if !received.is_empty() {
        reasons.push(format!("data received since then: {}", listed(&received)));
    }
    if old.period == period && !old.parts.is_empty() {
        let other: Vec<String> = differing(&old.parts, parts)
            .into_iter()
            .filter(|name| *name != FIGURES || received.is_empty())
            .map(str::to_owned)
            .collect();
        if !other.is_empty() {
            reasons.push(format!("changed since then: {}", listed(&other)));
        }
    }
    if let Some(correction) = correction {
        let reason = correction.reason.trim().trim_end_matches('.');
        reasons.push(format!("corrected by that edition: {reason}"));
    }
    reasons.join("; ")
}

/// Lists names in a sentence, the first few of many.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        names if names.len() > NAMED => {
            let (few, others) = names.split_at(NAMED);
            format!("{} and {} more", few.join(", "), others.len())
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, TimeDelta, Utc};

    use super::{Correction, Freshness, why};
    use crate::edition::record::Edition;
    use crate::engine::TableName;

    fn edition(parts: &BTreeMap<String, String>) -> Edition {
        let made: DateTime<Utc> = "2026-10-05T06:00:00Z".parse().unwrap();
        serde_json::from_value(serde_json::json!({
            "id": "costs-fy2025-26-r1", "report": "costs", "period": "fy2025-26", "revision": 1, "title": "Costs",
            "fingerprint": "x", "parts": parts, "made": made, "run": "000001", "commit": 1, "models": {}, "files": {},
            "images": {}, "attachments": [],
        }))
        .unwrap()
    }

    fn age(table: &str, hours: i64, old: &Edition) -> Freshness {
        Freshness {
            table: TableName::new("finance", table),
            received: old.made + TimeDelta::hours(hours),
            age_days: 0,
            max_age_days: None,
            gate: false,
        }
    }

    fn parts(template: &str, figures: &str) -> BTreeMap<String, String> {
        let pairs = [("the report's template", template), ("the figures or their definitions", figures)];
        pairs.map(|(name, part)| (name.to_owned(), part.to_owned())).into()
    }

    #[test]
    fn what_was_received_since_the_last_edition_is_named_and_what_else_of_it_is_other() {
        let old = edition(&parts("a", "1"));
        let ages = [age("ledger_lines", 1, &old), age("budgets", -1, &old)];
        let why = |period: &str, template: &str, figures: &str, ages: &[Freshness]| {
            why(&old, None, period, &parts(template, figures), ages)
        };
        assert_eq!(why("fy2025-26", "a", "2", &ages), "data received since then: ledger lines");
        assert_eq!(
            why("fy2025-26", "b", "2", &ages),
            "data received since then: ledger lines; changed since then: the report's template"
        );
        assert_eq!(why("fy2025-26", "a", "2", &[]), "changed since then: the figures or their definitions");
        assert_eq!(why("fy2025-26", "a", "1", &[]), "");
        // What an edition of another period is made from differs anyway.
        assert_eq!(why("fy2026-27", "b", "2", &ages), "data received since then: ledger lines");
        let many: Vec<Freshness> = ["a", "b", "c", "d", "e", "f", "g"].map(|name| age(name, 1, &old)).into();
        assert_eq!(why("fy2026-27", "a", "2", &many), "data received since then: a, b, c, d, e and 2 more");
    }

    #[test]
    fn what_the_edition_before_corrected_is_said_once_more() {
        let old = edition(&parts("a", "1"));
        let correction = Correction {
            replaces: vec!["costs-fy2025-26-r0".to_owned()],
            reason: "a credit was counted twice.".to_owned(),
            by: "head.of.service".to_owned(),
        };
        let ages = [age("ledger_lines", 1, &old)];
        assert_eq!(
            why(&old, Some(&correction), "fy2026-27", &parts("a", "2"), &ages),
            "data received since then: ledger lines; corrected by that edition: a credit was counted twice"
        );
    }
}
