//! Reads a project from its folder.
//!
//! A fault of the TOML reader ends the reading of that one file; all others are still read, so that one
//! `check` lists what is wrong everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{
    CouncilFile, Disposition, Model, ModelFile, Pipeline, PipelineFile, Project, RecipientsFile, Report,
    ReportFile, SettingsFile, SourceDefinition, SourceToml,
};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceFile, Spanned, did_you_mean};

/// The project in `root`, and the warnings that do not stop it.
pub(super) fn load(root: &Path) -> Result<(Project, Diagnostics), Diagnostics> {
    let mut faults = Diagnostics::default();
    if !root.join("sufficiency.toml").is_file() {
        let help = "run `sufficiency demo` for an example, or go to the folder of a project (or name it with `--project`)";
        let message = format!("there is no project in `{}`: no `sufficiency.toml`", root.display());
        return Err(Diagnostic::placeless(message).with_help(help.to_owned()).into());
    }
    let council: Option<(Arc<SourceFile>, CouncilFile)> =
        read(root, &root.join("sufficiency.toml"), &mut faults);
    let settings: Option<(Arc<SourceFile>, SettingsFile)> =
        read_or_default(root, "settings.toml", &mut faults);
    let recipients: Option<(Arc<SourceFile>, RecipientsFile)> =
        read_or_default(root, "recipients.toml", &mut faults);

    let mut pipelines = BTreeMap::new();
    for folder in folders(&root.join("pipelines"), "pipeline.toml", root, &mut faults) {
        if let Some(pipeline) = pipeline(root, &folder, &mut faults) {
            pipelines.insert(pipeline.name.clone(), pipeline);
        }
    }
    let mut reports = BTreeMap::new();
    for folder in folders(&root.join("report-templates"), "report.toml", root, &mut faults) {
        if let Some(report) = report(root, &folder, &mut faults) {
            reports.insert(report.name.clone(), report);
        }
    }
    let (Some((council_source, council)), Some((_, settings)), Some((recipients_source, recipients))) =
        (council, settings, recipients)
    else {
        return Err(faults);
    };
    for owner in council.digest.iter().flat_map(|digest| &digest.to) {
        known(&council_source, owner, council.owners.keys(), "owner", "sufficiency.toml", &mut faults);
    }
    let project = Project {
        root: root.to_owned(),
        council,
        settings,
        recipients,
        recipients_source,
        pipelines,
        reports,
    };
    references(&project, &mut faults);
    if faults.has_errors() { Err(faults) } else { Ok((project, faults)) }
}

/// One TOML file as its type, with the text it came from.
fn read<T: DeserializeOwned>(
    root: &Path,
    path: &Path,
    faults: &mut Diagnostics,
) -> Option<(Arc<SourceFile>, T)> {
    let source = faults.collect(SourceFile::read(root, path))?;
    let value = faults
        .collect(toml::from_str(source.text()).map_err(|error| Diagnostic::from_toml(&source, &error)))?;
    Some((source, value))
}

/// As [`read`]; a file that is not there reads as an empty one.
fn read_or_default<T: DeserializeOwned + Default>(
    root: &Path,
    name: &str,
    faults: &mut Diagnostics,
) -> Option<(Arc<SourceFile>, T)> {
    let path = root.join(name);
    if path.is_file() {
        read(root, &path, faults)
    } else {
        Some((SourceFile::inline(name, ""), T::default()))
    }
}

/// The folders below `parent` that hold `marker`, by name. One that does not, and whose name does not
/// begin with `_`, is a fault: nothing may be written and quietly not run.
fn folders(parent: &Path, marker: &str, root: &Path, faults: &mut Diagnostics) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(parent) else { return found };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths.into_iter().filter(|path| path.is_dir()) {
        if path.join(marker).is_file() {
            found.push(path);
        } else if !name_of(&path).starts_with(['_', '.']) {
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            faults.push(Diagnostic::placeless(format!("`{shown}` has no `{marker}`")));
        }
    }
    found
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn pipeline(root: &Path, folder: &Path, faults: &mut Diagnostics) -> Option<Pipeline> {
    let loaded: Option<(Arc<SourceFile>, PipelineFile)> = read(root, &folder.join("pipeline.toml"), faults);
    let sources = sources(root, folder, faults);
    let models = models(root, folder, faults);
    let checks = texts(root, &folder.join("checks"), "sql", faults);
    let seeds = texts(root, &folder.join("seeds"), "csv", faults);
    let (source, file) = loaded?;
    let pipeline = Pipeline {
        name: name_of(folder),
        folder: folder.to_owned(),
        file,
        source,
        sources,
        models,
        checks,
        seeds,
    };
    one_table_each(&pipeline, faults);
    Some(pipeline)
}

