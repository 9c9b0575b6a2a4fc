//! Sources to landings: what is new or changed is read under its contract and landed; the rest is left alone.

use std::collections::BTreeMap;
use std::path::Path;

use super::fingerprint::Fingerprint;
use super::outcome::{Event, Made};
use super::{Context, Failure, Recorder};
use crate::ledger::Step;
use crate::privacy::Pseudonyms;
use crate::project::{Connection, Pipeline, Privacy, SourceDefinition};
use crate::source::{self, Extraction, Found, Place, SourceError, SourceFailure};
use crate::store::{FileFact, LandingRecord, NewLanding};

/// What one source has to read.
#[derive(Debug)]
pub(super) struct Due {
    /// Files or queries that are new, changed, or under a changed contract.
    pub(super) fresh: Vec<Found>,
    /// Files or queries that have landed as they are.
    pub(super) known: usize,
    /// The contract's fingerprint.
    contract: String,
}

/// What `definition` has to read now. Reads bytes, not rows; lands nothing.
pub(super) fn due(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    pseudonyms: Option<&Pseudonyms>,
) -> Result<Due, Failure> {
    let found = source::discover(definition, place(context, definition)?)
        .map_err(|error| failure(pipeline, definition, &error))?;
    let landings = context.store().landings(&pipeline.name, &definition.name, None)?;
    let landed = newest(&landings);
    let contract = contract(definition, pseudonyms);
    let (known, fresh): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|found| {
        landed.get(&found.identity).is_some_and(|landing| {
            landing.contract == contract
                && landing.file.as_ref().is_some_and(|file| file.sha256 == found.sha256)
        })
    });
    Ok(Due { fresh, known: known.len(), contract })
}

