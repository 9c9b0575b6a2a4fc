//! Sources to landings: what is due is read under its contract and landed; the rest is left alone.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;

use super::compare::Against;
use super::difference::{Bag, Columns};
use super::due::{Due, due};
use super::landing::{OVER_NEWER, landing, needs_pseudonyms, next_order, pseudonyms, put};
use super::limit::within_limit;
use super::merged::Merge;
use super::place::{failure, place, source_name};
use super::{affected, assemble, current, gates, keys, lists, merged, parts, quarantine, strays};
use crate::calendar::{Period, Span};
use crate::engine::TableName;
use crate::job::{Context, Event, Failure, InTables, Job, Kept, Kind};
use crate::ledger::Step;
use crate::privacy::Pseudonyms;
use crate::project::{Disposition, Pipeline, SourceDefinition};
use crate::source::{self, Extraction, Found, Inputs, Patience, SourceError};
use crate::store::{FileFact, LandingRecord, NewLanding};

/// Reads what is due in every source of `pipeline`. A source that fails keeps no other from being read, so that one
/// run finds every fault; the most severe is returned, with the others in its words.
pub(crate) fn pull(job: &mut Job<'_>, pipeline: &Pipeline) -> Result<(), Failure> {
    let context = job.context;
    context.store().has_all_landings(&pipeline.name, pipeline.sources.keys())?;
    let pseudonyms = pseudonyms(context, pipeline)?;
    let mut failed: Vec<(String, Failure)> = Vec::new();
    let mut out: BTreeSet<&str> = BTreeSet::new();
    for definition in lists::in_order(pipeline)? {
        job.go_on()?;
        // Rows judged by a list of before would have to be judged again.
        if lists::own(pipeline, definition).iter().any(|read| out.contains(read.as_str())) {
            out.insert(&definition.name);
            continue;
        }
        let source = TableName::new(pipeline.name.as_str(), definition.name.as_str());
        if let Err(failure) = read(job, pipeline, definition, pseudonyms.as_ref()) {
            // A signal and a turn that is lost end the run, whatever the source.
            if !failure.is_of_one_source() {
                return Err(failure);
            }
            out.insert(&definition.name);
            failed.push((source.to_string(), affected::with_reports(context.project(), &source, failure)));
        }
    }
    Failure::worst_of(failed).map_or(Ok(()), Err)
}

/// Reads what is due in one source.
fn read(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    pseudonyms: Option<&Pseudonyms>,
) -> Result<(), Failure> {
    let context = job.context;
    let mut inputs = lists::inputs(context, pipeline, definition, pseudonyms)?;
    let mut due_now = due(context, pipeline, definition, &inputs)?;
    if !due_now.fresh.is_empty() && job.begin()? {
        // Another run may have landed something newer before this one had its turn.
        inputs = lists::inputs(context, pipeline, definition, pseudonyms)?;
        due_now = due(context, pipeline, definition, &inputs)?;
    }
    let mut due = due_now;
    job.made.notes.append(&mut due.notes);
    if !due.fresh.is_empty() {
        for (file, same_as) in std::mem::take(&mut due.copies) {
            job.made.left_out += 1;
            job.note(Step::LeftOut { source: definition.name.clone(), file, same_as })?;
        }
        let source = format!("{}.{}", pipeline.name, definition.name);
        job.report(&Event::Reading { source, files: due.fresh.len() });
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
    let unread = due.landings.len();
    let mut reading = Reading { pipeline, definition, inputs, due, there: None, parts: BTreeMap::new() };
    reading.all(job)?;
    quarantine::apply(job, pipeline, definition, &reading.inputs)?;
    let landings = if reading.due.fresh.is_empty() && job.made.landings == 0 {
        reading.due.landings
    } else {
        context.store().landings(&pipeline.name, &definition.name, None)?
    };
    if landings.len() > unread {
        let there = in_table(context, pipeline, definition, &landings, unread)?;
        job.made.in_tables = Some(job.made.in_tables.unwrap_or_default().and(there));
    }
    one_key(pipeline, definition, pseudonyms, &landings)
}

/// The reading of one source.
pub(super) struct Reading<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) definition: &'a SourceDefinition,
    pub(super) inputs: Inputs,
    pub(super) due: Due,
    /// The rows that other files have in the table, where nothing says which rows are the same one.
    pub(super) there: Option<Bag>,
    /// The rows of each part that other files have in the table, where it is a series.
    pub(super) parts: BTreeMap<Period, u64>,
}

