use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::failure::Failure;
use super::kept::Kept;
use super::kind::Kind;
use super::stop::Stop;
use crate::calendar::Clock;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, did_you_mean};
use crate::engine::{Engine, Limits, TableName};
use crate::privacy::{KeyError, Pseudonyms};
use crate::project::{KeyPlace, LimitSettings, Pipeline, Project, Report};
use crate::source;
use crate::store::{Objects, Place, Store, StoredFile};

/// A table is held whole if its files take no more than this part of what one query may hold. In memory
/// rows take several times what they take in files, and a pipeline reads dozens of tables.
const HELD_SHARE: usize = 128;

/// What every step of a run works on: the project, its store, and the one time it knows.
#[derive(Debug)]
pub struct Context {
    project: Project,
    store: Store,
    clock: Clock,
    stop: Stop,
    engine: Engine,
}

impl Context {
    /// Opens the project's store.
    ///
    /// # Errors
    ///
    /// When the store's place is unknown, refuses, or is damaged.
    pub fn open(project: Project) -> Result<Self, Failure> {
        let store = Store::open(Place::Folder(folder(&project)?))?;
        Self::over(project, store)
    }

    /// Opens the project's store as it is, to be read: nothing is made, repaired or written.
    ///
    /// # Errors
    ///
    /// When the store's place is unknown.
    pub fn look(project: Project) -> Result<Self, Failure> {
        let folder = folder(&project)?;
        if folder.exists() && !folder.is_dir() {
            return Err(Failure::new(Kind::Store, "expected the folder of the store, found a file")
                .at(&project.settings.store)
                .kept(Kept::Everything)
                .help("name the folder in `store` of `settings.toml`"));
        }
        let store = Store::look(folder);
        Self::over(project, store)
    }

    /// Opens the project in `root` with its store, without the pipelines whose files have faults. Returns the warnings too.
    ///
    /// # Errors
    ///
    /// Faults of the whole project; a store whose place is unknown, refuses, or is damaged.
    pub fn open_sound(root: &Path) -> Result<(Self, Diagnostics), Failure> {
        let (project, warnings) = sound(root)?;
        Ok((Self::open(project)?, warnings))
    }

    /// Opens the same as [`Context::open_sound`] does, with the store as it is, to be read.
    ///
    /// # Errors
    ///
    /// Faults of the whole project; a store whose place is unknown.
    pub fn look_sound(root: &Path) -> Result<(Self, Diagnostics), Failure> {
        let (project, warnings) = sound(root)?;
        Ok((Self::look(project)?, warnings))
    }

    fn over(project: Project, store: Store) -> Result<Self, Failure> {
        source::settings(&project).or(())?;
        let clock = project.clock();
        let engine = Engine::new(limits(&project.settings.limits))?.reading(store.reader())?;
        Ok(Self { project, store, clock, stop: Stop::default(), engine })
    }

    /// Checks that the store is there.
    ///
    /// # Errors
    ///
    /// When its folder is not: it was moved, or nothing has run yet.
    pub(crate) fn there(&self) -> Result<(), Failure> {
        let folder = folder(&self.project)?;
        if folder.is_dir() {
            return Ok(());
        }
        Err(Failure::usage("expected a store, found no folder there")
            .at(folder.display().to_string())
            .kept(Kept::Everything)
            .help("name the folder in `store` of `settings.toml`; the first `sufficiency run` makes it"))
    }