/// Reads what is due in every source of `pipeline`.
pub(super) fn pull(
    context: &Context,
    pipeline: &Pipeline,
    record: &mut Recorder<'_>,
    made: &mut Made,
    watch: &mut dyn FnMut(&Event),
) -> Result<(), Failure> {
    let personal = pipeline.sources.values().any(needs_pseudonyms);
    let pseudonyms = if personal { context.pseudonyms()? } else { None };
    if personal && pseudonyms.is_none() {
        return Err(Failure::Credentials(format!(
            "`{}` replaces pupil numbers and no key is set: give `[pseudonym] key_file` in `settings.toml`",
            pipeline.name
        )));
    }
    for definition in pipeline.sources.values() {
        record.go_on()?;
        let due = due(context, pipeline, definition, pseudonyms.as_ref())?;
        if !due.fresh.is_empty() {
            record.begin()?;
            let source = format!("{}.{}", pipeline.name, definition.name);
            watch(&Event::Reading { source, files: due.fresh.len() });
        }
        for found in &due.fresh {
            record.go_on()?;
            let extraction =
                source::extract(definition, place(context, definition)?, found, pseudonyms.as_ref())
                    .map_err(|error| failure(pipeline, definition, &error))?;
            within_limit(pipeline, definition, found, &extraction)?;
            land(context, pipeline, definition, found, extraction, &due.contract, record, made)?;
        }
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one landing is made of all of these, once")]
fn land(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    found: &Found,
    extraction: Extraction,
    contract: &str,
    record: &mut Recorder<'_>,
    made: &mut Made,
) -> Result<(), Failure> {
    let counts = extraction.counts;
    let quarantine = (!extraction.quarantine.is_empty())
        .then(|| source::quarantine_batch(found, contract, &extraction.quarantine));
    let quarantine = quarantine.transpose().map_err(|error| Failure::Bug(error.to_string()))?;
    let landing = context.store().land(&NewLanding {
        pipeline: pipeline.name.clone(),
        source: definition.name.clone(),
        received: context.clock().now(),
        run: record.id()?,
        file: Some(FileFact {
            name: found.name.clone(),
            identity: found.identity.clone(),
            sha256: found.sha256.clone(),
            bytes: found.bytes,
        }),
        batches: extraction.batches,
        counts,
        contract: contract.to_owned(),
        money: extraction.money,
        quarantine,
    })?;
    made.landings += 1;
    made.read += counts.read;
    made.quarantined += counts.quarantined;
    record.note(Step::Landed {
        source: definition.name.clone(),
        from: found.name.clone(),
        sha256: found.sha256.clone(),
        landing: landing.id,
        read: counts.read,
        published: counts.published,
        quarantined: counts.quarantined,
        duplicates: counts.duplicates,
    })
}

/// The newest landing of each file identity.
pub(super) fn newest(landings: &[LandingRecord]) -> BTreeMap<String, &LandingRecord> {
    landings
        .iter()
        .filter_map(|landing| landing.file.as_ref().map(|file| (file.identity.clone(), landing)))
        .collect()
}

/// What must be the same for a landing to stand: the contract's text, the query, the program and the key.
fn contract(definition: &SourceDefinition, pseudonyms: Option<&Pseudonyms>) -> String {
    let mut fingerprint = Fingerprint::of("contract").with(definition.source.text());
    fingerprint.add(definition.sql.as_ref().map_or("", |sql| sql.text()));
    if needs_pseudonyms(definition) {
        fingerprint.add(pseudonyms.map(Pseudonyms::key_id).unwrap_or_default());
    }
    fingerprint.finish()
}

fn needs_pseudonyms(definition: &SourceDefinition) -> bool {
    definition.file.columns.iter().any(|column| matches!(column.privacy, Privacy::Pseudonymise(_)))
}

/// Stops when more rows were set aside than the contract allows.
fn within_limit(
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    found: &Found,
    extraction: &Extraction,
) -> Result<(), Failure> {
    let Some(limit) = &definition.file.quarantine_limit else { return Ok(()) };
    let counts = extraction.counts;
    let share = source::share(limit.get_ref()).ok_or_else(|| {
        Failure::Project(
            crate::diagnostic::Diagnostic::error(
                &definition.source,
                Some(limit.span()),
                "not a share such as `2%`",
            )
            .into(),
        )
    })?;
    // Exact: quarantined / read > share / 10,000, without a division.
    if u128::from(counts.quarantined) * 10_000 > u128::from(counts.read) * u128::from(share) {
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &extraction.quarantine {
            *rules.entry(row.rule.as_str()).or_default() += 1;
        }
        let reasons: Vec<String> = rules.iter().map(|(rule, count)| format!("{count} by `{rule}`")).collect();
        return Err(Failure::SourceRejected(format!(
            "{}: {} of {} rows of `{}` break the contract, more than the limit of {}: {}\n\
             nothing was published and the last good tables stand; mend the source, or the contract in `{}`",
            place_name(pipeline, definition),
            counts.quarantined,
            counts.read,
            found.name,
            limit.get_ref(),
            reasons.join(", "),
            definition.source.shown()
        )));
    }
    Ok(())
}

fn place<'a>(context: &'a Context, definition: &SourceDefinition) -> Result<Place<'a>, Failure> {
    let name = definition.file.connection.get_ref();
    let connection: &Connection = context
        .project()
        .settings
        .connections
        .get(name)
        .ok_or_else(|| Failure::Usage(format!("no connection `{name}` in `settings.toml`")))?;
    Ok(Place { root: Path::new(&context.project().root), connection })
}

fn place_name(pipeline: &Pipeline, definition: &SourceDefinition) -> String {
    format!("`{}.{}`", pipeline.name, definition.name)
}

/// What a connector says, with the source it happened in and what became of the tables.
fn failure(pipeline: &Pipeline, definition: &SourceDefinition, error: &SourceError) -> Failure {
    if let SourceError::Contract(fault) = error {
        return Failure::Project((**fault).clone().into());
    }
    let message = format!(
        "{}: {error}\nnothing was published and the last good tables stand",
        place_name(pipeline, definition)
    );
    match error.failure() {
        SourceFailure::Unavailable => Failure::SourceUnavailable(message),
        SourceFailure::Denied => Failure::Credentials(message),
        SourceFailure::Rejected => Failure::SourceRejected(message),
        SourceFailure::Project => Failure::Usage(message),
        SourceFailure::Internal => Failure::Bug(message),
    }
}
