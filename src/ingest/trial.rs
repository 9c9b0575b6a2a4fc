//! `try`: reads sources as a run would, lands nothing, and finds every fault at once.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use serde::Serialize;

use super::due::{Due, due};
use super::landing::{needs_pseudonyms, pseudonyms};
use super::limit::{SHOWN, row_in_words};
use super::place::{failure, place, source_name};
use super::pull::{Reading, unaccepted};
use super::{affected, lists};
use crate::engine::TableName;
use crate::job::context::no_such;
use crate::job::{Context, Failure};
use crate::privacy::Pseudonyms;
use crate::project::{Disposition, Pipeline, SourceDefinition};
use crate::source::{self, Extraction, Found, Quarantined};

/// What pseudonyms are made with where no key is set: the rows of a trial are dropped, and nobody sees them.
const DROPPED: [u8; 32] = [0; 32];

/// What the reading of one source came to.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// The source, as `pipeline.source`.
    pub source: String,
    /// Its files, or its query, that could be read.
    pub files: Vec<TriedFile>,
    /// What a person should know of files that are left out, in sentences.
    pub notes: Vec<String>,
    /// What would stop a run, every cause of its own.
    pub failures: Vec<Failure>,
}

/// What the reading of one file came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TriedFile {
    /// The file, or the query.
    pub file: String,
    /// Rows that were read.
    pub read: u64,
    /// Rows that fit the contract.
    pub fit: u64,
    /// Rows that are set aside.
    pub set_aside: u64,
    /// Exact copies that are dropped.
    pub duplicates: u64,
    /// Rows that are not data, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// What is counted and not refused, with where the first of it is.
    pub warnings: BTreeMap<String, (u64, String)>,
    /// Rows that are set aside, by rule and column.
    pub faults: Vec<TriedRule>,
}

/// The rows that one rule sets aside for one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TriedRule {
    /// The rule.
    pub rule: String,
    /// The column, where it is of one.
    pub column: Option<String>,
    /// The rule in words.
    pub reason: String,
    /// How many rows.
    pub rows: u64,
    /// Some of them, each with its number and what the column holds, unless that may be of a person.
    pub shown: Vec<String>,
}

impl Trial {
    /// Returns the rows of all files: read, fit, set aside.
    #[must_use]
    pub fn counts(&self) -> (u64, u64, u64) {
        self.files.iter().fold((0, 0, 0), |(read, fit, aside), file| {
            (read + file.read, fit + file.fit, aside + file.set_aside)
        })
    }
}

/// Reads the sources that `names` name, as `pipeline.source` or as all of a pipeline; every one where there are none.
/// Nothing is landed, and nothing of the store is written. `watch` is shown each trial when it is done.
///
/// # Errors
///
/// A name that is not one of a source or a pipeline. What goes wrong in a source is in its [`Trial`].
pub fn try_sources(
    context: &Context,
    names: &[String],
    watch: &mut dyn FnMut(&Trial),
) -> Result<Vec<Trial>, Failure> {
    let wanted = wanted(context, names)?;
    let mut trials =
        Trials { context, tables: BTreeMap::new(), done: BTreeMap::new(), under_way: BTreeSet::new() };
    let mut all = Vec::new();
    for (pipeline, definition) in wanted {
        context.stop().check()?;
        let trial = trials.of(pipeline, definition);
        watch(&trial);
        all.push(trial);
    }
    Ok(all)
}

/// Returns the sources that are asked for, each after those of its pipeline that its contract names.
fn wanted<'a>(
    context: &'a Context,
    names: &[String],
) -> Result<Vec<(&'a Pipeline, &'a SourceDefinition)>, Failure> {
    let pipelines = &context.project().pipelines;
    let mut known: Vec<String> = Vec::new();
    for pipeline in pipelines.values() {
        known.push(pipeline.name.clone());
        known.extend(pipeline.sources.values().map(|definition| source_name(pipeline, definition)));
    }
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        let pipeline = unknown.split('.').next().unwrap_or_default();
        if let Some(faults) = context.project().faulty.get(pipeline) {
            return Err(faults.clone().into());
        }
        return Err(no_such("source", unknown, &known));
    }
    let mut wanted = Vec::new();
    for pipeline in pipelines.values() {
        for definition in lists::in_order(pipeline)? {
            let name = source_name(pipeline, definition);
            if names.is_empty() || names.contains(&pipeline.name) || names.contains(&name) {
                wanted.push((pipeline, definition));
            }
        }
    }
    Ok(wanted)
}

