//! `evidence.json`: what an edition was made from, by hash, from the bytes of its sources to the bytes of its documents.
//!
//! ```text
//! origin    which publications of other pipelines it rests on, and which landings they were made of
//! pack      an edition's files, its deliveries and their sums, to be read where no store is
//! ```
//!
//! It holds names, counts, sums of money and hashes; never a value from a row.

pub(crate) mod origin;
pub(crate) mod pack;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::freshness::sources_behind;
use super::maker::Maker;
use super::record::{Edition, every};
use crate::diagnostic::{Cause, SourceFile};
use crate::disclosure::Cleared;
use crate::engine::TableName;
use crate::ingest::current;
use crate::job::fingerprint::sha256;
use crate::job::{Context, Failure, Kept};
use crate::store::{CheckResult, Commit, FileFact, LandingRecord, MoneyTotals, RowCounts, StoreError};
use origin::Publication;

/// The file, within an edition.
pub(crate) const FILE: &str = "evidence.json";

/// The newest form of it that this program reads and writes.
const FORMAT: u32 = 1;

/// What an edition was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Evidence {
    /// Form of this file.
    format: u32,
    /// The edition.
    pub(crate) edition: String,
    /// The run that made it.
    pub(crate) run: String,
    /// When.
    pub(crate) made: DateTime<Utc>,
    /// The version of the program.
    pub(crate) version: String,
    /// Names the build of the program.
    pub(crate) build: String,
    /// The publications of other pipelines that it rests on, in the order in which they were made.
    pub(crate) publications: Vec<Publication>,
    /// The landings behind it, by source and the run up to which they count.
    pub(crate) sources: Vec<SourceEvidence>,
    /// The models that it shows and all that they rest on.
    pub(crate) models: BTreeMap<String, ModelEvidence>,
    /// sha256 of each file of the project that it rests on, as the project had it when the edition was made.
    pub(crate) files: BTreeMap<String, String>,
    /// The parameters that its models read, with their values as it prints them.
    pub(crate) parameters: BTreeMap<String, String>,
    /// How many cells of each model disclosure control hid.
    pub(crate) suppression: BTreeMap<String, Suppression>,
    /// The editions that it was held against.
    pub(crate) held_against: BTreeSet<String>,
    /// Its documents.
    pub(crate) documents: BTreeMap<String, DocumentEvidence>,
}

/// The landings of a source that a publication rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceEvidence {
    /// The source, as `pipeline.source`.
    pub(crate) source: String,
    /// The run up to which its landings count.
    pub(crate) known_to_run: String,
    /// The landings in force, in order.
    pub(crate) landings: Vec<LandingEvidence>,
}

/// One landing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LandingEvidence {
    /// Its name in the store.
    pub(crate) id: String,
    /// When it was received.
    pub(crate) received: DateTime<Utc>,
    /// The file that it came from, with its sha256; none for a database.
    pub(crate) file: Option<FileFact>,
    /// Where its rows have gone.
    pub(crate) counts: RowCounts,
    /// Where its money has gone, in minor units.
    pub(crate) money: BTreeMap<String, MoneyTotals>,
    /// Names its contract.
    pub(crate) contract: String,
    /// sha256 of each part of its rows.
    pub(crate) parts: Vec<String>,
}

/// A model that an edition shows or rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelEvidence {
    /// The file of its query.
    pub(crate) sql: String,
    /// Names its content, as the publication or the run that made it did.
    pub(crate) content: Option<String>,
    /// The tables that its query reads.
    pub(crate) reads: BTreeSet<String>,
    /// What the checks of it found.
    pub(crate) checks: Vec<CheckResult>,
}

/// Cells of a model that disclosure control hid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suppression {
    /// Because they are unsafe themselves.
    pub(crate) primary: usize,
    /// To protect others.
    pub(crate) secondary: usize,
}

/// A document of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentEvidence {
    /// Its size in bytes.
    pub(crate) bytes: usize,
    /// Its sha256.
    pub(crate) sha256: String,
}