/// The files of `folder` with an extension, by name.
fn texts(
    root: &Path,
    folder: &Path,
    extension: &str,
    faults: &mut Diagnostics,
) -> BTreeMap<String, Arc<SourceFile>> {
    let paths = faults.collect(SourceFile::list(root, folder, extension)).unwrap_or_default();
    let mut found = BTreeMap::new();
    for path in paths {
        if let Some(source) = faults.collect(SourceFile::read(root, &path)) {
            found.insert(source.stem(), source);
        }
    }
    found
}

fn sources(root: &Path, folder: &Path, faults: &mut Diagnostics) -> BTreeMap<String, SourceDefinition> {
    let folder = folder.join("sources");
    let mut queries = texts(root, &folder, "sql", faults);
    let mut found = BTreeMap::new();
    for path in faults.collect(SourceFile::list(root, &folder, "toml")).unwrap_or_default() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let sql = queries.remove(&name);
        let totals = queries.remove(&format!("{name}.totals"));
        let loaded: Option<(Arc<SourceFile>, SourceToml)> = read(root, &path, faults);
        if let Some((source, file)) = loaded {
            let definition = SourceDefinition { name: name.clone(), file, source, sql, totals };
            contract(&definition, faults);
            found.insert(name, definition);
        }
    }
    for (name, query) in queries {
        faults.push(
            Diagnostic::error(
                &query,
                None,
                format!("no source `{name}`: `{name}.toml` is not beside its query"),
            )
            .with_help(did_you_mean(&name, found.keys())),
        );
    }
    found
}

/// What a contract must have, as far as its text tells.
fn contract(definition: &SourceDefinition, faults: &mut Diagnostics) {
    let (file, source) = (&definition.file, &definition.source);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for column in &file.columns {
        if !seen.insert(column.name.get_ref()) {
            faults.push(Diagnostic::error(
                source,
                Some(column.name.span()),
                format!("column `{}` is declared twice", column.name.get_ref()),
            ));
        }
        if column.name.get_ref().starts_with('_') {
            faults.push(
                Diagnostic::error(source, Some(column.name.span()), "a column's name may not begin with `_`")
                    .with_help("`_file` and `_row` are added to every table".to_owned()),
            );
        }
    }
    let named = file.key.iter().chain(&file.unique).chain(&file.updated_at).chain(&file.as_at);
    for name in named.filter(|name| !seen.contains(name.get_ref().as_str())) {
        faults.push(
            Diagnostic::error(
                source,
                Some(name.span()),
                format!("no column `{}` in this contract", name.get_ref()),
            )
            .with_help(did_you_mean(name.get_ref(), &seen)),
        );
    }
    if file.disposition == Disposition::Merge && file.key.is_empty() {
        faults.push(Diagnostic::error(source, None, "`disposition = \"merge\"` needs a `key`").with_help(
            "name the columns that tell one row from another, as in `key = [\"placement_id\"]`".to_owned(),
        ));
    }
    if file.csv.is_some() && file.workbook.is_some() {
        faults.push(Diagnostic::error(source, None, "a source is either `csv` or `workbook`, not both"));
    }
}

