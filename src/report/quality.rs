//! The six scores of the data behind a report, in words.

use super::facts::Facts;
use super::wording::capitalised;
use crate::store::Share;

/// Returns one sentence for each source whose quality was measured, after one that says what they are; nothing where
/// none was.
pub(super) fn paragraph(facts: &Facts) -> Option<String> {
    let sources = facts.sources.iter().filter_map(|source| {
        let scores = source.quality.scores();
        if scores.iter().all(|(_, share)| share.of == 0) {
            return None;
        }
        let scores: Vec<String> = scores
            .iter()
            .map(|(name, share)| format!("{} {}", adjective(name), written(name, *share)))
            .collect();
        let pounds: Vec<String> = source
            .pounds_set_aside
            .iter()
            .map(|(column, pounds)| format!("{pounds} of {}", column.replace('_', " ")))
            .collect();
        let pounds =
            if pounds.is_empty() { String::new() } else { format!("; set aside {}", pounds.join(", ")) };
        Some(format!("{}: {}{pounds}.", capitalised(&source.label), scores.join(", ")))
    });
    let sources: Vec<String> = sources.collect();
    (!sources.is_empty()).then(|| {
        format!(
            "Quality of what each source sent, by the dimensions of the Government Data Quality Framework. {}",
            sources.join(" ")
        )
    })
}

fn adjective(dimension: &str) -> &str {
    match dimension {
        "completeness" => "complete",
        "uniqueness" => "unique",
        "consistency" => "consistent",
        "timeliness" => "timely",
        "validity" => "valid",
        "accuracy" => "accurate",
        other => other,
    }
}

/// Returns a share as `99.9%`, or words for one that could not be measured.
fn written(dimension: &str, share: Share) -> String {
    // Timeliness is that of a day that the source declares, and of no other.
    let none = if dimension == "timeliness" { "not declared" } else { "not measured" };
    share.per_mille().map_or_else(|| none.to_owned(), |share| format!("{}.{}%", share / 10, share % 10))
}

#[cfg(test)]
mod tests {
    use super::paragraph;
    use crate::report::tests::sample::facts;
    use crate::store::{Quality, Share};

    #[test]
    fn d6_the_six_scores_of_each_source_stand_in_the_report() {
        let mut facts = facts();
        assert_eq!(paragraph(&facts), None, "what was not measured is not listed");
        facts.sources[0].quality = Quality {
            completeness: Share::new(1999, 2000),
            uniqueness: Share::new(500, 500),
            consistency: Share::new(499, 500),
            timeliness: Share::new(35, 70),
            validity: Share::new(2999, 3000),
            accuracy: Share::default(),
        };
        let words = paragraph(&facts).unwrap();
        assert!(
            words.ends_with(
                "Exclusions: complete 99.9%, unique 100.0%, consistent 99.8%, timely 50.0%, valid 99.9%, \
                 accurate not measured."
            ),
            "{words}"
        );
        facts.sources[0].quality.timeliness = Share::default();
        facts.sources[0].pounds_set_aside = [("net_amount".to_owned(), "£12.50".to_owned())].into();
        let words = paragraph(&facts).unwrap();
        assert!(words.contains("timely not declared"), "{words}");
        assert!(words.ends_with("accurate not measured; set aside £12.50 of net amount."), "{words}");
        assert_eq!(words.matches(':').count(), 1, "one source was measured");
    }
}