impl Maker<'_> {
    /// Gathers the evidence of an edition of these documents.
    pub(super) fn evidence(
        &self,
        (edition, run): (&str, &str),
        cleared: &BTreeMap<String, Cleared>,
        documents: &BTreeMap<String, Vec<u8>>,
        parameters: &[(String, String)],
    ) -> Result<Evidence, Failure> {
        let head = self.built.base.map(|seq| self.context.store().commit_at(seq)).transpose()?.flatten();
        // What is made of what was known on a day rests on landings alone.
        let of_a_day = self.period.as_of.is_some();
        let publications = if of_a_day {
            Vec::new()
        } else {
            origin::publications(self.context, self.pipeline, self.built.base)?
        };
        let mut models = BTreeMap::new();
        let (mut sources, mut seen) = (BTreeSet::new(), BTreeSet::new());
        for model in self.report.models() {
            let table = TableName::new(&self.pipeline.name, model);
            self.models(&table, head.as_ref().filter(|_| !of_a_day), &mut models)?;
            sources.extend(sources_behind(self.context, &table, &mut seen)?);
        }
        // Other versions of the same edition are made with it: it is not held against them.
        let mut there = every(self.context)?;
        there.retain(|other| other.report != self.report.name || other.run != run);
        let suppression = cleared.iter().map(|(name, table)| {
            let hidden = table.hidden();
            (name.clone(), Suppression { primary: hidden.primary, secondary: hidden.secondary })
        });
        let documents = documents.iter().map(|(name, bytes)| {
            (name.clone(), DocumentEvidence { bytes: bytes.len(), sha256: sha256(bytes) })
        });
        Ok(Evidence {
            format: FORMAT,
            edition: edition.to_owned(),
            run: run.to_owned(),
            made: self.context.clock().now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            build: env!("SUFFICIENCY_BUILD").to_owned(),
            sources: self.sources(&sources, &publications, run)?,
            publications,
            files: self.files(&models, &sources)?,
            models,
            parameters: parameters.iter().cloned().collect(),
            suppression: suppression.collect(),
            held_against: there.into_iter().map(|edition| edition.id).collect(),
            documents: documents.collect(),
        })
    }

    /// Adds a table and all that it rests on to `models`, if it is a model.
    fn models(
        &self,
        table: &TableName,
        head: Option<&Commit>,
        models: &mut BTreeMap<String, ModelEvidence>,
    ) -> Result<(), Failure> {
        let pipeline = self.context.project().pipelines.get(&table.pipeline);
        let Some(model) = pipeline.and_then(|pipeline| pipeline.models.get(&table.table)) else {
            return Ok(());
        };
        if models.contains_key(&table.to_string()) {
            return Ok(());
        }
        let reads: BTreeSet<TableName> =
            self.context.reads(&model.sql, &table.pipeline)?.into_iter().collect();
        let published = head.and_then(|commit| commit.table(&table.pipeline, &table.table));
        let is_own = table.pipeline == self.pipeline.name;
        let own = self.built.fingerprints.get(&table.table).filter(|_| is_own);
        let as_published = published.filter(|there| own.is_none_or(|own| *own == there.fingerprint));
        let checks = self.built.checks(&table.table).filter(|_| is_own);
        let evidence = ModelEvidence {
            sql: model.sql.shown().to_owned(),
            content: own.cloned().or_else(|| as_published.map(|table| table.fingerprint.clone())),
            reads: reads.iter().map(TableName::to_string).collect(),
            checks: checks
                .or_else(|| as_published.map(|table| table.checks.as_slice()))
                .unwrap_or_default()
                .to_vec(),
        };
        models.insert(table.to_string(), evidence);
        for read in reads {
            self.models(&read, head, models)?;
        }
        Ok(())
    }

    /// Finds the landings behind each publication, and behind the edition itself.
    fn sources(
        &self,
        tables: &BTreeSet<TableName>,
        publications: &[Publication],
        run: &str,
    ) -> Result<Vec<SourceEvidence>, Failure> {
        let mut found = Vec::new();
        for table in tables {
            let project = self.context.project();
            let definition = project.pipelines.get(&table.pipeline);
            let Some(definition) = definition.and_then(|pipeline| pipeline.sources.get(&table.table)) else {
                continue;
            };
            let all = self.context.store().landings(&table.pipeline, &table.table, self.period.as_of)?;
            let mut runs: Vec<&str> = publications
                .iter()
                .filter(|publication| publication.pipeline == table.pipeline)
                .map(|publication| publication.run.as_str())
                .collect();
            if table.pipeline == self.pipeline.name || runs.is_empty() {
                runs.push(run);
            }
            for known_to_run in runs {
                let known: Vec<LandingRecord> = all
                    .iter()
                    .filter(|landing| origin::is_known(&landing.run, known_to_run))
                    .cloned()
                    .collect();
                let landings = current::landings(&known, definition).into_iter().map(of_landing).collect();
                let known_to_run = known_to_run.to_owned();
                found.push(SourceEvidence { source: table.to_string(), known_to_run, landings });
            }
        }
        Ok(found)
    }

    /// Hashes the files of the project that the report rests on with these models and sources.
    fn files(
        &self,
        models: &BTreeMap<String, ModelEvidence>,
        sources: &BTreeSet<TableName>,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let (project, report) = (self.context.project(), self.report);
        let mut files = BTreeMap::new();
        let mut add = |file: &SourceFile| {
            files.insert(file.shown().to_owned(), sha256(file.text().as_bytes()));
        };
        add(&report.source);
        add(&report.narrative);
        for (name, _) in project.layout.changed() {
            project.layout.file(name).into_iter().for_each(|file| add(file));
        }
        let of = |table: &str| {
            let (owner, own) = table.split_once('.')?;
            Some((project.pipelines.get(owner)?, own.to_owned()))
        };
        let mut pipelines: BTreeSet<&str> = sources.iter().map(|source| source.pipeline.as_str()).collect();
        for (name, evidence) in models {
            let Some((pipeline, table)) = of(name) else { continue };
            let Some(model) = pipeline.models.get(&table) else { continue };
            pipelines.insert(&pipeline.name);
            add(&model.sql);
            model.settings.iter().for_each(|file| add(file));
            for (pipeline, seed) in evidence.reads.iter().filter_map(|read| of(read)) {
                pipeline.seeds.get(&seed).into_iter().for_each(|file| add(file));
            }
        }
        for source in sources {
            let pipeline = project.pipelines.get(&source.pipeline);
            let source = pipeline.and_then(|pipeline| pipeline.sources.get(&source.table));
            if let Some(source) = source {
                add(&source.source);
                source.sql.iter().chain(&source.totals).for_each(|file| add(file));
            }
        }
        for pipeline in pipelines.into_iter().filter_map(|name| project.pipelines.get(name)) {
            add(&pipeline.source);
            pipeline.checks.values().for_each(|file| add(file));
        }
        let council = project.root.join("sufficiency.toml");
        add(&*SourceFile::read(&project.root, &council)?);
        for (name, words) in &self.commentary {
            let path = format!("commentary/{}/{}/{name}.md", report.name, self.period.reported);
            files.insert(path, sha256(words.as_bytes()));
        }
        Ok(files)
    }
}

