//! Reads a project from its folder.
//!
//! A fault of the TOML reader ends the reading of that one file; all others are still read, so that one
//! `check` lists what is wrong everywhere.

mod audiences;
mod references;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::council::CouncilFile;
use super::loaded::Project;
use super::model::ModelFile;
use super::pipeline::{Model, Pipeline, PipelineFile};
use super::recipients::RecipientsFile;
use super::report::{Report, ReportFile};
use super::report_layout::Layout;
use super::settings::SettingsFile;
use super::source::{SourceDefinition, SourceToml};
use super::{removed, report_layout, secrets};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, did_you_mean};

/// What to do about a name that is taken.
const RENAME: &str = "rename the folder";

/// Where `query` finds the tables of runs and deliveries.
const RESERVED: &str = "sufficiency";

impl Project {
    /// Loads the project in `root`, with the warnings that do not stop it.
    ///
    /// # Errors
    ///
    /// Every fault found in one pass over all files.
    pub fn load(root: &Path) -> Result<(Self, Diagnostics), Diagnostics> {
        match Self::read(root) {
            (Some(project), faults) if !faults.has_errors() => Ok((project, faults)),
            (_, faults) => Err(faults),
        }
    }

    /// Reads as much of the project in `root` as can be read, for those who look for faults and do not stop at the
    /// first; nothing when there is no project. It is whole when no fault is an error.
    #[must_use]
    pub fn read(root: &Path) -> (Option<Self>, Diagnostics) {
        read(root)
    }
}

/// Reads as much of the project in `root` as can be read, with every fault found on the way; nothing when there is no
/// project. What a file that cannot be read would have said is not missed anywhere else: its path is in
/// [`Project::unread`].
fn read(root: &Path) -> (Option<Project>, Diagnostics) {
    if !root.join("sufficiency.toml").is_file() {
        let help = "run `sufficiency demo` for an example, or go to the folder of a project (or name it with `--project`)";
        let file = SourceFile::inline(&root.join("sufficiency.toml").display().to_string(), "");
        let message = "expected the file of a project, found none: there is no project here";
        return (None, Diagnostic::error(&file, None, message).with_help(help.to_owned()).into());
    }
    let mut reading = Reading { root, faults: Diagnostics::default(), unread: BTreeSet::new() };
    let council = reading.file(&root.join("sufficiency.toml"));
    let settings: Option<(Arc<SourceFile>, SettingsFile)> = secrets::read_settings(root, &mut reading.faults);
    if settings.is_none() {
        reading.unread.insert("settings.toml".to_owned());
    }
    let recipients = reading.file_or_default("recipients.toml");

    let mut pipelines = BTreeMap::new();
    for folder in reading.folders(&root.join("pipelines"), "pipeline.toml") {
        if name_of(&folder) == RESERVED {
            let message = format!("a pipeline cannot be called `{RESERVED}`: the program's own records are");
            reading
                .faults
                .push(Diagnostic::of_path(&reading.shown(&folder), message).with_help(RENAME.to_owned()));
        }
        let pipeline = reading.pipeline(&folder);
        pipelines.insert(pipeline.name.clone(), pipeline);
    }
    let mut reports = BTreeMap::new();
    for folder in reading.folders(&root.join("report-templates"), "report.toml") {
        if name_of(&folder) == report_layout::NAME {
            let message =
                format!("a report cannot be called `{}`: that folder is the layout", report_layout::NAME);
            reading
                .faults
                .push(Diagnostic::of_path(&reading.shown(&folder), message).with_help(RENAME.to_owned()));
            continue;
        }
        if let Some(report) = reading.report(&folder) {
            reports.insert(report.name.clone(), report);
        }
    }
    let layout = Layout::read(root, &mut reading.faults);
    let nothing = || SourceFile::inline("", "");
    let (recipients_source, recipients) =
        recipients.unwrap_or_else(|| (nothing(), RecipientsFile::default()));
    let (council_source, council) = council.unwrap_or_else(|| (nothing(), CouncilFile::unread()));
    let project = Project {
        root: root.to_owned(),
        council,
        settings: settings.map_or_else(SettingsFile::default, |(_, file)| file),
        recipients,
        recipients_source,
        pipelines,
        reports,
        layout,
        faulty: BTreeMap::new(),
        unread: reading.unread,
    };
    let mut faults = reading.faults;
    references::check(&project, &council_source, &mut faults);
    audiences::check(&project, &mut faults);
    (Some(project), faults)
}

