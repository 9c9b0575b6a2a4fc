//! An edition made again from the landings behind it, in memory, and held against the one that was sent, byte by byte.
//!
//! ```text
//! 1  the files of the project are as they were            evidence.json names each by hash
//! 2  each publication that it rests on is made again      in their order, each from the landings of its time
//! 3  the edition is made again over these                 at its own moment, held against the same editions
//! 4  every document is compared
//! ```
//!
//! The store is only read.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::evidence::origin::{Publication, is_known};
use super::evidence::{self, Evidence};
use super::record::{Edition, every};
use super::{prepare, series};
use crate::build;
use crate::calendar::{self, Reported};
use crate::job::context::no_such;
use crate::job::fingerprint::sha256;
use crate::job::{Context, Failure, Job, Kept, Options, Period};
use crate::store::{self, LandingRecord, Objects, Overlay, PublishedTable};

/// What came of making an edition again.
#[derive(Debug)]
pub(crate) struct Replayed {
    /// The edition.
    pub(crate) edition: String,
    /// Its files, and those that differ or are missing, by name.
    pub(crate) files: usize,
    /// Files that are not the same.
    pub(crate) different: Vec<String>,
    /// Publications that were made again.
    pub(crate) publications: usize,
    /// Tables of those that are not the same, as `pipeline.table`.
    pub(crate) tables: Vec<String>,
    /// The version and build that made it, where it was another one than this.
    pub(crate) made_by: Option<String>,
    /// The files as they were made now.
    pub(crate) documents: BTreeMap<String, Vec<u8>>,
}

/// Makes an edition again and compares it.
///
/// # Errors
///
/// When there is no such edition or it has no evidence, when files of the project are not as they were, or when what it
/// rests on cannot be made again. What differs is in the result.
pub(crate) fn replay(context: &Context, id: &str) -> Result<Replayed, Failure> {
    let editions = every(context)?;
    let Some(edition) = editions.iter().find(|edition| edition.id == id) else {
        return Err(no_such("edition", id, editions.iter().map(|edition| edition.id.as_str())));
    };
    let evidence = Evidence::of(context, edition)?;
    let changed = evidence.changed_files(context)?;
    if !changed.is_empty() {
        let failure = Failure::usage(format!("`{id}` was made from other files than the project has now"))
            .at(&changed[0])
            .kept(Kept::Everything)
            .help("bring the project to what it was then, from your version control, and replay it there");
        return Err(changed
            .into_iter()
            .skip(1)
            .fold(failure, |failure, file| failure.note(format!("`{file}` too"))));
    }
    let past = Past::of(context, edition, &evidence)?;
    let mut tables = Vec::new();
    for publication in &evidence.publications {
        tables.extend(past.publish(context, publication)?);
    }
    let documents = past.edition(context, edition)?;
    let same_build = evidence.build == env!("SUFFICIENCY_BUILD");
    // Its own evidence names commits of the store that it was made in.
    let compared = edition.files.iter().filter(|(name, _)| *name != evidence::FILE);
    let different = compared
        .clone()
        .filter(|(name, sum)| documents.get(*name).is_none_or(|bytes| sha256(bytes) != **sum));
    Ok(Replayed {
        edition: id.to_owned(),
        files: compared.count(),
        different: different.map(|(name, _)| name.clone()).collect(),
        publications: evidence.publications.len(),
        tables,
        made_by: (!same_build).then(|| format!("version {}, build {}", evidence.version, evidence.build)),
        documents,
    })
}

/// The store as it was before an edition was made.
struct Past {
    /// The landings, of which each pipeline's are there up to a run, and what is published again over them.
    published: Arc<Overlay>,
    /// The run up to which the landings of each pipeline are there; up to the edition's own where none is named.
    known_to: Arc<Mutex<BTreeMap<String, String>>>,
    /// The same, of whose editions those that were there are left.
    whole: Arc<Overlay>,
}