fn of_landing(landing: &LandingRecord) -> LandingEvidence {
    LandingEvidence {
        id: landing.id.clone(),
        received: landing.received,
        file: landing.file.clone(),
        counts: landing.counts,
        money: landing.money.clone(),
        contract: landing.contract.clone(),
        parts: landing.parts.iter().map(|part| part.sha256.clone()).collect(),
    }
}

impl Evidence {
    /// Writes it as it stands in the edition.
    pub(super) fn written(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(Failure::bug)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads the evidence of an edition.
    ///
    /// # Errors
    ///
    /// Damage when it is not the one that was written; a failure when the edition was made before evidence was kept.
    pub(crate) fn of(context: &Context, edition: &Edition) -> Result<Self, Failure> {
        if !edition.files.contains_key(FILE) {
            return Err(Failure::usage(format!("expected the evidence of `{}`, found none", edition.id))
                .kept(Kept::Everything)
                .help("it was made by a version of the program that kept none"));
        }
        let bytes = edition.read(context, FILE)?;
        let name = format!("{}/{FILE}", edition.folder());
        Self::decode(&name, &bytes).map_err(Failure::from)
    }

    /// Reads it from its bytes.
    pub(crate) fn decode(name: &str, bytes: &[u8]) -> Result<Self, StoreError> {
        let damaged =
            |error: serde_json::Error| StoreError::Corrupt { name: name.to_owned(), what: Cause::of(&error) };
        let form: Form = serde_json::from_slice(bytes).map_err(damaged)?;
        if form.format > FORMAT {
            return Err(StoreError::Newer { name: name.to_owned(), found: form.format, known: FORMAT });
        }
        serde_json::from_slice(bytes).map_err(damaged)
    }

    /// Returns the files of the project that are not as they were when the edition was made, in the order of their names.
    ///
    /// # Errors
    ///
    /// When a file of the project cannot be read.
    pub(crate) fn changed_files(&self, context: &Context) -> Result<Vec<String>, Failure> {
        let root = &context.project().root;
        let mut changed = Vec::new();
        for (name, wanted) in &self.files {
            let path = root.join(name);
            let is_same =
                path.is_file() && sha256(SourceFile::read(root, &path)?.text().as_bytes()) == *wanted;
            if !is_same {
                changed.push(name.clone());
            }
        }
        Ok(changed)
    }
}

/// The form of an evidence file.
#[derive(Deserialize)]
struct Form {
    format: u32,
}
