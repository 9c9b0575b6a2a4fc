//! What an edition holds, by name: the same names, the same edition.

use std::collections::BTreeMap;

use crate::job::{Context, Fingerprint, Period};
use crate::project::Report;

/// What a person would call the rows of the models.
pub(super) const FIGURES: &str = "the figures or their definitions";

/// Returns the fingerprint of what an edition would hold.
pub(super) fn content(
    context: &Context,
    report: &Report,
    period: &Period,
    models: &BTreeMap<String, String>,
    commentary: &BTreeMap<String, String>,
) -> String {
    let mut fingerprint = Fingerprint::of("edition").with(report.source.text()).with(report.narrative.text());
    // A project whose layout is the program's has the fingerprint that it would have without one.
    for (name, text) in context.project().layout.changed() {
        fingerprint.add(name);
        fingerprint.add(text);
    }
    fingerprint.add(period.reported.to_string());
    fingerprint.add(period.as_at().to_string());
    let council = &context.project().council;
    fingerprint.add(format!("{:?}", (&council.council, &council.parameters)));
    for (name, part) in models.iter().chain(commentary) {
        fingerprint.add(name);
        fingerprint.add(part);
    }
    fingerprint.finish()
}

/// Names what an edition would hold in parts, by what a person would call each.
pub(super) fn parts(
    context: &Context,
    report: &Report,
    period: &Period,
    models: &BTreeMap<String, String>,
    commentary: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let council = &context.project().council;
    let pairs = |of: &BTreeMap<String, String>| {
        let mut fingerprint = Fingerprint::of("pairs");
        for (name, part) in of {
            fingerprint.add(name);
            fingerprint.add(part);
        }
        fingerprint.finish()
    };
    let layout =
        context.project().layout.changed().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let template = Fingerprint::of("template").with(report.source.text()).with(report.narrative.text());
    let settings = Fingerprint::of("settings")
        .with(period.as_at().to_string())
        .with(format!("{:?}", (&council.council, &council.parameters)));
    [
        (FIGURES, pairs(models)),
        ("the report's template", template.finish()),
        ("the commentary", pairs(commentary)),
        ("the layout", pairs(&layout)),
        ("the council's settings", settings.finish()),
    ]
    .into_iter()
    .map(|(name, part)| (name.to_owned(), part))
    .collect()
}

/// Returns the names of the parts that differ; of all where nothing is known of the old ones.
pub(super) fn differing<'a>(
    old: &BTreeMap<String, String>,
    new: &'a BTreeMap<String, String>,
) -> Vec<&'a str> {
    let differ = new.iter().filter(|(name, part)| old.get(*name) != Some(part));
    differ.map(|(name, _)| name.as_str()).collect()
}

/// Says in words which parts differ.
pub(super) fn changed(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> String {
    let differ = differing(old, new);
    match differ.split_last() {
        Some((last, others)) if !old.is_empty() && !others.is_empty() => {
            format!("{} and {last}", others.join(", "))
        }
        Some((last, _)) if !old.is_empty() => (*last).to_owned(),
        _ => "the content".to_owned(),
    }
}