fn models(root: &Path, folder: &Path, faults: &mut Diagnostics) -> BTreeMap<String, Model> {
    let folder = folder.join("models");
    let mut found: BTreeMap<String, Model> = texts(root, &folder, "sql", faults)
        .into_iter()
        .map(|(name, sql)| (name.clone(), Model { name, sql, file: ModelFile::default(), settings: None }))
        .collect();
    for path in faults.collect(SourceFile::list(root, &folder, "toml")).unwrap_or_default() {
        let loaded: Option<(Arc<SourceFile>, ModelFile)> = read(root, &path, faults);
        let Some((settings, file)) = loaded else { continue };
        let name = settings.stem();
        if let Some(model) = found.get_mut(&name) {
            model.file = file;
            model.settings = Some(settings);
        } else {
            faults.push(
                Diagnostic::error(
                    &settings,
                    None,
                    format!("no model `{name}`: `{name}.sql` is not beside its settings"),
                )
                .with_help(did_you_mean(&name, found.keys())),
            );
        }
    }
    found
}

/// A table has one maker.
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
    for name in pipeline.seeds.keys().filter(|name| pipeline.sources.contains_key(*name)) {
        let message =
            format!("`{}.{name}` is made twice: by a source and by a seed of that name", pipeline.name);
        faults.push(Diagnostic::error(&pipeline.source, None, message));
    }
}

fn report(root: &Path, folder: &Path, faults: &mut Diagnostics) -> Option<Report> {
    let loaded: Option<(Arc<SourceFile>, ReportFile)> = read(root, &folder.join("report.toml"), faults);
    let narrative = faults.collect(SourceFile::read(root, &folder.join("report.md.hbs")));
    let (source, file) = loaded?;
    Some(Report { name: name_of(folder), file, source, narrative: narrative? })
}

/// Names that point from one file into another.
fn references(project: &Project, faults: &mut Diagnostics) {
    let connections = &project.settings.connections;
    if !has_settings(project) && project.pipelines.values().any(|pipeline| !pipeline.sources.is_empty()) {
        let message = "no `settings.toml`: where this machine finds its connections is not known";
        faults.push(Diagnostic::placeless_warning(message));
    }
    for pipeline in project.pipelines.values() {
        let owners = project.council.owners.keys();
        known(&pipeline.source, &pipeline.file.owner, owners, "owner", "sufficiency.toml", faults);
        for report in &pipeline.file.reports {
            known(&pipeline.source, report, project.reports.keys(), "report", "report-templates/", faults);
        }
        for input in pipeline.file.inputs.keys() {
            table(project, &pipeline.source, input, faults);
        }
        for model in pipeline.models.values() {
            let Some(settings) = &model.settings else { continue };
            for owner in model.file.indicators.values().filter_map(|indicator| indicator.owner.as_ref()) {
                known(settings, owner, project.council.owners.keys(), "owner", "sufficiency.toml", faults);
            }
        }
        for definition in pipeline.sources.values().filter(|_| has_settings(project)) {
            let connection = &definition.file.connection;
            known(&definition.source, connection, connections.keys(), "connection", "settings.toml", faults);
        }
    }
    for report in project.reports.values() {
        for role in &report.file.recipients {
            known(&report.source, role, project.recipients.roles.keys(), "role", "recipients.toml", faults);
        }
        for input in report.file.gates.inputs.keys() {
            table(project, &report.source, input, faults);
        }
    }
}

/// Whether this machine is set up. A clone is not: `settings.toml` is not in version control.
fn has_settings(project: &Project) -> bool {
    project.root.join("settings.toml").is_file()
}

fn known<'a>(
    source: &Arc<SourceFile>,
    name: &Spanned<String>,
    all: impl Iterator<Item = &'a String>,
    what: &str,
    place: &str,
    faults: &mut Diagnostics,
) {
    let all: Vec<&String> = all.collect();
    if !all.contains(&name.get_ref()) {
        let message = format!("no {what} `{}` in `{place}`", name.get_ref());
        faults.push(
            Diagnostic::error(source, Some(name.span()), message)
                .with_help(did_you_mean(name.get_ref(), all)),
        );
    }
}

/// `pipeline.table`, where some pipeline makes it.
fn table(project: &Project, source: &Arc<SourceFile>, name: &Spanned<String>, faults: &mut Diagnostics) {
    let made = project.tables();
    if !made.contains(name.get_ref()) {
        let message = format!("no pipeline makes the table `{}`", name.get_ref());
        faults.push(
            Diagnostic::error(source, Some(name.span()), message)
                .with_help(did_you_mean(name.get_ref(), made)),
        );
    }
}
