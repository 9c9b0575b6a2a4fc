//! What holds an edition though its rows may leave: data that is too old, and a figure that there is none of.

use std::collections::BTreeSet;

use super::freshness;
use crate::engine::TableName;
use crate::job::{Context, Failure, Kept, Kind};
use crate::project::{Pipeline, Report};
use crate::report::Document;
use crate::text::counted;

/// Fails when the edition would say nothing where it promises a figure, and says which sources are behind it.
pub(super) fn hold_if_unknown(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
    document: &Document,
    ages: &[freshness::Freshness],
) -> Result<(), Failure> {
    if document.unknown.is_empty() {
        return Ok(());
    }
    let mut behind = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for model in document.unknown.iter().flat_map(|unknown| &unknown.models) {
        behind.extend(freshness::sources_behind(context, &TableName::new(&pipeline.name, model), &mut seen)?);
    }
    let received = |source: &TableName| {
        let age = ages.iter().find(|age| age.table == *source);
        age.map_or_else(String::new, |age| format!(" ({} old)", counted(age.age_days, "day", "days")))
    };
    let behind: Vec<String> = behind.iter().map(|source| format!("`{source}`{}", received(source))).collect();
    let what: Vec<&str> = document.unknown.iter().map(|unknown| unknown.what.as_str()).collect();
    let period = document.facts.period.label();
    let message = format!(
        "the report `{}` is held: there is no figure of {period} for {}",
        report.name,
        what.join(", ")
    );
    let ask = format!("ask the owners of these sources for what they lack of {period}");
    let newest = document.unknown.iter().filter_map(|unknown| unknown.newest.as_ref()).max();
    let other = newest.map(|code| {
        format!(
            "; of an earlier period there are figures: `sufficiency run {} --period {code}`",
            pipeline.name
        )
    });
    Err(Failure::new(Kind::Held, message)
        .note(format!("behind it: {}", behind.join(", ")))
        .kept(Kept::LastEditions)
        .help(ask + &other.unwrap_or_default()))
}

/// Fails when an input is older than the report allows.
pub(super) fn hold_if_stale(report: &Report, ages: &[freshness::Freshness]) -> Result<(), Failure> {
    let stale: Vec<String> = ages
        .iter()
        .filter(|age| age.gate && age.is_stale())
        .map(|age| {
            let greatest = age.max_age_days.unwrap_or_default();
            let old = counted(age.age_days, "day", "days");
            format!("`{}` is {old} old, at most {greatest} are allowed", age.table)
        })
        .collect();
    if stale.is_empty() {
        return Ok(());
    }
    let failure = Failure::gate("the report is held: its data is older than it allows")
        .at(&report.name)
        .kept(Kept::LastEditions)
        .help("bring the source up to date and run it again");
    Err(stale.into_iter().fold(failure, Failure::note))
}
