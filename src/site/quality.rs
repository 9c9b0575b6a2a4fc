//! The page of data quality: the scores that reports print, of every source behind a folder's tables.

use serde_json::{Value as Json, json};

use super::folder::Folder;
use crate::engine::TableName;
use crate::ingest::current;
use crate::job::{Context, Failure};
use crate::report::capitalised;
use crate::store::Quality;

/// Returns the page. Shares alone are on it: no count has passed the gate.
pub(super) fn page(context: &Context, folder: &Folder<'_>) -> Result<Json, Failure> {
    let mut sources = Vec::new();
    for table in &folder.sources {
        let Some(name) = TableName::parse(table) else { continue };
        let pipeline = context.project().pipelines.get(&name.pipeline);
        // What the project itself carries, such as a list of codes, comes from no source.
        let Some(source) = pipeline.and_then(|pipeline| pipeline.sources.get(&name.table)) else { continue };
        let landings = context.store().landings(&name.pipeline, &name.table, None)?;
        let in_force = current::judged(&landings, source);
        let newest = in_force.iter().map(|landing| landing.received).max();
        let zone = context.clock().zone();
        let newest =
            newest.map_or_else(String::new, |at| at.with_timezone(&zone).format("%-d %B %Y").to_string());
        let scores = current::quality(&in_force).scores().map(|(dimension, share)| match share.per_mille() {
            // Timeliness is that of a day that the source declares, and of no other.
            None if dimension == "timeliness" => "not declared".to_owned(),
            _ => share.to_string(),
        });
        sources.push(json!({
            "href": format!("tables/{table}.html"),
            "label": capitalised(&name.table.replace('_', " ")),
            "newest": newest,
            "scores": scores,
        }));
    }
    let dimensions = Quality::default().scores().map(|(name, _)| capitalised(name));
    Ok(json!({ "dimensions": dimensions, "sources": sources }))
}
