//! The tables of other reports that readers may have: what one report hides must not follow from another.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::record::every;
use crate::build::Built;
use crate::job::{Context, Failure};
use crate::project::{Model, Pipeline, Report};

/// A table of another report, and the period of the newest edition that has it.
pub(super) struct Other<'a> {
    pub(super) model: &'a Model,
    pub(super) rows: Vec<RecordBatch>,
    pub(super) period: String,
}

/// Returns the tables of all other reports of which there is an edition, each once, but for those that this report has itself;
/// their rows as they are published by now, or just built. Whoever is trusted most reads all of them, so the audience makes no
/// difference.
///
/// # Errors
///
/// When the store cannot be read.
pub(super) fn others<'a>(
    context: &'a Context,
    (report, pipeline): (&Report, &'a Pipeline),
    built: &Built,
) -> Result<Vec<Other<'a>>, Failure> {
    let mut editions = every(context)?;
    editions.retain(|edition| edition.report != report.name);
    editions.sort_by(|one, other| (one.made, &one.id).cmp(&(other.made, &other.id)));
    let newest: BTreeMap<String, String> =
        editions.into_iter().map(|edition| (edition.report, edition.period)).collect();
    let mut seen: BTreeSet<(String, String)> =
        report.models().map(|model| (pipeline.name.clone(), model.to_owned())).collect();
    let head = context.store().head()?;
    let mut found = Vec::new();
    for (name, period) in newest {
        let Some(other) = context.project().reports.get(&name) else { continue };
        let Some(own) = context.project().pipeline_of(&name) else { continue };
        for model in other.models() {
            let Some(model) = own.models.get(model) else { continue };
            if !seen.insert((own.name.clone(), model.name.clone())) {
                continue;
            }
            let fresh = (own.name == pipeline.name).then(|| built.rows(&model.name)).flatten();
            let published = head.as_ref().filter(|head| head.table(&own.name, &model.name).is_some());
            let rows = match (fresh, published) {
                (Some(rows), _) => rows.batches.clone(),
                (None, Some(head)) => context.store().read_table(head, &own.name, &model.name)?,
                (None, None) => continue,
            };
            found.push(Other { model, rows, period: period.clone() });
        }
    }
    Ok(found)
}