impl Reading<'_> {
    /// Reads every file that is due, and lands it.
    fn all(&mut self, job: &mut Job<'_>) -> Result<(), Failure> {
        let context = job.context;
        let file = &self.definition.file;
        let whole = file.disposition == Disposition::Append && !file.unique.is_empty();
        if whole && !self.due.fresh.is_empty() {
            let fresh: BTreeSet<&str> = self.due.fresh.iter().map(|found| found.identity.as_str()).collect();
            // A file that was renamed has its rows under its former name.
            let bytes: BTreeSet<&str> = self.due.fresh.iter().map(|found| found.sha256.as_str()).collect();
            let in_force = current::landings(&self.due.landings, self.definition);
            self.inputs.there = keys::of(context, self.pipeline, self.definition, &in_force, |landing| {
                let is_renamed =
                    landing.file.as_ref().is_some_and(|file| bytes.contains(file.sha256.as_str()));
                !is_renamed && !fresh.contains(current::identity(self.definition, landing).as_str())
            })?;
        }
        let fresh = self.due.fresh.clone();
        if !fresh.is_empty() {
            self.look_at_others(context, &fresh)?;
        }
        let one_of_several = file.disposition == Disposition::Replace && self.due.fresh.len() > 1;
        let after_merge = merged::judges(self.definition);
        let mut order = next_order(&self.due.landings);
        let mut waiting = Vec::new();
        for found in self.due.fresh.clone() {
            job.go_on()?;
            let extraction = self.one(job, &found, &self.inputs, one_of_several)?;
            let rows = extraction.counts.read;
            job.report(&Event::Read {
                source: format!("{}.{}", self.pipeline.name, self.definition.name),
                rows,
            });
            if one_of_several || after_merge {
                waiting.push((found, extraction));
                continue;
            }
            let is_series = self.definition.file.series.is_some();
            let rows = (whole || is_series || self.there.is_some()).then(|| extraction.rows.clone());
            self.land(job, &found, extraction, order)?;
            order += 1;
            let Some(rows) = rows else { continue };
            let rows = rows.batches()?;
            if whole {
                self.inputs
                    .there
                    .add(self.definition, &found.name, &rows)
                    .map_err(|error| failure(self.pipeline, self.definition, error))?;
            }
            self.add_to_others(&rows)?;
        }
        if one_of_several {
            self.one_reaches_furthest(&waiting)?;
        }
        if after_merge {
            self.judge_after_merge(job, &mut waiting)?;
        }
        for ((found, extraction), order) in waiting.into_iter().zip(order..) {
            self.land(job, &found, extraction, order)?;
        }
        Ok(())
    }

    /// Looks at what files that are not among `fresh` have in the table.
    pub(super) fn look_at_others(&mut self, context: &Context, fresh: &[Found]) -> Result<(), Failure> {
        let file = &self.definition.file;
        if file.disposition == Disposition::Append && file.unique.is_empty() {
            self.there = Some(self.against(context).of_other_files(fresh)?);
        }
        self.parts = self.against(context).parts_of_others(fresh)?;
        Ok(())
    }

    /// Adds the rows of a file to what the files after it are held against.
    pub(super) fn add_to_others(&mut self, rows: &[RecordBatch]) -> Result<(), Failure> {
        if let Some(there) = &mut self.there {
            there.add(&Columns::of(self.definition), rows)?;
        }
        let series = self.definition.file.series.as_ref();
        for (part, rows) in series.map(|series| parts::rows(series, rows)).into_iter().flatten() {
            *self.parts.entry(part).or_default() += rows;
        }
        Ok(())
    }

    /// Returns what has landed of the source, to hold an extract against.
    fn against<'b>(&'b self, context: &'b Context) -> Against<'b> {
        Against {
            context,
            pipeline: self.pipeline,
            definition: self.definition,
            landings: &self.due.landings,
            files: &self.due.there,
            inputs: &self.inputs,
        }
    }

    /// Reads those files again, before any has landed, that have rows which share what is `unique` after the merge.
    fn judge_after_merge(
        &self,
        job: &mut Job<'_>,
        waiting: &mut [(Found, Extraction)],
    ) -> Result<(), Failure> {
        let merge = Merge {
            context: job.context,
            pipeline: self.pipeline,
            definition: self.definition,
            inputs: &self.inputs,
            landings: &self.due.landings,
        };
        for (at, shared) in merge.shared(waiting)? {
            job.go_on()?;
            let Some((found, extraction)) = waiting.get_mut(at) else { continue };
            let inputs = Inputs { shared, ..self.inputs.clone() };
            *extraction = self.one(job, found, &inputs, false)?;
        }
        Ok(())
    }

    /// Reads one file, which must pass the gates.
    fn one(
        &self,
        job: &mut Job<'_>,
        found: &Found,
        inputs: &Inputs,
        one_of_several: bool,
    ) -> Result<Extraction, Failure> {
        let mut extraction = self.extract(job.context, found, inputs)?;
        for (what, or) in self.hold(job.context, found, &mut extraction, one_of_several)? {
            accept(job, self.pipeline, self.definition, what, or.as_deref())?;
        }
        Ok(extraction)
    }

    /// Reads one file under the contract.
    pub(super) fn extract(
        &self,
        context: &Context,
        found: &Found,
        inputs: &Inputs,
    ) -> Result<Extraction, Failure> {
        source::extract(self.definition, place(context, self.definition)?, found, inputs)
            .map_err(|error| empty(self.pipeline, self.definition, &self.due, error))
    }

    /// Holds what was read against the limits of its source and what has landed. Returns what a person has to accept before it
    /// may land, in sentences, each with what else would put it right.
    pub(super) fn hold(
        &self,
        context: &Context,
        found: &Found,
        extraction: &mut Extraction,
        one_of_several: bool,
    ) -> Result<Vec<(String, Option<String>)>, Failure> {
        let (pipeline, definition, due) = (self.pipeline, self.definition, &self.due);
        let mut to_accept = Vec::new();
        within_limit(pipeline, definition, found, extraction)?;
        if let Some(series) = &definition.file.series {
            let rows = extraction.rows.batches()?;
            strays::count(series, &self.parts, &rows, self.inputs.today, extraction);
        }
        if let Some(before) = gates::before(&due.landings, definition, found) {
            let older = gates::is_older(before, extraction, self.inputs.today);
            // Beside the file of the table an older one is in order: it lands, and is not the table.
            if older && !due.beside && !one_of_several {
                return Err(gates::older(&source_name(pipeline, definition), before, found, extraction));
            }
            if let Some(what) = gates::swung(definition, before, found, extraction).filter(|_| !older) {
                let or = format!("or set `swing` in `{}`", definition.source.shown());
                to_accept.push((what, Some(or)));
            }
        }
        for (what, or) in self.against(context).compare(self.there.as_ref(), found, extraction)? {
            to_accept.push((what, or.map(str::to_owned)));
        }
        let over = merged::over_newer(context, definition, &due.landings, found, extraction)?;
        if over > 0 {
            extraction.warnings.insert(OVER_NEWER.to_owned(), over);
        }
        let limit = definition.file.max_age.as_ref().and_then(|age| Span::days_in(age.get_ref()));
        let as_at = extraction.as_at.filter(|_| definition.file.as_at.is_some());
        let first = due
            .landings
            .iter()
            .find(|landing| landing.file.as_ref().is_some_and(|file| file.sha256 == found.sha256));
        let zone = context.clock().zone();
        let seen = first.map_or(self.inputs.today, |first| first.received.with_timezone(&zone).date_naive());
        extraction.quality.timeliness = gates::timeliness(as_at, seen, limit);
        Ok(to_accept)
    }

    /// Refuses several new extracts of which no single one reaches furthest: any choice would drop rows.
    fn one_reaches_furthest(&self, extracts: &[(Found, Extraction)]) -> Result<(), Failure> {
        let reach = |extraction: &Extraction| current::reach(extraction.as_at, self.inputs.today);
        let furthest = extracts.iter().map(|(_, extraction)| reach(extraction)).max().flatten();
        let such: Vec<String> = extracts
            .iter()
            .filter(|(_, extraction)| reach(extraction) == furthest)
            .map(|(found, _)| format!("`{}`", found.name))
            .collect();
        if such.len() < 2 {
            return Ok(());
        }
        let day = furthest.map_or("no day".to_owned(), |day| day.to_string());
        let what = format!(
            "expected one extract that reaches furthest, found {} that reach to {day}",
            such.join(", ")
        );
        Err(Failure::new(Kind::SourceRejected, what)
            .at(source_name(self.pipeline, self.definition))
            .kept(Kept::LastTables)
            .help("leave only the newest in the folder")
            .help(format!(
                "where each holds a part, write `disposition = \"append\"` in `{}`",
                self.definition.source.shown()
            )))
    }

    fn land(
        &self,
        job: &mut Job<'_>,
        found: &Found,
        extraction: Extraction,
        order: u64,
    ) -> Result<(), Failure> {
        let (context, contract) = (job.context, &self.due.contract);
        let (bytes, sha256) = extraction.read.clone().unwrap_or_else(|| (found.bytes, found.sha256.clone()));
        let landing = NewLanding {
            file: Some(FileFact {
                name: found.name.clone(),
                identity: found.identity.clone(),
                sha256,
                bytes,
            }),
            order,
            ..landing(
                context,
                self.pipeline,
                self.definition,
                &self.inputs,
                &found.name,
                contract,
                extraction,
            )?
        };
        put(job, self.definition, landing)
    }
}

