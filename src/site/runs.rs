//! The page of runs: when each pipeline ran, how that ended, and what it made. Messages of failures stay in the ledger: they
//! may name what is for others. So does how many rows there were.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::folder::Folder;
use crate::job::Context;
use crate::ledger::{Record, Step};

/// Returns the page of the runs of the pipelines behind a folder's reports.
pub(super) fn page(context: &Context, folder: &Folder<'_>, history: &[Record]) -> Json {
    let editions: BTreeSet<&str> = folder.editions.iter().map(|sent| sent.edition.id.as_str()).collect();
    let moment = |at: chrono::DateTime<chrono::Utc>| {
        at.with_timezone(&context.clock().zone()).format("%-d %B %Y %H:%M").to_string()
    };
    let own = history.iter().rev().filter(|record| folder.pipelines.contains(&record.started.pipeline));
    let runs = own.map(|record| {
        let steps = record.finished.iter().flat_map(|end| &end.steps);
        let made = steps.filter_map(|step| match step {
            Step::Edition { edition, .. } => editions.get(edition.as_str()),
            _ => None,
        });
        let made = made
            .map(|id| json!({ "id": id, "href": format!("editions/{id}/index.html") }))
            .collect::<Vec<_>>();
        json!({
            "run": record.started.run,
            "pipeline": record.started.pipeline,
            "began": moment(record.started.started),
            "ended": record.finished.as_ref().map(|end| moment(end.finished)),
            "how": how(record),
            "editions": made,
        })
    });
    json!({ "runs": runs.collect::<Vec<_>>() })
}

/// Says how a run ended, by its code alone.
fn how(record: &Record) -> String {
    let Some(end) = &record.finished else { return "it did not end, or is under way".to_owned() };
    let words = match end.outcome.code {
        0 => return "done".to_owned(),
        2 | 3 => "stopped by its settings",
        10 | 11 => "a source was not there, or not as agreed",
        12 => "held: data were late, or a check found a row",
        20..=22 => "stopped by the store",
        30 => "a document could not be made",
        31 => "held by disclosure control",
        40..=42 => "some mail has not arrived",
        43 => "held for a person",
        50 => "stopped by a limit",
        _ => "stopped",
    };
    format!("{words} (code {})", end.outcome.code)
}
