//! Which measures are other ones than in the edition that readers have.

use std::collections::BTreeSet;

use super::record::{Edition, all};
use crate::job::{Context, Failure};
use crate::project::{Pipeline, Report};

/// Returns the titles of the models that a report shows and whose definition changed after its newest edition was made, in
/// the order of their names. Who never had an edition has nothing to compare with, and is spared the news.
pub(super) fn titles(
    context: &Context,
    pipeline: &Pipeline,
    report: &Report,
    version: Option<&str>,
    (period, revision): (&str, u32),
) -> Result<Vec<String>, Failure> {
    let zone = context.clock().zone();
    let editions = all(context, &report.name, None)?;
    // One whose place the new one takes was read by nobody.
    let is_replaced = |edition: &Edition| edition.period == period && edition.revision == revision;
    let same =
        editions.iter().filter(|edition| edition.version.as_deref() == version && !is_replaced(edition));
    let Some(newest) = same.map(|edition| edition.made.with_timezone(&zone).date_naive()).max() else {
        return Ok(Vec::new());
    };
    let today = context.clock().today();
    let shown: BTreeSet<&str> = report.models().collect();
    let models = shown.into_iter().filter_map(|name| pipeline.models.get(name));
    let newly = models
        .filter(|model| model.file.definition_since.is_some_and(|since| newest < since && since <= today));
    Ok(newly.map(|model| model.file.title.clone().unwrap_or_else(|| model.name.clone())).collect())
}
