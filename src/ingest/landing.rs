//! One extraction as it lands: named by its contract, recorded by the run.

use super::money;
use super::strays::{FAR_OFF, IN_NO_PART};
use crate::job::{Context, Failure, Fingerprint, Job};
use crate::ledger::Step;
use crate::privacy::Pseudonyms;
use crate::project::{Pipeline, Privacy, SourceDefinition};
use crate::source::{self, Extraction, Inputs, SourceError};
use crate::store::{LandingRecord, NewLanding};
use crate::text::counted;

/// The rule by which rows are counted that another file has brought into the table too.
pub(super) const REPEATED: &str = "repeated";

/// The rule by which rows of a merge are counted that take the place of rows of newer files.
pub(super) const OVER_NEWER: &str = "over_newer_rows";

/// What is noticed of rows that are read as data and may be none, and how it is said: a total among the rows counts them
/// twice.
const ON_ROWS: [(&str, &str); 8] = [
    (
        "looks_like_a_total",
        "has rows that look like totals of others and are read as data, the first of them",
    ),
    ("no_control_total", "states no total, though one is declared"),
    ("total_that_differs", "has a row that is called a total, does not agree and is read as data"),
    ("page_of_more", "holds some of the records only"),
    (IN_NO_PART, "has rows that belong to no part of the series, the first of them"),
    (FAR_OFF, "has rows far off the other parts of the series, or after today, the first of them"),
    ("looks_like_a_header", "has a row that looks like another header and is read as data"),
    ("looks_like_a_note", "ends in rows that look like notes and are read as data, the first of them"),
];

/// Returns an extraction as it is to land, but for the file and the run.
pub(crate) fn landing(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    inputs: &Inputs,
    name: &str,
    contract: &str,
    extraction: Extraction,
) -> Result<NewLanding, Failure> {
    let quarantine = (!extraction.quarantine.is_empty())
        .then(|| source::quarantine_batch(name, contract, &extraction.quarantine));
    let quarantine = quarantine.transpose().map_err(Failure::bug)?;
    let key = key(definition, inputs);
    Ok(NewLanding {
        pipeline: pipeline.name.clone(),
        source: definition.name.clone(),
        received: context.clock().now(),
        findings: extraction.findings(),
        as_at: extraction.as_at,
        key,
        written: Some(extraction.rows),
        counts: extraction.counts,
        contract: contract.to_owned(),
        money: extraction.money,
        quarantine,
        ..NewLanding::default()
    })
}

/// Returns the name of the key of the pseudonyms that rows of `definition` hold, where they hold any.
pub(crate) fn key(definition: &SourceDefinition, inputs: &Inputs) -> Option<String> {
    inputs.pseudonyms.as_ref().filter(|_| needs_pseudonyms(definition)).map(Pseudonyms::key_id)
}

/// Returns the place of the next landing of a source of which `landings` are there.
pub(crate) fn next_order(landings: &[LandingRecord]) -> u64 {
    landings.iter().map(|landing| landing.order).max().unwrap_or(0) + 1
}

/// Writes a landing to the store, and records it.
pub(crate) fn put(
    job: &mut Job<'_>,
    definition: &SourceDefinition,
    landing: NewLanding,
) -> Result<(), Failure> {
    let context = job.context;
    let landing = context.store().land(&NewLanding { run: job.id()?, ..landing })?;
    let counts = landing.counts;
    job.made.landings += 1;
    job.made.read += counts.read;
    job.made.quarantined += counts.quarantined;
    let file = landing.file.unwrap_or_default();
    if let Some(replaced) = landing.findings.replaced.filter(|replaced| replaced.gone + replaced.new > 0) {
        job.made.notes.push(format!(
            "{}.{}: `{}` takes the place of other rows: {} gone, {} new, {} as before",
            landing.pipeline, landing.source, file.name, replaced.gone, replaced.new, replaced.same
        ));
    }
    let repeated = landing.findings.warnings.get(REPEATED).copied().unwrap_or(0);
    if repeated > 0 {
        let repeated = counted(usize::try_from(repeated).unwrap_or(usize::MAX), "row", "rows");
        job.made.notes.push(format!(
            "{}.{}: `{}` shares {repeated} with other files of the table",
            landing.pipeline, landing.source, file.name
        ));
    }
    if let Some(over) = landing.findings.warnings.get(OVER_NEWER) {
        let over = counted(*over, "of its rows takes", "of its rows take");
        job.made.notes.push(format!(
            "{}.{}: `{}` came again after newer files, and {over} the place of theirs: name by `updated_at` the column \
             that says which row is newer",
            landing.pipeline, landing.source, file.name
        ));
    }
    for (rule, what) in ON_ROWS {
        if let Some(first) = landing.findings.first.get(rule) {
            job.made
                .notes
                .push(format!("{}.{}: `{}` {what}: {first}", landing.pipeline, landing.source, file.name));
        }
    }
    job.note(Step::Landed {
        source: landing.source,
        from: file.name,
        sha256: file.sha256,
        landing: landing.id,
        read: counts.read,
        published: counts.published,
        quarantined: counts.quarantined,
        duplicates: counts.duplicates,
        findings: Box::new(landing.findings),
        money_set_aside: money::set_aside(definition, &landing.money),
    })
}

/// Names what must be the same for a landing to be used again: the contract's text, the query, what the lists that it names
/// hold, the program and the key.
pub(crate) fn contract(definition: &SourceDefinition, inputs: &Inputs) -> Result<String, SourceError> {
    let mut fingerprint = Fingerprint::of("contract").with(definition.source.text());
    for sql in [&definition.sql, &definition.totals] {
        fingerprint.add(sql.as_ref().map_or("", |sql| sql.text()));
    }
    fingerprint.add(inputs.fingerprint(definition)?);
    if needs_pseudonyms(definition) {
        fingerprint.add(inputs.pseudonyms.as_ref().map(Pseudonyms::key_id).unwrap_or_default());
    }
    Ok(fingerprint.finish())
}

/// Returns whether a source has a column that is replaced by a pseudonym.
pub(crate) fn needs_pseudonyms(definition: &SourceDefinition) -> bool {
    definition.file.columns.iter().any(|column| matches!(column.privacy, Privacy::Pseudonymise(_)))
}

/// Returns what replaces the pupil numbers of `pipeline`, where it holds any.
pub(crate) fn pseudonyms(context: &Context, pipeline: &Pipeline) -> Result<Option<Pseudonyms>, Failure> {
    if !pipeline.sources.values().any(needs_pseudonyms) {
        return Ok(None);
    }
    context.pseudonyms()?.map(Some).ok_or_else(|| {
        Failure::credentials("expected a key for the pupil numbers that are replaced, found none")
            .at(&pipeline.name)
            .help("set `key_file` under `[pseudonym]` in `settings.toml`")
    })
}