/// One reading of a project's files.
struct Reading<'a> {
    root: &'a Path,
    faults: Diagnostics,
    /// The files that could not be read, as users are shown them.
    unread: BTreeSet<String>,
}

impl Reading<'_> {
    /// Reads one TOML file as its type, with the text it came from.
    fn file<T: DeserializeOwned>(&mut self, path: &Path) -> Option<(Arc<SourceFile>, T)> {
        let read = SourceFile::read(self.root, path).and_then(|source| {
            let value = toml::from_str(source.text()).map_err(|error| {
                Diagnostic::from_toml(&source, &error)
                    .with_help(removed::help(source.shown(), error.message()))
            })?;
            Ok((source, value))
        });
        self.or_unread(path, read)
    }

    /// Reads as [`Self::file`] does; a file that is not there reads as an empty one. A folder of that name, or a link to
    /// nothing, is a fault.
    fn file_or_default<T: DeserializeOwned + Default>(&mut self, name: &str) -> Option<(Arc<SourceFile>, T)> {
        let path = self.root.join(name);
        if path.symlink_metadata().is_ok() {
            self.file(&path)
        } else {
            Some((SourceFile::inline(name, ""), T::default()))
        }
    }

    /// Returns what was read of the file at `path`; else notes its fault, and that it could not be read.
    fn or_unread<T>(&mut self, path: &Path, read: Result<T, Diagnostic>) -> Option<T> {
        if read.is_err() {
            self.unread.insert(self.shown(path));
        }
        self.faults.collect(read)
    }

    /// Returns `path` as users are shown it.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(self.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }

    /// Lists the folders below `parent` that hold `marker`, by name. One that does not, and whose name does not begin
    /// with `_`, is a fault: nothing may be written and quietly not run.
    fn folders(&mut self, parent: &Path, marker: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let Ok(entries) = std::fs::read_dir(parent) else { return found };
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.sort();
        for path in paths.into_iter().filter(|path| path.is_dir()) {
            if path.join(marker).is_file() {
                found.push(path);
            } else if !name_of(&path).starts_with(['_', '.']) {
                let (shown, help) =
                    (self.shown(&path), format!("write `{marker}`, or begin the folder's name with `_`"));
                self.unread.insert(self.shown(&path.join(marker)));
                let message = format!("expected `{marker}` in the folder `{shown}`, found none");
                self.faults.push(Diagnostic::of_path(&shown, message).with_help(help));
            }
        }
        found
    }

    /// Lists the files of `folder` with an extension.
    fn list(&mut self, folder: &Path, extension: &str) -> Vec<PathBuf> {
        self.faults.collect(SourceFile::list(self.root, folder, extension)).unwrap_or_default()
    }

    /// Reads the texts of the files of `folder` with an extension, by name.
    fn texts(&mut self, folder: &Path, extension: &str) -> BTreeMap<String, Arc<SourceFile>> {
        let mut found = BTreeMap::new();
        for path in self.list(folder, extension) {
            let read = SourceFile::read(self.root, &path);
            if let Some(source) = self.or_unread(&path, read) {
                found.insert(source.stem(), source);
            }
        }
        found
    }

    fn pipeline(&mut self, folder: &Path) -> Pipeline {
        let loaded = self.file(&folder.join("pipeline.toml"));
        let (source, file) = loaded.unwrap_or_else(|| (SourceFile::inline("", ""), PipelineFile::unread()));
        let pipeline = Pipeline {
            name: name_of(folder),
            folder: folder.to_owned(),
            file,
            source,
            sources: self.sources(&folder.join("sources")),
            models: self.models(&folder.join("models")),
            checks: self.texts(&folder.join("checks"), "sql"),
            seeds: self.texts(&folder.join("seeds"), "csv"),
        };
        one_table_each(&pipeline, &mut self.faults);
        pipeline
    }

    fn sources(&mut self, folder: &Path) -> BTreeMap<String, SourceDefinition> {
        let mut queries = self.texts(folder, "sql");
        let mut found = BTreeMap::new();
        let mut names = BTreeSet::new();
        for path in self.list(folder, "toml") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let sql = queries.remove(&name);
            let totals = queries.remove(&format!("{name}.totals"));
            names.insert(name.clone());
            let read = SourceFile::read(self.root, &path)
                .and_then(|source| SourceToml::parse(&source).map(|file| (source, file)));
            if let Some((source, file)) = self.or_unread(&path, read) {
                found.insert(name.clone(), SourceDefinition { name, file, source, sql, totals });
            }
        }
        for (name, query) in queries {
            let message = format!("no source `{name}`: `{name}.toml` is not beside its query");
            let fault = Diagnostic::error(&query, None, message);
            self.faults.push(fault.with_help(did_you_mean(&name, &names)));
        }
        found
    }

    fn models(&mut self, folder: &Path) -> BTreeMap<String, Model> {
        let mut found: BTreeMap<String, Model> = self
            .texts(folder, "sql")
            .into_iter()
            .map(|(name, sql)| {
                (name.clone(), Model { name, sql, file: ModelFile::default(), settings: None })
            })
            .collect();
        for path in self.list(folder, "toml") {
            let loaded: Option<(Arc<SourceFile>, ModelFile)> = self.file(&path);
            let Some((settings, mut file)) = loaded else { continue };
            let name = settings.stem();
            for unknown in file.complete() {
                let message =
                    format!("`limit_of` names `{}`, which is not an indicator here", unknown.get_ref());
                let known: Vec<&String> =
                    file.indicators.keys().map(crate::diagnostic::Spanned::get_ref).collect();
                let fault = Diagnostic::error(&settings, Some(unknown.span()), message);
                self.faults.push(fault.with_help(did_you_mean(unknown.get_ref(), known)));
            }
            for (measure, key) in file.unsaid() {
                let message = format!("the measure `{}` has no `{key}`", measure.get_ref());
                let help =
                    "only that of a computed column follows from the columns that it is worked out from";
                let fault = Diagnostic::error(&settings, Some(measure.span()), message);
                self.faults.push(fault.with_help(Some(help.to_owned())));
            }
            if let Some(model) = found.get_mut(&name) {
                model.file = file;
                model.settings = Some(settings);
            } else {
                let message = format!("no model `{name}`: `{name}.sql` is not beside its settings");
                let fault = Diagnostic::error(&settings, None, message);
                self.faults.push(fault.with_help(did_you_mean(&name, found.keys())));
            }
        }
        found
    }

    fn report(&mut self, folder: &Path) -> Option<Report> {
        let loaded = self.file(&folder.join("report.toml"));
        let path = folder.join("report.md.hbs");
        let narrative = SourceFile::read(self.root, &path);
        let narrative = self.or_unread(&path, narrative);
        let (source, file): (Arc<SourceFile>, ReportFile) = loaded?;
        Some(Report { name: name_of(folder), file, source, narrative: narrative? })
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Adds a fault for each table with two makers.
fn one_table_each(pipeline: &Pipeline, faults: &mut Diagnostics) {
    for (name, model) in &pipeline.models {
        let other = if pipeline.sources.contains_key(name) {
            "source"
        } else if pipeline.seeds.contains_key(name) {
            "seed"
        } else {
            continue;
        };
        let message = format!(
            "`{}.{name}` is made twice: by this model and by the {other} of that name",
            pipeline.name
        );
        faults.push(Diagnostic::error(&model.sql, None, message));
    }
    for (name, source) in pipeline.sources.iter().filter(|(name, _)| pipeline.seeds.contains_key(*name)) {
        let message =
            format!("`{}.{name}` is made twice: by this source and by the seed of that name", pipeline.name);
        faults.push(Diagnostic::error(&source.source, None, message));
    }
}
