//! An edition's facts, and its document in every medium.

use std::collections::BTreeMap;

use super::freshness;
use crate::disclosure::Cleared;
use crate::ingest::{current, money};
use crate::job::{Context, Failure, Kept, Kind, Period};
use crate::project::Report;
use crate::report::{self, Document, Facts, Rendered, RowFacts, SourceFact, Templates};

/// Returns what an edition says of its own making.
pub(super) fn facts(
    context: &Context,
    period: &Period,
    edition: &str,
    run: &str,
    ages: &[freshness::Freshness],
    commentary: BTreeMap<String, String>,
) -> Result<Facts, Failure> {
    let project = context.project();
    let council = &project.council.council;
    let parameters = &project.council.parameters;
    let mut rows = RowFacts::default();
    let mut sources = Vec::new();
    for age in ages {
        let newest = age.received.with_timezone(&context.clock().zone()).date_naive();
        let pipeline = project.pipelines.get(&age.table.pipeline);
        let definition = pipeline.and_then(|pipeline| pipeline.sources.get(&age.table.table));
        let landings = context.store().landings(&age.table.pipeline, &age.table.table, period.as_of)?;
        let in_force = definition.map(|definition| current::judged(&landings, definition));
        let in_force = in_force.unwrap_or_default();
        let counts = current::counts(&in_force);
        rows.read += counts.read;
        rows.published += counts.published;
        rows.quarantined += counts.quarantined;
        rows.duplicates += counts.duplicates;
        sources.push(SourceFact {
            table: age.table.to_string(),
            label: age.table.table.replace('_', " "),
            newest,
            age_days: age.age_days,
            max_age_days: age.max_age_days,
            quality: current::quality(&in_force),
            pounds_set_aside: definition
                .map(|definition| money::set_aside(definition, &money::totals(&in_force)))
                .unwrap_or_default(),
        });
    }
    let mail = project.settings.mail.as_ref();
    Ok(Facts {
        council: council.name.clone(),
        service: council.service.clone(),
        marking: council.marking.clone(),
        period: period.reported,
        as_at: period.as_at(),
        as_of: period.as_of.unwrap_or_else(|| context.clock().now()).with_timezone(&context.clock().zone()),
        edition: edition.to_owned(),
        run: run.to_owned(),
        reply_to: mail.map(|mail| address(mail.reply_to.as_ref().unwrap_or(&mail.from))).unwrap_or_default(),
        sources,
        missing: Vec::new(),
        rows,
        threshold: parameters.suppression_threshold,
        earlier: None,
        redefined: Vec::new(),
        attachments: Vec::new(),
        draft: false,
        parameters: Vec::new(),
        commentary,
    })
}

/// Builds the document, which says what goes with it.
pub(super) fn document(
    report: &Report,
    tables: &BTreeMap<String, Cleared>,
    facts: &Facts,
    stem: &str,
) -> Result<Document, Failure> {
    let mut document = report::build(report, tables, facts).map_err(|error| unrendered(report, error))?;
    let attached = report::attachments(&document, stem);
    let lines = attached.into_iter().map(|attachment| format!("{}: {}", attachment.file, attachment.holds));
    document.facts.attachments = lines.collect();
    Ok(document)
}

/// Returns the address of `Name <address>`.
fn address(written: &str) -> String {
    let address = written.rsplit_once('<').map_or(written, |(_, rest)| rest);
    address.trim().trim_end_matches('>').to_owned()
}

/// Makes the failure of what a renderer says of `report`.
pub(super) fn unrendered(report: &Report, error: report::ReportError) -> Failure {
    Failure::new(Kind::Render, format!("`{}` cannot be rendered", report.name))
        .kept(Kept::LastEditions)
        .because(error)
}

/// Renders the document in every medium, within the project's layout.
pub(super) fn render(
    context: &Context,
    report: &Report,
    document: &Document,
    stem: &str,
) -> Result<Rendered, Failure> {
    let templates = Templates::new(&context.project().layout)?;
    report::render(document, &templates, stem).map_err(|error| unrendered(report, error))
}