/// Trials, and the rows that contracts of other sources are judged with.
struct Trials<'a> {
    context: &'a Context,
    /// The rows of sources that contracts name, as they would be.
    tables: BTreeMap<String, Vec<RecordBatch>>,
    done: BTreeMap<String, Trial>,
    /// Sources whose trial waits for that of another.
    under_way: BTreeSet<String>,
}

impl<'a> Trials<'a> {
    /// Tries a source, once.
    fn of(&mut self, pipeline: &'a Pipeline, definition: &'a SourceDefinition) -> Trial {
        let name = source_name(pipeline, definition);
        if let Some(done) = self.done.get(&name) {
            return done.clone();
        }
        self.under_way.insert(name.clone());
        let mut trial = Trial { source: name.clone(), ..Trial::default() };
        if let Err(failure) = self.read(pipeline, definition, &mut trial) {
            trial.failures.push(failure);
        }
        let source = TableName::new(pipeline.name.as_str(), definition.name.as_str());
        let failures = std::mem::take(&mut trial.failures).into_iter();
        trial.failures = failures
            .map(|failure| affected::with_reports(self.context.project(), &source, failure))
            .collect();
        self.under_way.remove(&name);
        self.done.insert(name, trial.clone());
        trial
    }

    fn read(
        &mut self,
        pipeline: &'a Pipeline,
        definition: &'a SourceDefinition,
        trial: &mut Trial,
    ) -> Result<(), Failure> {
        let context = self.context;
        let pseudonyms = self.pseudonyms(pipeline, definition, trial);
        let mut inputs = lists::inputs_of(context, definition, pseudonyms.as_ref(), &mut |table| {
            self.rows(pipeline, table)
        })?;
        let place = place(context, definition)?;
        let found =
            source::discover(definition, place).map_err(|error| failure(pipeline, definition, error))?;
        let due = match due(context, pipeline, definition, &inputs) {
            Ok(due) => due,
            Err(failure) => {
                // Which file is the table is not known, so each is read.
                trial.failures.push(failure);
                Due::of_nothing()
            }
        };
        trial.notes.clone_from(&due.notes);
        let copies = due.copies.iter();
        trial.notes.extend(copies.map(|(file, same_as)| {
            format!("`{file}` holds the same bytes as `{same_as}` and would be left out")
        }));
        let files = chosen(definition, found, &due);
        let one_of_several = definition.file.disposition == Disposition::Replace && files.len() > 1;
        let is_whole =
            definition.file.disposition == Disposition::Append && !definition.file.unique.is_empty();
        let mut reading = Reading {
            pipeline,
            definition,
            inputs: inputs.clone(),
            due,
            there: None,
            parts: BTreeMap::new(),
        };
        reading.look_at_others(context, &files)?;
        let mut rows = Vec::new();
        for file in &files {
            context.stop().check()?;
            let mut extraction = match reading.extract(context, file, &inputs) {
                Ok(extraction) => extraction,
                Err(failure) => {
                    trial.failures.push(failure);
                    continue;
                }
            };
            let held = reading.hold(context, file, &mut extraction, one_of_several);
            trial.files.push(tried(definition, file, &extraction));
            match held {
                Ok(to_accept) => {
                    let unaccepted = |(what, or): (String, Option<String>)| {
                        unaccepted(pipeline, definition, what, or.as_deref())
                    };
                    trial.failures.extend(to_accept.into_iter().map(unaccepted));
                }
                Err(failure) => trial.failures.push(failure),
            }
            let is_series = definition.file.series.is_some();
            if is_whole || is_series || reading.there.is_some() || self.is_named(pipeline, definition) {
                let own = extraction.rows.batches()?;
                reading.add_to_others(&own)?;
                if is_whole {
                    let added = inputs.there.add(definition, &file.name, &own);
                    added.map_err(|error| failure(pipeline, definition, error))?;
                }
                rows.extend(own);
            }
        }
        self.tables.insert(trial.source.clone(), rows);
        Ok(())
    }

    /// Returns what pseudonyms are made with: where the key is missing, which is a fault, something that nobody sees.
    fn pseudonyms(
        &self,
        pipeline: &Pipeline,
        definition: &SourceDefinition,
        trial: &mut Trial,
    ) -> Option<Pseudonyms> {
        if !needs_pseudonyms(definition) {
            return None;
        }
        match pseudonyms(self.context, pipeline) {
            Ok(found) => found,
            Err(failure) => {
                trial.failures.push(failure);
                Pseudonyms::new(&DROPPED).ok()
            }
        }
    }