/// Returns where the rows of this reading, the landings after the first `before`, have gone.
fn in_table(
    context: &Context,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    landings: &[LandingRecord],
    before: usize,
) -> Result<InTables, Failure> {
    let new: BTreeSet<&str> = landings.iter().skip(before).map(|landing| landing.id.as_str()).collect();
    let in_force = current::landings(landings, definition);
    let mut there = InTables::default();
    for landing in &in_force {
        there.rows += landing.counts.published;
        if !new.contains(landing.id.as_str()) {
            there.before += landing.counts.published;
        }
    }
    let landed = landings.iter().filter(|landing| new.contains(landing.id.as_str()));
    let (published, copies) = landed.fold((0, 0), |(published, copies), landing| {
        (published + landing.counts.published, copies + landing.counts.duplicates)
    });
    there.copies = copies;
    there.superseded = published.saturating_sub(there.rows.saturating_sub(there.before));
    if definition.file.disposition == Disposition::Merge {
        let assembly = assemble::assembly(context, pipeline, definition, None)?;
        let rows = assembly.map(|assembly| assembly.rows(context)).transpose()?.unwrap_or_default();
        let merged: u64 = rows.iter().map(|batch| batch.num_rows() as u64).sum();
        there.superseded += there.rows.saturating_sub(merged);
        there.rows = merged;
    }
    Ok(there)
}

/// Takes what a person accepts, and holds any other. `or`: what else would put it right.
fn accept(
    job: &mut Job<'_>,
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    what: String,
    or: Option<&str>,
) -> Result<(), Failure> {
    if job.options.accept_swing {
        return job.note(Step::Accepted { source: definition.name.clone(), what });
    }
    Err(unaccepted(pipeline, definition, what, or))
}

/// Makes the failure of what nobody has accepted yet.
pub(super) fn unaccepted(
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    what: String,
    or: Option<&str>,
) -> Failure {
    let or = or.map_or_else(String::new, |or| format!(", {or}"));
    Failure::gate(what)
        .at(source_name(pipeline, definition))
        .kept(Kept::LastTables)
        .help("ask the owner of the source whether it is whole")
        .help(format!("if it is, `sufficiency run {} --accept-swing`{or}", pipeline.name))
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
    pipeline: &Pipeline,
    definition: &SourceDefinition,
    pseudonyms: Option<&Pseudonyms>,
    landings: &[LandingRecord],
) -> Result<(), Failure> {
    let Some(key) = pseudonyms.map(Pseudonyms::key_id).filter(|_| needs_pseudonyms(definition)) else {
        return Ok(());
    };
    let in_force = current::landings(landings, definition);
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
