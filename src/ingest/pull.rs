//! Sources to landings: what is new or changed is read under its contract and landed; the rest is left alone.

use std::collections::{BTreeMap, BTreeSet};

use super::current;
use super::landing::{contract, landing, needs_pseudonyms, pseudonyms, put};
use super::place::{failure, place, source_name};
use super::{affected, gates, lists, quarantine};
use crate::calendar::Span;
use crate::diagnostic::Diagnostic;
use crate::engine::TableName;
use crate::job::{Context, Event, Failure, Job, Kept, Kind};
use crate::ledger::Step;
use crate::privacy::Pseudonyms;
use crate::project::{Disposition, Pipeline, SourceDefinition, Text};
use crate::source::{self, Extraction, Found, Inputs, Patience, SourceError};
use crate::store::{FileFact, LandingRecord, NewLanding, RowCounts};

/// What one source has to read.
#[derive(Debug)]
pub(crate) struct Due {
    /// Files or queries that are new, changed, or under a changed contract.
    pub(crate) fresh: Vec<Found>,
    /// Files or queries that have landed as they are.
    pub(crate) known: usize,
    /// Files that hold the same bytes as another one, which has landed or will.
    pub(crate) copies: Vec<String>,
    /// The contract's fingerprint.
    contract: String,
    /// What has landed before.
    landings: Vec<LandingRecord>,
}

/// Finds what `definition` has to read now. Reads bytes, not rows; lands nothing.
pub(crate) fn due(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    inputs: &Inputs,
) -> Result<Due, Failure> {
    let found = source::discover(definition, place(context, definition)?)
        .map_err(|error| failure(pipeline, definition, error))?;
    let landings = context.store().landings(&pipeline.name, &definition.name, None)?;
    let contract = contract(definition, inputs).map_err(|error| failure(pipeline, definition, error))?;
    let landed = current::newest(&landings);
    let (known, fresh): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|found| {
        landed.get(&found.identity).is_some_and(|landing| {
            landing.contract == contract
                && landing.file.as_ref().is_some_and(|file| file.sha256 == found.sha256)
        })
    });
    let copies = copies(definition, &landed, &known, &fresh);
    let (copies, fresh): (Vec<Found>, Vec<Found>) =
        fresh.into_iter().partition(|found| copies.contains(&found.identity));
    let copies = copies.into_iter().map(|found| found.name).collect();
    Ok(Due { fresh, known: known.len(), copies, contract, landings })
}

/// Finds the files of an `append` source that hold the same bytes as another one which is in the table, now or after
/// this reading: the same month under a second name would be counted twice.
fn copies(
    definition: &SourceDefinition,
    landed: &BTreeMap<String, &LandingRecord>,
    known: &[Found],
    fresh: &[Found],
) -> BTreeSet<String> {
    if definition.file.disposition != Disposition::Append {
        return BTreeSet::new();
    }
    let there: BTreeSet<&str> = known.iter().chain(fresh).map(|found| found.identity.as_str()).collect();
    let gone = landed.iter().filter(|(identity, _)| !there.contains(identity.as_str()));
    let mut seen: BTreeSet<&str> = gone
        .filter_map(|(_, landing)| landing.file.as_ref())
        .map(|file| file.sha256.as_str())
        .chain(known.iter().map(|found| found.sha256.as_str()))
        .collect();
    fresh.iter().filter(|found| !seen.insert(&found.sha256)).map(|found| found.identity.clone()).collect()
}

/// Reads what is due in every source of `pipeline`.
pub(crate) fn pull(job: &mut Job<'_>, pipeline: &Pipeline) -> Result<(), Failure> {
    let context = job.context;
    let pseudonyms = pseudonyms(context, pipeline)?;
    for definition in lists::in_order(pipeline)? {
        job.go_on()?;
        let source = TableName::new(pipeline.name.as_str(), definition.name.as_str());
        read(job, pipeline, definition, pseudonyms.as_ref())
            .map_err(|failure| affected::with_reports(context.project(), &source, failure))?;
    }
    Ok(())
}

/// Reads what is due in one source.
fn read(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    pseudonyms: Option<&Pseudonyms>,
) -> Result<(), Failure> {
    let context = job.context;
    let inputs = lists::inputs(context, pipeline, definition, pseudonyms)?;
    let mut due = due(context, pipeline, definition, &inputs)?;
    if !due.fresh.is_empty() {
        job.begin()?;
        let source = format!("{}.{}", pipeline.name, definition.name);
        job.report(&Event::Reading { source, files: due.fresh.len() });
    }
    for copy in &due.copies {
        let source = source_name(pipeline, definition);
        job.made.notes.push(format!(
            "`{source}`: `{copy}` holds the same bytes as a file that has landed and was left out"
        ));
    }
    let settled = source::settle(
        definition,
        place(context, definition)?,
        std::mem::take(&mut due.fresh),
        context.clock().now(),
        Patience::default(),
        &mut || job.go_on().is_ok(),
    );
    job.go_on()?;
    due.fresh = settled.map_err(|error| failure(pipeline, definition, error))?;
    for found in &due.fresh {
        job.go_on()?;
        let mut extraction = source::extract(definition, place(context, definition)?, found, &inputs)
            .map_err(|error| empty(pipeline, definition, &due, error))?;
        let rows = extraction.counts.read;
        job.report(&Event::Read { source: format!("{}.{}", pipeline.name, definition.name), rows });
        within_limit(pipeline, definition, found, &extraction)?;
        if let Some(before) = gates::before(&due.landings, definition, found) {
            gates::not_older(&source_name(pipeline, definition), before, found, &extraction)?;
            if let Some(what) = gates::swung(definition, before, found, &extraction) {
                accept(job, pipeline, definition, what)?;
            }
        }
        let limit = definition.file.max_age.as_ref().and_then(|age| Span::days_in(age.get_ref()));
        extraction.quality.timeliness =
            gates::timeliness(extraction.as_at.or(extraction.newest), inputs.today, limit);
        land(job, pipeline, definition, &inputs, found, extraction, &due.contract)?;
    }
    quarantine::apply(job, pipeline, definition, &inputs)?;
    one_key(context, pipeline, definition, pseudonyms, due)
}