    /// Returns whether another contract names the source.
    fn is_named(&self, pipeline: &Pipeline, definition: &SourceDefinition) -> bool {
        let name = source_name(pipeline, definition);
        let pipelines = self.context.project().pipelines.values();
        let mut uses = pipelines.flat_map(|pipeline| pipeline.sources.values()).flat_map(source::lists);
        uses.any(|one| one.table == name)
    }

    /// Returns the rows of a table that a contract of `pipeline` names: those that a source of the same pipeline has now, or
    /// that are published, or that a source of another would have.
    fn rows(&mut self, pipeline: &Pipeline, table: &str) -> Result<Vec<RecordBatch>, Failure> {
        let name = TableName::parse(table);
        let owner = name.as_ref().and_then(|name| self.context.project().pipelines.get(&name.pipeline));
        let definition = name.as_ref().and_then(|name| owner?.sources.get(&name.table));
        let is_own = owner.is_some_and(|owner| owner.name == pipeline.name);
        if definition.is_none() || !is_own {
            match lists::rows(self.context, pipeline, table) {
                Ok(rows) => return Ok(rows),
                Err(failure) if definition.is_none() => return Err(failure),
                Err(_) => {}
            }
        }
        let missing = |why: &str| Failure::gate(format!("a contract names `{table}`, {why}"));
        let (Some(owner), Some(definition)) = (owner, definition) else {
            return Err(missing("which is not there yet"));
        };
        if self.under_way.contains(table) {
            return Err(missing("whose contract names this one"));
        }
        self.of(owner, definition);
        let rows = self.tables.get(table).filter(|rows| !rows.is_empty());
        rows.cloned().ok_or_else(|| missing("of which no row could be read"))
    }
}

/// Returns the files that are read: every one, but of a source of which one file is the table only those that may be it.
fn chosen(definition: &SourceDefinition, found: Vec<Found>, due: &Due) -> Vec<Found> {
    if definition.file.disposition != Disposition::Replace {
        let is_copy = |file: &Found| due.copies.iter().any(|(copy, _)| *copy == file.name);
        return found.into_iter().filter(|file| !is_copy(file)).collect();
    }
    if !due.fresh.is_empty() {
        return due.fresh.clone();
    }
    let current = super::current::landings(&due.landings, definition).first().copied();
    let bytes = current.and_then(|landing| landing.file.as_ref()).map(|file| file.sha256.as_str());
    let of_table: Vec<Found> =
        found.iter().filter(|file| Some(file.sha256.as_str()) == bytes).take(1).cloned().collect();
    if of_table.is_empty() { found } else { of_table }
}

/// Returns what a file came to.
fn tried(definition: &SourceDefinition, file: &Found, extraction: &Extraction) -> TriedFile {
    let of_persons = definition.file.columns.iter().any(|column| column.privacy.is_personal());
    let mut rules: BTreeMap<(&str, Option<&str>), Vec<&Quarantined>> = BTreeMap::new();
    for row in &extraction.quarantine {
        rules.entry((row.rule.as_str(), row.column.as_deref())).or_default().push(row);
    }
    let faults = rules.into_iter().map(|((rule, column), rows)| TriedRule {
        rule: rule.to_owned(),
        column: column.map(str::to_owned),
        reason: rows.first().map(|row| row.reason.clone()).unwrap_or_default(),
        rows: rows.len() as u64,
        shown: rows.iter().take(SHOWN).map(|row| row_in_words(row, of_persons)).collect(),
    });
    let first = |rule: &String| extraction.first.get(rule).cloned().unwrap_or_default();
    TriedFile {
        file: file.name.clone(),
        read: extraction.counts.read,
        fit: extraction.counts.published,
        set_aside: extraction.counts.quarantined,
        duplicates: extraction.counts.duplicates,
        left_out: extraction
            .skipped
            .iter()
            .filter(|(_, rows)| **rows > 0)
            .map(|(why, rows)| (why.clone(), *rows))
            .collect(),
        warnings: extraction
            .warnings
            .iter()
            .map(|(rule, count)| (rule.clone(), (*count, first(rule))))
            .collect(),
        faults: faults.collect(),
    }
}