    /// Returns the same, whose runs listen to `stop`.
    #[must_use]
    pub fn until(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    /// Returns the request to stop that runs listen to.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Returns the same project, whose plans are spread over so many partitions. What is made may not depend on it.
    ///
    /// # Errors
    ///
    /// When the engine cannot start.
    pub fn with_partitions(self, partitions: usize) -> Result<Self, Failure> {
        let limits = Limits { partitions, ..limits(&self.project.settings.limits) };
        let engine = Engine::new(limits)?.reading(self.store.reader())?;
        Ok(Self { engine, ..self })
    }

    /// Returns the same project over other objects, at a moment that stands still: to make something again as it was made then.
    ///
    /// # Errors
    ///
    /// When the engine cannot start.
    pub(crate) fn as_it_was(&self, objects: Arc<dyn Objects>, now: DateTime<Utc>) -> Result<Self, Failure> {
        let store = Store::over(objects);
        let engine = Engine::new(limits(&self.project.settings.limits))?.reading(store.reader())?;
        let clock = Clock::at(now, self.clock.zone());
        Ok(Self { project: self.project.clone(), store, clock, stop: self.stop.clone(), engine })
    }

    /// Returns the query engine, in a session without tables.
    pub(crate) fn engine(&self) -> Engine {
        self.engine.without_tables()
    }

    /// Returns the tables that a query of `pipeline` reads, by its own words.
    ///
    /// # Errors
    ///
    /// A fault at its line when the text is not SQL.
    pub(crate) fn reads(
        &self,
        sql: &Arc<SourceFile>,
        pipeline: &str,
    ) -> Result<BTreeSet<TableName>, Diagnostic> {
        self.engine.reads(sql, pipeline)
    }

    /// Returns whether queries read a table of these files from them, the columns that each needs, instead of all
    /// sharing rows that are held for as long as a pipeline is built.
    pub(crate) fn is_large(&self, files: &[StoredFile]) -> bool {
        let held = limits(&self.project.settings.limits).memory / HELD_SHARE;
        files.iter().map(|file| file.bytes).sum::<u64>() > u64::try_from(held).unwrap_or(u64::MAX)
    }

    /// Returns the project.
    #[must_use]
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// Returns the store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the time.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Returns the pipeline of that name.
    pub(crate) fn pipeline(&self, name: &str) -> Result<&Pipeline, Failure> {
        if let Some(faults) = self.project.faulty.get(name) {
            return Err(faults.clone().into());
        }
        self.project
            .pipelines
            .get(name)
            .ok_or_else(|| no_such("pipeline", name, self.project.pipelines.keys()))
    }

    /// Returns the report of that name.
    pub(crate) fn report(&self, name: &str) -> Result<&Report, Failure> {
        self.project.reports.get(name).ok_or_else(|| {
            let failure = no_such("report", name, self.project.reports.keys());
            self.project.faulty.keys().fold(failure, |failure, pipeline| {
                failure.help(format!("what `{pipeline}` delivers is left out: its files have faults"))
            })
        })
    }

    /// Returns the pipeline that delivers `report`.
    pub(crate) fn pipeline_of(&self, report: &Report) -> Result<&Pipeline, Failure> {
        self.project.pipeline_of(&report.name).ok_or_else(|| {
            Failure::usage(format!("no pipeline delivers the report `{}`", report.name))
                .help("name it in the `reports` of a `pipeline.toml`")
        })
    }

    /// Reads the key that replaces pupil numbers, where one is set.
    pub(crate) fn pseudonyms(&self) -> Result<Option<Pseudonyms>, Failure> {
        let Some(settings) = &self.project.settings.pseudonym else { return Ok(None) };
        let place = settings
            .place(&self.project.root)
            .map_err(|missing| Failure::credentials(missing.what).at("settings.toml").help(missing.help))?;
        let key = match &place {
            KeyPlace::File(path) => Pseudonyms::from_key_file(path),
            KeyPlace::Command(command) => Pseudonyms::from_command(command),
        };
        key.map(Some).map_err(|error| no_key(error, &place))
    }
}

/// Loads what is sound of the project in `root`, its connections and formats included, with the warnings.
fn sound(root: &Path) -> Result<(Project, Diagnostics), Diagnostics> {
    let (project, mut warnings) = Project::load_sound(root)?;
    let settings = source::settings(&project);
    let (project, more) = project.leave_out(&settings)?;
    warnings.extend(more);
    Ok((project, warnings))
}

/// Returns the failure to take the key of the pseudonyms from its place, with what to do.
fn no_key(error: KeyError, place: &KeyPlace) -> Failure {
    let place = match place {
        KeyPlace::File(path) => path.display().to_string(),
        // The arguments of a command may hold a secret.
        KeyPlace::Command(command) => command.first().cloned().unwrap_or_default(),
    };
    let help = error.help();
    Failure::of(Kind::Credentials, error).at(place).help(help)
}

/// Returns the folder of a project's store.
fn folder(project: &Project) -> Result<PathBuf, Failure> {
    let written = &project.settings.store;
    match written.split_once("://") {
        None => Ok(project.path(written)),
        Some((scheme, _)) => {
            Err(Failure::usage(format!("expected the store to be a folder, found `{scheme}://`"))
                .at("settings.toml")
                .help("name a folder of this machine in `store`"))
        }
    }
}

/// Returns the failure to find `name`, which somebody typed, with the nearest name that is there and all of them.
pub(crate) fn no_such<S: AsRef<str>>(what: &str, name: &str, known: impl IntoIterator<Item = S>) -> Failure {
    let known: Vec<S> = known.into_iter().collect();
    let names: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    // Of `finance.ledger`, the names in `finance` say more than those of the whole project.
    let beside = |other: &&&str| {
        name.rsplit_once('.')
            .is_some_and(|(room, _)| other.strip_prefix(room).is_some_and(|rest| rest.starts_with('.')))
    };
    let near: Vec<&str> = names.iter().filter(beside).copied().collect();
    let list = one_of(if near.is_empty() { &names } else { &near });
    let nearest = did_you_mean(name, &names);
    nearest.into_iter().chain([list]).fold(Failure::usage(format!("no {what} `{name}`")), Failure::help)
}

/// Returns the line of help that lists names of which one is expected.
pub(crate) fn one_of<S: AsRef<str>>(known: impl IntoIterator<Item = S>) -> String {
    let known: Vec<S> = known.into_iter().collect();
    let mut names: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    names.sort_unstable();
    crate::text::known(names)
}

/// Returns the limits of this machine, as `settings.toml` has them.
fn limits(written: &LimitSettings) -> Limits {
    Limits {
        memory: written.memory_mib.saturating_mul(1 << 20),
        time: Duration::from_secs(written.query_seconds),
        ..Limits::default()
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyPlace, no_key};
    use crate::privacy::Pseudonyms;

    #[test]
    fn a_key_that_cannot_be_taken_names_its_place_its_cause_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pupils.key");
        let error = Pseudonyms::from_key_file(&path).err().unwrap();
        let value = no_key(error, &KeyPlace::File(path.clone())).to_json();
        assert_eq!(value["kind"], "credentials", "{value:#}");
        assert_eq!(value["place"], path.display().to_string(), "{value:#}");
        assert!(value["cause"].as_str().unwrap().contains("No such file"), "{value:#}");
        assert!(value["help"].as_str().unwrap().contains("put the key there"), "{value:#}");

        let command = vec!["false".to_owned(), "an argument that may be a secret".to_owned()];
        let error = Pseudonyms::from_command(&command).err().unwrap();
        let value = no_key(error, &KeyPlace::Command(command)).to_json();
        assert_eq!(value["place"], "false", "{value:#}");
        assert!(value["cause"].as_str().unwrap().contains("exit status"), "{value:#}");
        assert!(!value.to_string().contains("may be a secret"), "{value:#}");
    }
}
