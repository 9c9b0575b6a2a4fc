use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::decision::{self, Release};
use super::scope::chosen;
use super::set_aside::rows_of;
use crate::ingest::current;
use crate::ingest::{keys, landing, lists, merged, place};
use crate::job::lock::within;
use crate::job::{Context, Failure, Job};
use crate::job::{Fingerprint, PipelineLock};
use crate::ledger::Step;
use crate::project::{Disposition, Pipeline, SourceDefinition};
use crate::source::{self, Extraction, Inputs, ReplayRow};
use crate::store::{LandingRecord, NewLanding};

/// What judging released rows again came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// Rows that were judged again.
    pub read: u64,
    /// Rows that landed.
    pub published: u64,
    /// Rows that still break the contract.
    pub quarantined: u64,
}

/// Judges the released and corrected rows of `scope` again, under the current contract, and lands those that keep
/// it. They are published by the next run.
///
/// Each source is done under its pipeline's `lock`. One that fails, or that somebody else is at work on, keeps none of
/// the others from theirs.
///
/// # Errors
///
/// When there is no such pipeline or source, or the store cannot be read or written; [`Kind::Lease`](crate::job::Kind) when somebody
/// else is at work on a pipeline.
pub fn replay(context: &Context, scope: Option<&str>, lock: &dyn PipelineLock) -> Result<Replayed, Failure> {
    let mut replayed = Replayed::default();
    let mut failed = Vec::new();
    for (pipeline, definition) in chosen(context, scope)? {
        if decision::all(context, pipeline, definition)?.is_empty() {
            continue;
        }
        let done = within(lock, &pipeline.name, || one(context, pipeline, definition, lock));
        let done = done.map(|(read, quarantined)| {
            replayed.read += read;
            replayed.quarantined += quarantined;
        });
        failed.extend(done.err().map(|failure| (format!("{}.{}", pipeline.name, definition.name), failure)));
    }
    replayed.published = replayed.read - replayed.quarantined;
    Failure::worst_of(failed).map_or(Ok(replayed), Err)
}

/// Judges the released rows of one source again, under its pipeline's lock; returns those read and those set aside again.
fn one(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    lock: &dyn PipelineLock,
) -> Result<(u64, u64), Failure> {
    let pseudonyms = landing::pseudonyms(context, pipeline)?;
    let inputs = lists::inputs(context, pipeline, definition, pseudonyms.as_ref())?;
    let mut job = Job::new(context, &pipeline.name, "quarantine replay").under(lock);
    job.permit()?;
    let done = apply(&mut job, pipeline, definition, &inputs);
    let made = job.close(&done);
    done?;
    made.map(|made| (made.read, made.quarantined))
}