/// Takes a swing that a person accepts, and holds any other.
fn accept(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    what: String,
) -> Result<(), Failure> {
    if job.options.accept_swing {
        return job.note(Step::Accepted { source: definition.name.clone(), what });
    }
    let accept = format!(
        "if it is, `sufficiency run {} --accept-swing`, or set `swing` in `{}`",
        pipeline.name,
        definition.source.shown()
    );
    Err(Failure::gate(what)
        .at(source_name(pipeline, definition))
        .kept(Kept::LastTables)
        .help("ask the owner of the source whether it is whole")
        .help(accept))
}

/// Makes the failure of reading no rows at all, where there were some: a gate for a query, which may be right to find none.
fn empty(pipeline: &Pipeline, definition: &SourceDefinition, due: &Due, error: SourceError) -> Failure {
    let before = due.landings.iter().rfind(|landing| landing.replays.is_none() && landing.counts.read > 0);
    match (&error, before) {
        (SourceError::NoRows { .. }, Some(before)) if definition.sql.is_some() => {
            let what = format!("the query gives no rows, and gave {} before", before.counts.read);
            Failure::gate(what)
                .at(source_name(pipeline, definition))
                .kept(Kept::LastTables)
                .help("ask the owner of the source")
        }
        _ => failure(pipeline, definition, error),
    }
}

/// Refuses a table that would hold pseudonyms of two keys: the same child would be two.
fn one_key(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    pseudonyms: Option<&Pseudonyms>,
    due: Due,
) -> Result<(), Failure> {
    let Some(key) = pseudonyms.map(Pseudonyms::key_id).filter(|_| needs_pseudonyms(definition)) else {
        return Ok(());
    };
    // Where nothing was read, what had landed is what has.
    let landings = if due.fresh.is_empty() {
        due.landings
    } else {
        context.store().landings(&pipeline.name, &definition.name, None)?
    };
    let in_force = current::landings(&landings, definition.file.disposition);
    let others: Vec<&str> = current::keys(&in_force).into_iter().filter(|other| *other != key).collect();
    if others.is_empty() {
        return Ok(());
    }
    let of_others = in_force.iter().filter(|landing| landing.key.as_ref().is_some_and(|other| *other != key));
    let files: Vec<String> = of_others
        .filter_map(|landing| landing.file.as_ref())
        .map(|file| format!("`{}`", file.name))
        .collect();
    let what = format!(
        "the pseudonym key is `{key}` now, and the pseudonyms from {} are of the key `{}`: one child would be two",
        files.join(", "),
        others.join("`, `")
    );
    Err(Failure::credentials(what)
        .at(source_name(pipeline, definition))
        .kept(Kept::LastTables)
        .help("a new key needs a full extract: put those files back, or use the key of before"))
}

/// Lands one extraction.
fn land(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    inputs: &Inputs,
    found: &Found,
    extraction: Extraction,
    contract: &str,
) -> Result<(), Failure> {
    let context = job.context;
    let landing = NewLanding {
        file: Some(FileFact {
            name: found.name.clone(),
            identity: found.identity.clone(),
            sha256: found.sha256.clone(),
            bytes: found.bytes,
        }),
        ..landing(context, pipeline, definition, inputs, &found.name, contract, extraction)?
    };
    put(job, landing)
}

/// Stops when more rows were set aside than the contract allows.
fn within_limit(
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    found: &Found,
    extraction: &Extraction,
) -> Result<(), Failure> {
    let counts = extraction.counts;
    let none_left = counts.published == 0 && counts.quarantined > 0;
    let above = match &definition.file.quarantine_limit {
        Some(limit) if is_above(definition, limit, counts)? => {
            format!(", more than the limit of {}", limit.get_ref())
        }
        _ if none_left => String::new(),
        _ => return Ok(()),
    };
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &extraction.quarantine {
        *rules.entry(row.rule.as_str()).or_default() += 1;
    }
    let reasons: Vec<String> = rules.iter().map(|(rule, count)| format!("{count} by `{rule}`")).collect();
    let what = format!(
        "{} of {} rows of `{}` break the contract{above}: {}",
        counts.quarantined,
        counts.read,
        found.name,
        reasons.join(", ")
    );
    Err(Failure::new(Kind::SourceRejected, what)
        .at(source_name(pipeline, definition))
        .kept(Kept::LastTables)
        .help(format!("correct the source, or the contract in `{}`", definition.source.shown())))
}

/// Whether more rows were set aside than `limit` allows.
fn is_above(definition: &SourceDefinition, limit: &Text, counts: RowCounts) -> Result<bool, Failure> {
    let share = source::share(limit.get_ref()).ok_or_else(|| {
        let message = format!("expected a share such as `2%`, found `{}`", limit.get_ref());
        Diagnostic::error(&definition.source, Some(limit.span()), message)
    })?;
    // Exact: quarantined / read > share / 10,000, without a division.
    Ok(u128::from(counts.quarantined) * 10_000 > u128::from(counts.read) * u128::from(share))
}