impl Past {
    fn of(context: &Context, edition: &Edition, evidence: &Evidence) -> Result<Self, Failure> {
        let objects = context.store().objects();
        let mut runs = BTreeMap::new();
        for name in objects.list("landings")?.into_iter().filter(|name| name.ends_with("/landing.json")) {
            let Some(bytes) = objects.read(&name)? else { continue };
            let record = LandingRecord::decode(&name, &bytes)?;
            runs.insert(name.trim_end_matches("/landing.json").to_owned(), record.run);
        }
        let known_to = Arc::new(Mutex::new(BTreeMap::<String, String>::new()));
        let (limits, last) = (Arc::clone(&known_to), edition.run.clone());
        let is_there = move |name: &str| {
            let folder = name.rsplit_once('/').map_or(name, |(folder, _)| folder);
            let mut parts = name.split('/');
            match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
                ("landings", pipeline) => runs.get(folder).is_some_and(|run| {
                    let limits = limits.lock().unwrap_or_else(PoisonError::into_inner);
                    is_known(run, limits.get(pipeline).unwrap_or(&last))
                }),
                ("runs", run) => run != last && is_known(run, &last),
                // What was held against earlier editions is worked out again; the rest is beside the landings.
                ("restricted", of) => of != "disclosure",
                (kind, _) => matches!(kind, "identity" | "editions" | "showings" | "waiting" | "outbox"),
            }
        };
        let published = Arc::new(Overlay::over(Arc::clone(objects), is_there));
        let held = evidence.held_against.clone();
        let was_there = move |name: &str| {
            let mut parts = name.split('/');
            match parts.next().unwrap_or_default() {
                // Whether readers had an earlier one decides what this one is called.
                "outbox" => parts.nth(1).is_some_and(|id| held.contains(id)),
                "editions" => parts.nth(2).is_some_and(|id| held.contains(id)),
                "showings" => parts
                    .next()
                    .and_then(|name| name.strip_suffix(".json"))
                    .is_some_and(|id| held.contains(id)),
                _ => true,
            }
        };
        let whole = Arc::new(Overlay::over(published.clone(), was_there));
        Ok(Self { published, known_to, whole })
    }

    /// Makes a publication again; returns its tables that are not the same.
    fn publish(&self, context: &Context, publication: &Publication) -> Result<Vec<String>, Failure> {
        self.limits().insert(publication.pipeline.clone(), publication.run.clone());
        let then = context.as_it_was(self.published.clone(), publication.at)?;
        let pipeline = then.pipeline(&publication.pipeline)?;
        let mut job =
            Job::run(&then, &pipeline.name, &Options { trigger: "replay".to_owned(), ..Options::default() });
        let period = Period::usual(&then, pipeline, &job.options)?;
        let (period, _) = series::as_known(&then, pipeline, period)?;
        let built = build::build(&mut job, pipeline, &period)?;
        build::publish(&mut job, pipeline, &built)?;
        let run = job.id()?;
        job.close(&Ok(()))?;
        for record in self.published.list(&format!("runs/{run}"))? {
            self.published.remove(&record)?;
        }
        let recorded = context.store().commit_at(publication.commit)?;
        let recorded = recorded.as_ref().and_then(|commit| commit.pipelines.get(&pipeline.name));
        let (Some(recorded), Some(mut made)) = (recorded, then.store().head()?) else {
            return Ok(Vec::new());
        };
        let mut different = Vec::new();
        let mut tables = made.pipelines.get_mut(&pipeline.name).map(|published| &mut published.tables);
        for (name, table) in &recorded.tables {
            match tables.as_mut().and_then(|tables| tables.get_mut(name)) {
                Some(again) if again.content() == table.content() => self.rename(again, table)?,
                _ => different.push(format!("{}.{name}", pipeline.name)),
            }
        }
        let name = format!("commits/{:08}.json", made.seq);
        self.published.replace(&name, &store::seal(&name, &made)?)?;
        Ok(different)
    }

    /// Gives the files of a table the names that they had: those say which run wrote them first.
    fn rename(&self, again: &mut PublishedTable, recorded: &PublishedTable) -> Result<(), Failure> {
        for (file, was) in again.files.iter_mut().zip(&recorded.files) {
            if file.name != was.name {
                let bytes = self.published.read(&file.name)?.unwrap_or_default();
                self.published.replace(&was.name, &bytes)?;
                file.name.clone_from(&was.name);
            }
        }
        Ok(())
    }

    /// Makes the edition again and returns its files.
    fn edition(&self, context: &Context, edition: &Edition) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        self.limits().clear();
        let then = context.as_it_was(self.whole.clone(), edition.made)?;
        let report = then.report(&edition.report)?;
        let pipeline = then.pipeline_of(report)?;
        let like = calendar::Period::academic_year_of(then.clock().today());
        let reported = Reported::parse(&edition.period, like).map_err(|error| {
            Failure::usage("the period of the edition cannot be read").at(&edition.id).because(error)
        })?;
        let period = Period::made_before(&then, reported, edition.as_of);
        let options = Options { trigger: "replay".to_owned(), ..Options::default() };
        let mut job = Job::run(&then, &pipeline.name, &options);
        let built = build::build(&mut job, pipeline, &period)?;
        prepare::prepare(&mut job, pipeline, report, &built, &period)?;
        job.close(&Ok(()))?;
        let mut documents = BTreeMap::new();
        let folder = format!("{}/", edition.folder());
        for name in self.whole.list(&edition.folder())? {
            let file = name.strip_prefix(&folder).unwrap_or(&name);
            if let Some(bytes) = self.whole.read(&name)?.filter(|_| edition.files.contains_key(file)) {
                documents.insert(file.to_owned(), bytes);
            }
        }
        Ok(documents)
    }

    fn limits(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.known_to.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