/// Lands what was released of the landings in force of a source, unless it has landed as it is.
pub(in crate::ingest) fn apply(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    inputs: &Inputs,
) -> Result<(), Failure> {
    let context = job.context;
    let releases = decision::all(context, pipeline, definition)?;
    if releases.is_empty() {
        return Ok(());
    }
    let contract =
        landing::contract(definition, inputs).map_err(|error| place::failure(pipeline, definition, error))?;
    let all = context.store().landings(&pipeline.name, &definition.name, None)?;
    let in_force = current::landings(&all, definition);
    let mut order = landing::next_order(&all);
    for base in in_force.iter().filter(|landing| landing.replays.is_none()) {
        let rows: Vec<(ReplayRow, Vec<&Release>)> = rows_of(context, definition, base)?
            .into_iter()
            .filter(|row| !row.shown.personal)
            .filter_map(|row| {
                let about = releases.iter().filter(|release| release.is_about(base, row.shown.row));
                let about: Vec<&Release> = about.collect();
                (!about.is_empty()).then(|| (decided(row.shown.row, row.values, &about), about))
            })
            .collect();
        if rows.is_empty() {
            continue;
        }
        let mut fingerprint = Fingerprint::of("replay").with(&contract).with(&base.id);
        for (row, _) in &rows {
            fingerprint.add(format!("{row:?}"));
        }
        let fingerprint = fingerprint.finish();
        let same = in_force
            .iter()
            .any(|landing| landing.replays.as_deref() == Some(&base.id) && landing.contract == fingerprint);
        if same {
            continue;
        }
        note(job, definition, base, &rows)?;
        let file = &definition.file;
        let others = |landing: &LandingRecord| {
            file.disposition == Disposition::Append
                && landing.id != base.id
                && landing.replays.as_deref() != Some(&base.id)
        };
        let there = keys::of(context, pipeline, definition, &in_force, others)?;
        let inputs = Inputs { there, ..inputs.clone() };
        let mut extraction = judged_again(context, pipeline, definition, &inputs, base, &rows)?;
        if merged::judges(definition) {
            let shared = merged::released(context, definition, &all, base, &extraction)?;
            let inputs = Inputs { shared, ..inputs.clone() };
            extraction = judged_again(context, pipeline, definition, &inputs, base, &rows)?;
        }
        let file = base.file.clone().unwrap_or_default();
        let landing = NewLanding {
            file: Some(file.clone()),
            replays: Some(base.id.clone()),
            ..landing::landing(context, pipeline, definition, &inputs, &file.name, &fingerprint, extraction)?
        };
        landing::put(job, definition, NewLanding { order, ..landing })?;
        order += 1;
    }
    Ok(())
}

/// Returns a row with what people decided about it, in their order.
fn decided(row: i64, mut values: BTreeMap<String, String>, about: &[&Release]) -> ReplayRow {
    for release in about {
        values.extend(release.set.clone());
    }
    let waived: BTreeSet<String> =
        about.iter().filter_map(|release| release.waived()).map(str::to_owned).collect();
    ReplayRow { row, values, waived }
}

/// Notes who released what in the record of the run that lands it.
fn note(
    job: &mut Job<'_>,
    definition: &SourceDefinition,
    base: &LandingRecord,
    rows: &[(ReplayRow, Vec<&Release>)],
) -> Result<(), Failure> {
    let mut decisions: BTreeMap<(&str, &str, Vec<&String>), Vec<i64>> = BTreeMap::new();
    for (row, about) in rows {
        for release in about {
            let decision = (release.by.as_str(), release.why.as_str(), release.set.keys().collect());
            decisions.entry(decision).or_default().push(row.row);
        }
    }
    for ((by, why, corrected), rows) in decisions {
        job.note(Step::Released {
            source: definition.name.clone(),
            from: base.file.as_ref().map(|file| file.name.clone()).unwrap_or_default(),
            rows,
            corrected: corrected.into_iter().cloned().collect(),
            by: by.to_owned(),
            why: why.to_owned(),
        })?;
    }
    Ok(())
}

/// Judges the rows under the current contract.
fn judged_again(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    inputs: &Inputs,
    base: &LandingRecord,
    rows: &[(ReplayRow, Vec<&Release>)],
) -> Result<Extraction, Failure> {
    let file = base.file.clone().unwrap_or_default();
    let of_files = place::place(context, definition)?.holds_files();
    let there = context.store().read_landing(base)?;
    let rows: Vec<ReplayRow> = rows.iter().map(|(row, _)| row.clone()).collect();
    let extraction = source::replay(definition, &file.name, of_files, &rows, &there, inputs)
        .map_err(|error| place::failure(pipeline, definition, error))?;
    let counts = extraction.counts;
    let asked = rows.len() as u64;
    if counts.read != asked
        || counts.published + counts.quarantined != asked
        || asked > base.counts.quarantined
    {
        return Err(Failure::bug(format!(
            "of {} rows that landing `{}` set aside, {asked} were released, and {} were read, {} published and {} set aside",
            base.counts.quarantined, base.id, counts.read, counts.published, counts.quarantined
        )));
    }
    Ok(extraction)
}
